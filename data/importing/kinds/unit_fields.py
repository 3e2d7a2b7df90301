"""The columns of a file of units."""

from __future__ import annotations

from data.importing.fields import choice_field, code_field, number_field, text_field
from data.importing.kind import Field, Reading
from data.importing.kinds.unit_shapes import read_shapes

SORTS = {"普通": "ordinary", "专属": "special"}
MOST = 10_000_000


def _levels(reading: Reading) -> dict[str, str]:
    return {level.name: level.key for level in reading.adopted.method.levels}


FIELDS: tuple[Field, ...] = (
    code_field(
        "code",
        "单位编码",
        (
            "编码",
            "编号",
            "网格编码",
            "网格编号",
            "单位编号",
            "代码",
            "unit code",
            "grid code",
            "id",
        ),
        rules="单位的编码，全库唯一，前面的 0 不能少；已有的编码是更新，没有的是新增",
    ),
    text_field(
        "name",
        "单位名称",
        ("名称", "网格名称", "网格", "单位", "社区名称", "小区名称", "unit name", "grid name"),
        rules="最多 60 个字；新增的单位必须填写，同一上级下不能重名",
    ),
    choice_field(
        "level",
        "层级",
        ("级别", "单位层级", "类型", "level"),
        _levels,
        rules="工作法里的层级名称；不填则比上级低一级",
    ),
    code_field(
        "parent_code",
        "上级编码",
        (
            "上级单位编码",
            "父级编码",
            "上级编号",
            "所属编码",
            "所属社区编码",
            "parent code",
            "parent",
        ),
        rules="上级单位的编码，可以是同一文件里的单位，先后不限",
    ),
    text_field(
        "parent_name",
        "上级单位",
        ("上级名称", "上级单位名称", "所属社区", "所属街道", "所属单位", "父级", "parent name"),
        longest=300,
        rules="没有上级编码时才看；同名的须写成“街道/社区”这样的路径",
    ),
    choice_field(
        "kind",
        "单位类别",
        ("网格类型", "类别", "kind"),
        lambda _reading: SORTS,
        rules="“普通”或“专属”，不填为普通",
    ),
    number_field("sort", "排序", ("序号", "顺序", "sort"), low=0, high=MOST, whole=True),
    number_field(
        "households", "户数", ("总户数", "户", "households"), low=0, high=MOST, whole=True
    ),
    number_field(
        "residents",
        "人口",
        ("人口数", "总人口", "居民数", "人数", "residents", "population"),
        low=0,
        high=MOST,
        whole=True,
    ),
    Field(
        "boundary",
        "边界",
        ("geometry", "geojson", "边界坐标", "boundary"),
        read_shapes,
        rules="GeoJSON 的面；导入 GeoJSON 文件时不用这一列",
    ),
)
