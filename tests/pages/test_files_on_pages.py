"""Whatever stands on a page can be taken away as a file, and no more than stands there."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from components import export_views, offers, panels
from components import texts as t
from components.chart_pictures import picture
from components.offers import Chart, Offer, Table
from data.engines import open_engines
from data.exporting.csv_files import to_csv
from data.exporting.spreadsheets import Sheet, to_xlsx
from data.schema import audit_entry
from tests.pages.driver import html_of, open_page
from tests.pages.people import ADMIN, SECRETARY

MASKED = re.compile(r"[\u4e00-\u9fff]\*+")
# the first columns of each table of a page, and how many charts it has
PAGES: dict[str, tuple[set[str], int]] = {
    "网格地图": ({"指标", "岗位", "单位"}, 0),
    "党员积分": ({"名次", "季度", "编号"}, 3),
    "诉求漏斗": ({"指标", "名次", "灯", "经过"}, 4),
    "志愿排行": ({"名次"}, 3),
}


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> list[Offer]:
    """What panels offer from now on."""
    found: list[Offer] = []
    usual = offers._offer

    def gather(one: Offer) -> None:
        found.append(one)
        usual(one)

    monkeypatch.setattr(offers, "_offer", gather)
    return found


def frames(found: list[Offer]) -> list[pd.DataFrame]:
    return [one.fetch() for one in found if isinstance(one, Table)]


def sheet(content: bytes, name: str) -> list[Any]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()


def columns_of(frame: pd.DataFrame) -> set[str]:
    return {str(name) for name in frame.columns}


@pytest.mark.parametrize("title", PAGES)
def test_every_table_and_chart_of_a_page_can_be_taken_away(
    title: str, small: str, offered: list[Offer]
) -> None:
    open_page(title)
    firsts, charts = PAGES[title]
    tables = frames(offered)
    assert {str(frame.columns[0]) for frame in tables} == firsts
    assert sum(isinstance(one, Chart) for one in offered) == charts
    for frame in tables:
        rows = sheet(to_xlsx([Sheet("表", frame)]), "表")
        assert rows[0] == list(frame.columns)
        assert len(rows) == len(frame) + 1 == to_csv(frame).count(b"\r\n")
        assert not any(re.search("[a-z_]{3}", name) for name in columns_of(frame))
    for one in offered:
        if isinstance(one, Chart):
            drawn = picture(one.build, one.fetch(), "svg", title="图", **one.options)
            assert drawn.startswith(b"<svg")


def test_figures_in_a_file_are_numbers(small: str, offered: list[Offer]) -> None:
    open_page("诉求漏斗")
    units = next(f for f in frames(offered) if f.columns[0] == t.RANK)
    assert pd.api.types.is_float_dtype(units["按时办结率（%）"])
    assert units["按时办结率（%）"].dropna().between(0, 100).all()
    rates = next(f for f in frames(offered) if f.columns[0] == "指标")
    counted = rates.dropna()
    share = (counted["分子"] / counted["分母"] * 100).round(2)
    assert list(share) == list(counted["结果（%）"]) != []


def test_a_case_goes_out_step_by_step_as_it_is_shown(small: str, offered: list[Offer]) -> None:
    shown = re.findall(r"<li><b>(.*?)</b>", html_of(open_page("诉求漏斗")))
    steps = next(frame for frame in frames(offered) if frame.columns[0] == "经过")
    assert list(steps["经过"]) == shown != []
    assert steps["时间"].is_monotonic_increasing
    gaps = steps["时间"].diff().dt.total_seconds() / 3600
    assert list(steps["历时（小时）"].iloc[1:]) == list(gaps.round(1).iloc[1:])


@pytest.mark.parametrize("who", ["", ADMIN])
def test_names_go_out_masked_whoever_asks(who: str, small: str, offered: list[Offer]) -> None:
    named = 0
    for title in (
        ("党员积分", "志愿排行", "网格地图", "待审核") if who else ("党员积分", "志愿排行")
    ):
        open_page(title, who=who)
    for frame in frames(offered):
        for column in columns_of(frame) & {"党员", "志愿者", "人员"}:
            names = [name for name in frame[column] if name != t.MAP_VACANT]
            assert all(MASKED.fullmatch(name) for name in names), names
            named += len(names)
    assert named > 10


def test_the_queue_goes_out_masked_though_it_is_shown_with_names(
    small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Offer] = []
    monkeypatch.setattr(panels, "open_offers", lambda *given: asked.extend(given[-1]))
    press(open_page("待审核", who=SECRETARY), "decide_take")
    (queue,) = frames(asked)
    assert len(queue) > 0
    assert all(MASKED.fullmatch(name) for name in queue["人员"])
    assert asked[0].name == t.ADMIN_PENDING


def test_nothing_is_made_unless_it_is_asked_for(
    small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("a file was made")

    for name in ("to_xlsx", "to_csv", "picture", "chinese_font"):
        monkeypatch.setattr(f"components.downloads.{name}", never)
    monkeypatch.setattr(panels, "open_offers", never)
    for title in PAGES:
        assert not open_page(title).exception


def labels(page: Any) -> list[str]:
    return [element.proto.label for element in page.get("download_button")]


def press(page: Any, key: str) -> None:
    page.button(key=key).click().run()


def test_the_button_of_a_panel_opens_its_files(small: str) -> None:
    page = open_page("诉求漏斗")
    assert labels(page) == []
    press(page, "panel_appeals_durations_detail")
    both = [t.TAKE_PICTURE.format("PNG"), t.TAKE_PICTURE.format("SVG")]
    assert labels(page)[:2] == both
    page = open_page("系统管理")
    press(page, "panel_admin_accounts_take")
    files = [t.TAKE_TABLE.format("XLSX"), t.TAKE_TABLE.format("CSV")]
    assert [label for label in labels(page) if label in files] == files


def export_fields(page: Any) -> list[str]:
    return [one.label for one in page.selectbox if str(one.key).startswith("export_")]


def test_a_kind_is_exported_within_the_units_of_whoever_asks(own_small: str) -> None:
    page = open_page("系统管理", who=SECRETARY)
    assert len(export_fields(page)) == 3
    units = page.selectbox(key="export_unit").options
    assert "全部单位" not in units
    assert len(units) > 1
    assert "全部单位" in open_page("系统管理").selectbox(key="export_unit").options


def test_what_the_button_makes_is_logged(own_small: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Callable[[], bytes]] = []
    usual = export_views._maker

    def keep(*given: str) -> Callable[[], bytes]:
        made.append(usual(*given))
        return made[-1]

    monkeypatch.setattr(export_views, "_maker", keep)
    open_page("系统管理")
    assert told(own_small) == []
    rows = sheet(made[-1](), "单位和边界")
    (entry,) = told(own_small)
    assert json.loads(str(entry.after)) == {"rows": len(rows) - 1}
    assert entry.surface == "admin"


def told(url: str) -> list[Any]:
    """What the log says of exports."""
    with open_engines(url).read() as connection:
        exports = audit_entry.c.action == "export_kind"
        return list(connection.execute(select(audit_entry).where(exports)))
