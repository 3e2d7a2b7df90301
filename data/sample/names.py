"""Invented names: people at random from common characters, places that do not exist."""

from __future__ import annotations

from numpy.random import Generator

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡"
    "贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
)
RARE_SURNAMES = ("欧阳", "上官", "司徒", "诸葛", "皇甫", "慕容")
GIVEN = (
    "建国志强俊杰文博海涛永刚晓燕丽娟秀兰玉梅淑珍桂芳春霞雪梅思远浩然子轩雨桐欣怡佳宁明亮卫东"
    "振华立新光辉宏伟国栋少华金凤美玲红英小军爱民巧云凯旋瑞祥锦程安琪若兰书航景行予宁清扬致远"
)


def listed(text: str) -> tuple[str, ...]:
    """The words of a text, which may run over several lines."""
    return tuple(text.split())


STREET = "杜家坪"
COMMUNITIES = listed("柳溪 松鹤 锦桥 望云 槐荫 清荷 长庚 石榴坡 双泉 丹枫 晨晖 月台")
ESTATE_FRONT = listed(
    "云杉 和畅 梧桐 丁香 紫藤 银杏 翠屏 听泉 映月 朝阳里 沁园 颐和里 润泽 书香 海棠 秋实 春晓 "
    "怡景 兰亭 芳洲 福临 安澜 逸品 鸿运 金穗 玉带 水岸 枫林 竹韵 桃李 锦绣 康乐 平安里 新风 仁里 "
    "同心 迎宾 机修厂 棉织厂 煤机 铁运 供销 矿务 电厂 南苑 北苑 东湾 西岭 滨河里 桥头"
)
ESTATE_BACK = listed("苑 家园 小区 花园 新村 雅居 公寓 宿舍区")
SPECIAL_KINDS = listed("学校 商圈 工地 医院 产业园区 农贸市场 物流站场")
SPECIAL_FRONT = listed("育英 万汇 城南改造 康宁里 云谷 惠民 通达 启明 星河里 汇丰里")

PLACE_WORDS = ("街道", "社区", "县", "区", "镇", "乡", "村")


def person_names(rng: Generator, count: int) -> list[str]:
    """``count`` invented personal names; a few have a compound surname or a single given name."""
    surname = rng.integers(0, len(SURNAMES), count)
    given = rng.integers(0, len(GIVEN), (count, 2))
    rare = rng.random(count) < 0.006
    single = rng.random(count) < 0.16
    names = []
    for index in range(count):
        front = SURNAMES[surname[index]]
        if rare[index]:
            front = RARE_SURNAMES[given[index, 0] % len(RARE_SURNAMES)]
        back = GIVEN[given[index, 0]] + ("" if single[index] else GIVEN[given[index, 1]])
        names.append(front + back)
    return names


def place_name(front: str, level_name: str) -> str:
    """``front`` with the word for its kind of place that the level's name contains."""
    word = next((w for w in PLACE_WORDS if w in level_name), level_name)
    return front + word


def community_fronts(count: int) -> list[str]:
    """``count`` different names of communities."""
    extra = [f"{COMMUNITIES[n % len(COMMUNITIES)]}{n // len(COMMUNITIES)}" for n in range(count)]
    return [*COMMUNITIES, *extra[len(COMMUNITIES) :]][:count]


def estate_names(rng: Generator, count: int) -> list[str]:
    """``count`` different names of housing estates."""
    pairs = [front + back for front in ESTATE_FRONT for back in ESTATE_BACK]
    chosen: list[str] = []
    while len(chosen) < count:
        block = [pairs[i] for i in rng.permutation(len(pairs))]
        fresh = _different_fronts(block)
        turn = len(chosen) // len(fresh) + 1
        chosen += fresh if turn == 1 else [f"{name}{turn}期" for name in fresh]
    return chosen[:count]


def _different_fronts(names: list[str]) -> list[str]:
    """The first name of each front, then second ones, so that alike names are rare."""
    first = {name[:2]: name for name in reversed(names)}
    ordered = [name for name in names if first[name[:2]] == name]
    return ordered + [name for name in names if first[name[:2]] != name]


def special_names(count: int) -> list[tuple[str, str]]:
    """``count`` pairs of (invented place, what kind of place it is)."""
    # seven kinds and ten places have no common divisor: pairs repeat after seventy
    return [
        (SPECIAL_FRONT[n % len(SPECIAL_FRONT)], SPECIAL_KINDS[n % len(SPECIAL_KINDS)])
        for n in range(count)
    ]
