"""诉求登记: one appeal a submission, or a reason in Chinese and nothing lost."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from tests.pages.driver import (
    emptied,
    fields,
    figures,
    fill,
    growth,
    in_days,
    open_page,
    press,
    press_twice,
    reading,
    row_counts,
    said,
    typed,
)

ONE_APPEAL = {"appeal": 1, "appeal_event": 1, "revision": 1}
GOOD = {"填报人": "张三", "诉求类别": "环境卫生", "诉求标题": "楼道堆物", "具体情况": "三单元门口"}


def last_appeal(url: str) -> dict[str, Any]:
    query = """
        select a.*, u.code as grid from appeal a join unit u on u.id = a.unit_id
        order by a.id desc limit 1
    """
    with reading(url) as connection:
        return dict(connection.execute(text(query)).mappings().one())


def grids(url: str) -> list[str]:
    with reading(url) as connection:
        return list(connection.scalars(text("select code from unit where level = 'grid'")))


def form(**values: Any) -> AppTest:
    """The form with good values in it but for those given."""
    return fill(open_page("数据填报", form="appeal"), **GOOD | values)


def test_a_submission_records_exactly_one_appeal(own_small: str) -> None:
    before = row_counts(own_small)
    page = press(form())
    assert not page.exception
    assert growth(before, row_counts(own_small)) == ONE_APPEAL


def test_the_message_names_the_appeal_that_was_recorded(own_small: str) -> None:
    page = press(form())
    (message,) = said(page)
    assert message.startswith(f"已登记 {last_appeal(own_small)['code']}，办理时限 ")
    assert len(page.success) == 1


def test_what_was_typed_is_what_is_recorded(own_small: str) -> None:
    grid = grids(own_small)[-1]
    page = open_page("数据填报", form="appeal", grid=grid)
    press(fill(page, **GOOD | {"来源渠道": "来访"}))
    found = last_appeal(own_small)
    recorded = [found[c] for c in ("grid", "title", "content", "channel", "recorded_by")]
    assert recorded == [grid, "楼道堆物", "三单元门口", "来访", "张三"]
    assert (found["category_key"], found["surface"]) == ("sanitation", "entry")


@pytest.mark.parametrize(
    "words", ["😀🏠 灯不亮", "<script>alert('x')</script>", "a'; drop table appeal; --"]
)
def test_emoji_and_markup_are_text_like_any_other(own_small: str, words: str) -> None:
    press(form(诉求标题=words, 具体情况=words))
    found = last_appeal(own_small)
    assert (found["title"], found["content"]) == (words, words)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no title": ({"诉求标题": ""}, "诉求标题不能为空"),
    "a title of blanks": ({"诉求标题": "   "}, "诉求标题不能为空"),
    "no category": ({"诉求类别": None}, "还没有选诉求类别"),
    "nobody": ({"填报人": " "}, "填报人不能为空"),
    "a day to come": ({"受理日期": in_days(1)}, "不能晚于"),
    "a title of 3000 characters": ({"诉求标题": "长" * 3000}, "现有 3000 个字"),
    "a text of 3000 characters": ({"具体情况": "长" * 3000}, "现有 3000 个字"),
    "a control character": ({"诉求标题": "响铃\x07"}, "控制字符"),
}


def refused_form(case: str) -> AppTest:
    values = {k: v for k, v in (GOOD | REFUSED[case][0]).items() if v is not None}
    return fill(open_page("数据填报", form="appeal"), **values)


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_gives_its_reason_and_writes_nothing(own_small: str, case: str) -> None:
    page = refused_form(case)
    before = row_counts(own_small)
    press(page)
    (message,) = said(page)
    assert message.startswith("没有保存：")
    assert REFUSED[case][1] in message
    assert row_counts(own_small) == before


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_loses_nothing_that_was_typed(own_small: str, case: str) -> None:
    page = refused_form(case)
    before = typed(page)
    assert typed(press(page)) == before


def test_a_refused_form_can_be_mended_and_sent(own_small: str) -> None:
    before = row_counts(own_small)
    page = press(form(诉求标题=""))
    press(fill(page, 诉求标题="楼道堆物"))
    assert growth(before, row_counts(own_small)) == ONE_APPEAL
    assert last_appeal(own_small)["content"] == "三单元门口"


def test_a_double_click_records_once(own_small: str) -> None:
    before = row_counts(own_small)
    press_twice(form())
    assert growth(before, row_counts(own_small)) == ONE_APPEAL


def test_two_visitors_record_two_appeals(own_small: str) -> None:
    before = row_counts(own_small)
    press(form())
    press(form())
    assert growth(before, row_counts(own_small)) == {n: 2 * rows for n, rows in ONE_APPEAL.items()}


def test_after_a_submission_the_form_is_ready_for_the_next(own_small: str) -> None:
    page = form()
    before = fields(page)
    press(page)
    after = fields(page)
    for label in ("诉求标题", "具体情况"):
        assert after[label].value == ""
        assert emptied(before[label], after[label]), label
    assert after["填报人"].value == "张三"


def test_a_message_is_said_once(own_small: str) -> None:
    page = press(form())
    assert said(page.run()) == []


def test_an_entry_moves_the_figures_by_one(own_small: str) -> None:
    before = figures(open_page("诉求漏斗"))
    press(form())
    after = figures(open_page("诉求漏斗"))
    for figure in ("收到诉求", "在办诉求"):
        assert int(after[figure]) == int(before[figure]) + 1


def test_a_lost_database_is_told_in_chinese_and_nothing_is_lost(
    own_small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    from components.forms import appeal

    def locked(*_args: Any, **_values: Any) -> None:
        raise OperationalError("insert", {}, Exception("database is locked"))

    page = form()
    before = typed(page)
    monkeypatch.setattr(appeal, "record_appeal", locked)
    assert typed(press(page)) == before
    assert said(page) == ["没有保存：数据库暂时写不进去，内容还在，请稍后再点一次提交"]
