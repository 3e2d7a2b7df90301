"""Figures that are more than one number (funnels, spreads, totals): definitions in words.

What a single number divides by what is in :mod:`data.metrics`; here stands what a
whole chart counts.  :mod:`data.queries.listing_rows` lists the rows behind each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from data.method import Checkup, PointsScheme, Volunteering, Workflow
from data.method.describe import checkup_bands, grade_bands, star_bands
from data.privacy import FEWEST

Rules = Workflow | Checkup | PointsScheme | Volunteering


@dataclass(frozen=True)
class Listing:
    """A chart's definition (口径): ``formula`` how it counts, ``rows_text`` what a row is.

    ``as_of``: counted over the period, as it stood when the period ended, or as it
    stands now whatever the period.  ``everywhere``: counted over all units, whichever is chosen.
    """

    key: str
    name: str
    formula: str
    rows_text: str
    as_of: Literal["period", "moment", "now"]
    everywhere: bool = False


_FOLDED = f"不足{FEWEST}人的单位并入上一级，以免对号入座"

_ALL = (
    Listing(
        key="appeal_funnel",
        name="办理漏斗",
        formula="办理漏斗 = 时段内受理的诉求逐环节计数，目前已走到该环节或更后环节的就算到达；"
        "总转化 = 到达的 ÷ 受理的；逐级转化 = 到达的 ÷ 到达上一环节的",
        rows_text="每行一件时段内受理、走这个流程的诉求；“走到第几步”不小于某环节的序号，就计入"
        "该环节。退单、重办不减步数，不予受理不算一步",
        as_of="period",
    ),
    Listing(
        key="state_durations",
        name="各环节用时",
        formula="各环节用时 = 离开环节的时间 − 进入环节的时间，按钟点连续计算（含夜间和节假日）；"
        "中位数即一半不超过它，九成分位即九成不超过它（落在两次之间的按比例折算）",
        rows_text="每行一次停留，只列时段内离开环节的；退单、重办后再进同一环节另算一次，"
        "延期不算离开，还没离开的不计",
        as_of="period",
    ),
    Listing(
        key="checkups",
        name="季度党性体检",
        formula="季度党性体检 = 当季体检总分落在各等次、各警戒线分数段的党员人数；"
        "总分按体检当时的各项权重合计；等次与警戒线分开计算",
        rows_text=f"每行一个单位一个季度的人数，不列个人；当季体检{_FOLDED}",
        as_of="moment",
    ),
    Listing(
        key="grades",
        name="党员积分等次",
        formula="党员积分等次 = 在册党员按当年1月1日至统计时点已生效的积分所评各等次的人数；"
        "按名次评定的，名次在全部党员中排",
        rows_text=f"每行一名统计时点在册的党员，不列姓名和编号；在册{_FOLDED}",
        as_of="moment",
    ),
    Listing(
        key="order_funnel",
        name="点单服务",
        formula="点单服务 = 时段内的点单逐步计数，目前已有该步时间的就算走到；"
        "总转化 = 走到的 ÷ 全部点单；逐级转化 = 走到的 ÷ 走到上一步的",
        rows_text="每行一个时段内的点单；某一步有时间，就计入该步",
        as_of="period",
    ),
    Listing(
        key="stars",
        name="星级分布",
        formula="星级分布 = 统计时点在册的志愿者按累计时长所评各星级的人数；"
        "累计时长 = 已审批的服务分钟数合计 ÷ 60（不论在哪里开展；冲正相抵）",
        rows_text="每行一名统计时点在册的志愿者；选择不公开的不列姓名和编号",
        as_of="moment",
    ),
    Listing(
        key="volunteer_hours",
        name="个人服务时长",
        formula="个人服务时长 = 在册志愿者时段内已审批的服务分钟数合计 ÷ 60"
        "（不论在哪里开展；冲正相抵）；时长相同的并列同名次",
        rows_text="每行一名时段内有时长的志愿者；选择不公开的不参加排行，不列姓名和编号",
        as_of="period",
    ),
    Listing(
        key="time_bank",
        name="时间银行",
        formula="时间银行 = 累计发放的积分，恒等于志愿者持有 + 已兑换；发放即服务所得减去冲正收回，"
        "持有即全部志愿者账上的余额；转赠只在志愿者之间转移，不改变三者",
        rows_text="每行一笔往来；“计入发放”“计入持有”“计入兑换”各列相加即为相应总数，"
        "类型为“转赠”的行数即转赠笔数；选择不公开的志愿者不列姓名",
        as_of="now",
        everywhere=True,
    ),
)

LISTINGS: dict[str, Listing] = {listing.key: listing for listing in _ALL}


def standard_of(rules: Rules) -> str:
    """The steps or bands by which a listing sorts its rows, in one sentence of plain words."""
    if isinstance(rules, Workflow):
        steps = " → ".join(s.name for s in rules.states if s.type != "rejected")
        return f"{rules.name}：{steps}"
    if isinstance(rules, Checkup):
        return "；".join([grade_bands(rules.grades), *checkup_bands(rules)])
    if isinstance(rules, PointsScheme):
        return grade_bands(rules.grades)
    return star_bands(rules)
