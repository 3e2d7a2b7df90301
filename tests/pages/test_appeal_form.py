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
    html_of,
    in_days,
    open_page,
    press,
    press_twice,
    reading,
    row_counts,
    said,
    typed,
)
from tests.pages.people import WORKER

ONE_APPEAL = {"appeal": 1, "appeal_event": 1, "audit_entry": 1, "revision": 1}
GOOD = {"诉求类别": "环境卫生", "诉求标题": "楼道堆物", "具体情况": "三单元门口"}
SEND, ANYWAY = "提交", "仍要新登记"


def last_appeal(url: str) -> dict[str, Any]:
    query = """
        select a.*, u.code as grid from appeal a join unit u on u.id = a.unit_id
        order by a.id desc limit 1
    """
    with reading(url) as connection:
        return dict(connection.execute(text(query)).mappings().one())


def quiet(url: str) -> None:
    """Leave no similar appeal open, so that nothing is offered instead of a new one."""
    from data.engines import open_engines

    with open_engines(url).write() as connection:
        connection.execute(text("update appeal set closed_at = received_at"))


@pytest.fixture
def desk(own_small: str) -> str:
    """The street of a test that writes, with no similar appeals."""
    quiet(own_small)
    return own_small


def grids(url: str) -> list[str]:
    with reading(url) as connection:
        return list(connection.scalars(text("select code from unit where level = 'grid'")))


def form(**values: Any) -> AppTest:
    """The form of a grid worker with good values in it but for those given."""
    page = open_page("数据填报", form="appeal", who=WORKER)
    return fill(page, **{k: v for k, v in (GOOD | values).items() if v is not None}).run()


def test_a_submission_records_exactly_one_appeal(desk: str) -> None:
    page = form()
    before = row_counts(desk)
    press(page)
    assert not page.exception
    assert growth(before, row_counts(desk)) == ONE_APPEAL | {"draft": -1}


def test_the_message_names_the_appeal_that_was_recorded(desk: str) -> None:
    page = press(form())
    (message,) = said(page)
    assert message.startswith(f"已登记 {last_appeal(desk)['code']}，办理时限 ")
    assert len(page.success) == 1


def test_what_was_typed_is_what_is_recorded(desk: str) -> None:
    grid = grids(desk)[-1]
    page = open_page("数据填报", form="appeal", grid=grid)
    press(fill(page, **GOOD | {"来源渠道": "来访"}))
    found = last_appeal(desk)
    recorded = [found[c] for c in ("grid", "title", "content", "channel", "recorded_by")]
    assert recorded == [grid, "楼道堆物", "三单元门口", "来访", "体验管理员"]
    assert (found["category_key"], found["surface"]) == ("sanitation", "entry")
    assert found["recorded_by_account"] is not None


@pytest.mark.parametrize(
    "words", ["😀🏠 灯不亮", "<script>alert('x')</script>", "a'; drop table appeal; --", "=1+1"]
)
def test_emoji_and_markup_are_text_like_any_other(desk: str, words: str) -> None:
    page = press(form(诉求标题=words, 具体情况=words))
    found = last_appeal(desk)
    assert (found["title"], found["content"]) == (words, words)
    assert "<script>" not in html_of(page)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no title": ({"诉求标题": ""}, "诉求标题不能为空"),
    "a title of blanks": ({"诉求标题": "   "}, "诉求标题不能为空"),
    "no category": ({"诉求类别": None}, "还没有选诉求类别"),
    "a title of 3000 characters": ({"诉求标题": "长" * 3000}, "现有 3000 个字"),
    "a text of 3000 characters": ({"具体情况": "长" * 3000}, "现有 3000 个字"),
    "a text of 10000 characters": ({"具体情况": "长" * 10000}, "现有 10000 个字"),
    "a control character": ({"诉求标题": "响铃\x07"}, "控制字符"),
    "a mark that turns the text": ({"诉求标题": "灯\u202e亮"}, "改变文字方向"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_says_why_writes_nothing_and_loses_nothing(desk: str, case: str) -> None:
    page = form(**REFUSED[case][0])
    before, written = row_counts(desk), typed(page)
    press(page)
    (message,) = said(page)
    assert message.startswith("没有保存：")
    assert REFUSED[case][1] in message
    assert growth(before, row_counts(desk)) == {}
    assert typed(page) == written


def test_a_day_to_come_is_refused(desk: str) -> None:
    page = form()
    fill(page, 受理时间="其他时间").run()
    fill(page, 其他日期=in_days(1)).run()
    before = row_counts(desk)
    press(page)
    assert ["不能晚于" in message for message in said(page)] == [True]
    assert growth(before, row_counts(desk)) == {}


def test_a_refused_form_can_be_mended_and_sent(desk: str) -> None:
    page = press(form(诉求标题=""))
    before = row_counts(desk)
    press(fill(page, 诉求标题="楼道堆物").run())
    assert growth(before, row_counts(desk)) == ONE_APPEAL | {"draft": -1}
    assert last_appeal(desk)["content"] == "三单元门口"


def test_a_double_click_records_once_and_says_so(desk: str) -> None:
    page = form()
    before = row_counts(desk)
    press_twice(page)
    assert growth(before, row_counts(desk)) == ONE_APPEAL | {"draft": -1}
    assert [message.startswith("已登记") for message in said(page)] == [True]


def test_two_visitors_record_two_appeals(desk: str) -> None:
    before = row_counts(desk)
    press(form())
    quiet(desk)
    press(form())
    assert row_counts(desk)["appeal"] == before["appeal"] + 2


def test_after_a_submission_the_form_is_ready_for_the_next(desk: str) -> None:
    page = form()
    before = fields(page)
    press(page)
    after = fields(page)
    for label in ("诉求标题", "具体情况"):
        assert after[label].value == ""
        assert emptied(before[label], after[label]), label
    assert after["诉求类别"].value is None


def test_what_became_of_it_stays_until_the_next_one_is_begun(desk: str) -> None:
    """The answer may get lost on its way to a phone, and is there when it looks again."""
    page = press(form())
    message = said(page)
    assert said(page.run()) == message
    fill(page, 诉求标题="下一件").run()
    assert said(page) == []


def test_the_last_used_category_comes_first(desk: str) -> None:
    press(form())
    page = open_page("数据填报", form="appeal", who=WORKER)
    assert fields(page)["诉求类别"].options[0] == "环境卫生"
    assert fields(page)["诉求类别"].value is None


def test_a_similar_open_appeal_is_offered_first(desk: str) -> None:
    press(form())
    code = last_appeal(desk)["code"]
    page = open_page("数据填报", form="appeal", who=WORKER)
    fill(page, 诉求类别="噪音扰民").run()
    assert code not in html_of(page)
    fill(page, 诉求类别="环境卫生").run()
    assert code in html_of(page)
    assert [b.label for b in page.button if b.label in (SEND, ANYWAY)] == [ANYWAY]


def place_of(node: Any, label: str) -> tuple[int, ...]:
    """The way to a field: the number of each container in its own; () where it is not there."""
    for number, child in node.children.items():
        if getattr(child, "label", "") == label:
            return (number,)
        if hasattr(child, "children") and (way := place_of(child, label)):
            return number, *way
    return ()


def test_no_text_field_changes_its_place_while_it_is_typed_in(desk: str) -> None:
    """One that did would be made anew in the browser, without what was not sent yet."""
    page = open_page("数据填报", form="appeal", who=WORKER)
    texts = ("诉求标题", "具体情况")
    before = [place_of(page.main, label) for label in texts]
    assert all(before)
    press(form())
    told = fill(open_page("数据填报", form="appeal", who=WORKER), 诉求类别="环境卫生").run()
    assert ANYWAY in [b.label for b in told.button]
    restored = open_page("数据填报", form="appeal", who=WORKER)
    assert "清除重填" in [b.label for b in restored.button]
    for page in (told, restored):
        assert [place_of(page.main, label) for label in texts] == before


def test_a_similar_appeal_can_be_carried_on_instead(desk: str) -> None:
    press(form())
    page = open_page("数据填报", form="appeal", who="demo-secretary")
    fill(page, 诉求类别="环境卫生").run()
    (button,) = (b for b in page.button if b.label == "就是这件，去办理")
    button.click().run()
    assert not page.exception
    chosen = typed(page)["在办诉求"]
    assert chosen
    assert last_appeal(desk)["code"] in chosen


def test_a_new_one_can_be_made_all_the_same(desk: str) -> None:
    press(form())
    page = form(诉求标题="另一处堆物")
    before = row_counts(desk)
    press(page, ANYWAY)
    assert growth(before, row_counts(desk)) == ONE_APPEAL | {"draft": -1}


def test_an_entry_moves_the_figures_by_one(own_small: str) -> None:
    before = figures(open_page("诉求漏斗"))
    page = form()
    press(page, next(b.label for b in page.button if b.label in (SEND, ANYWAY)))
    after = figures(open_page("诉求漏斗"))
    for figure in ("收到诉求", "在办诉求"):
        assert int(after[figure]) == int(before[figure]) + 1


def test_a_lost_database_is_told_in_chinese_and_nothing_is_lost(
    desk: str, monkeypatch: pytest.MonkeyPatch
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
