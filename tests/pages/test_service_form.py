"""服务时长: one event for one or more volunteers, over before it is recorded."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data.method.loading import load_preset
from tests.pages.driver import (
    emptied,
    fields,
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

ONE_RECORD = {"service_record": 1, "audit_entry": 1, "revision": 1, "draft": -1}
ACTIVITIES = load_preset("demo_street").volunteering.activities
PEOPLE, MINUTES = "志愿者（可多选）", "时长（分钟）"


def busy_grid(url: str) -> str:
    """The grid with most volunteers at or below it."""
    query = """
        select g.code from unit g join unit u on u.path like g.path || '%'
        join volunteer v on v.unit_id = u.id and v.left_on is null
        where g.level = 'grid' group by g.code order by count(*) desc limit 1
    """
    with reading(url) as connection:
        return str(connection.scalar(text(query)))


def form(url: str, **values: Any) -> AppTest:
    """The form of the busiest grid with an activity and one volunteer chosen."""
    page = open_page("数据填报", form="service", grid=busy_grid(url))
    good = {"服务内容": ACTIVITIES[0], PEOPLE: 1}
    return fill(page, **{k: v for k, v in (good | values).items() if v is not None}).run()


def last_records(url: str, count: int = 1) -> list[dict[str, Any]]:
    with reading(url) as connection:
        query = f"select * from service_record order by id desc limit {count}"
        return [dict(row) for row in connection.execute(text(query)).mappings()]


def test_a_submission_records_exactly_one_service(own_small: str) -> None:
    page = form(own_small)
    before = row_counts(own_small)
    press(page)
    assert not page.exception
    assert growth(before, row_counts(own_small)) == ONE_RECORD
    assert said(page) == ["已记录 1 名志愿者，每人 1小时，待审核后计入排行。"]


def test_the_form_as_it_is_drawn_can_be_sent(own_small: str) -> None:
    """Its own day, time and length are those of a service that is over."""
    page = form(own_small)
    before = row_counts(own_small)
    press(page)
    assert growth(before, row_counts(own_small)) == ONE_RECORD


def test_several_volunteers_get_a_record_each(own_small: str) -> None:
    page = form(own_small, **{PEOPLE: 2, "服务时长": "其他"})
    fill(page, **{"时长（分钟）": 90}).run()
    before = row_counts(own_small)
    press(page)
    assert growth(before, row_counts(own_small)) == ONE_RECORD | {"service_record": 2}
    records = last_records(own_small, 2)
    assert len({record["volunteer_id"] for record in records}) == 2
    assert [record["minutes"] for record in records] == [90, 90]
    assert said(page) == ["已记录 2 名志愿者，每人 1小时，待审核后计入排行。"] or said(page) == [
        "已记录 2 名志愿者，每人 1小时30分钟，待审核后计入排行。"
    ]


def test_what_was_typed_is_what_is_recorded(own_small: str) -> None:
    press(form(own_small, 说明="<i>送药</i>🙂", 证明人="周书记"))
    (record,) = last_records(own_small)
    found = [record[c] for c in ("activity", "note", "certified_by", "recorded_by", "status")]
    assert found == [ACTIVITIES[0], "<i>送药</i>🙂", "周书记", "体验管理员", "pending"]


def test_whoever_records_certifies_unless_another_is_named(own_small: str) -> None:
    press(form(own_small))
    assert last_records(own_small)[0]["certified_by"] == "体验管理员"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no activity": ({"服务内容": None}, "还没有选服务内容"),
    "no volunteer": ({PEOPLE: 0}, "还没有选志愿者"),
    "no minutes": ({MINUTES: 0}, "1 到 1440"),
    "minutes below zero": ({MINUTES: -30}, "1 到 1440"),
    "more than a day": ({MINUTES: 1441}, "1 到 1440"),
    "no number of minutes": ({MINUTES: None}, "还没有填时长"),
    "a note of 10000 characters": ({"说明": "长" * 10000}, "现有 10000 个字"),
    "a control character": ({"说明": "响铃\x07"}, "控制字符"),
    "a mark that turns the text": ({"证明人": "周\u202e书记"}, "改变文字方向"),
    "a note of 3000 characters": ({"说明": "长" * 3000}, "现有 3000 个字"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_gives_its_reason_writes_nothing_and_loses_nothing(
    own_small: str, case: str
) -> None:
    values, reason = REFUSED[case]
    if MINUTES in values:
        page = form(own_small, 说明="送药", 服务时长="其他")
        fill(page, **values).run()
    else:
        page = form(own_small, **{"说明": "送药"} | values)
    before, written = row_counts(own_small), typed(page)
    press(page)
    (message,) = said(page)
    assert message.startswith("没有保存：")
    assert reason in message
    assert row_counts(own_small) == before
    assert typed(page) == written


def test_a_double_click_records_once(own_small: str) -> None:
    page = form(own_small)
    before = row_counts(own_small)
    press_twice(page)
    assert growth(before, row_counts(own_small)) == ONE_RECORD


def test_after_a_submission_nobody_is_picked_any_more(own_small: str) -> None:
    page = form(own_small)
    before = fields(page)[PEOPLE]
    press(page)
    assert fields(page)[PEOPLE].value == []
    assert emptied(before, fields(page)[PEOPLE])


def test_a_day_to_come_is_refused(own_small: str) -> None:
    page = form(own_small, 开始时间="其他时间")
    fill(page, 其他日期=in_days(1)).run()
    before = row_counts(own_small)
    press(page)
    assert ["不能晚于" in message for message in said(page)] == [True]
    assert row_counts(own_small) == before


def test_hours_that_overlap_are_refused_with_the_other_record(own_small: str) -> None:
    press(form(own_small))
    page = form(own_small)
    before = row_counts(own_small)
    press(page)
    assert ["时间重叠" in message for message in said(page)] == [True]
    assert row_counts(own_small) == before


def test_the_people_of_last_time_are_chosen_at_one_tap(own_small: str) -> None:
    press(form(own_small, **{PEOPLE: 2}))
    page = form(own_small, **{PEOPLE: 0})
    (button,) = (b for b in page.button if b.label.startswith("上次 2 人"))
    button.click().run()
    chosen = {record["volunteer_id"] for record in last_records(own_small, 2)}
    assert set(fields(page)[PEOPLE].value) == chosen
