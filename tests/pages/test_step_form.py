"""诉求办理: the next step of one case, only as its workflow allows."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data.engines import open_engines
from data.identity import system
from data.method.loading import load_preset
from data.writes.appeals import record_appeal
from tests.pages.driver import (
    fields,
    fill,
    growth,
    html_of,
    in_days,
    open_page,
    options,
    press,
    press_twice,
    reading,
    row_counts,
    said,
    typed,
)
from tests.pages.people import WORKER

METHOD = load_preset("demo_street")
ONE_STEP = {"appeal_event": 1, "audit_entry": 1, "revision": 1, "draft": -1}
ANSWERS = {"承办人或单位": "城管科", "诉求人认为是否解决": "已解决", "诉求人评价（1 至 5 分）": "5"}


def new_appeal(url: str, category: str) -> str:
    """Code of an appeal registered yesterday in the first grid."""
    with reading(url) as connection:
        query = "select id from unit where level = 'grid' order by path limit 1"
        unit_id = connection.scalar(text(query))
    now = datetime.now(UTC)
    recorded = record_appeal(
        open_engines(url),
        unit_id=int(unit_id),
        category_key=category,
        channel=METHOD.channels[0],
        title="井盖松动",
        content="",
        received_at=now - timedelta(days=1),
        at=now,
        actor=system("测试员", "test"),
    )
    return recorded.code


def pick(page: AppTest, code: str) -> AppTest:
    """Choose an appeal by its code."""
    (option,) = (o for o in options(page, "在办诉求") if code in o)
    return fill(page, 在办诉求=option).run()


def form(code: str) -> AppTest:
    """The form of an appeal."""
    return pick(open_page("数据填报", form="step"), code)


def answer(page: AppTest) -> AppTest:
    """Fill in whatever the step asks for."""
    asked = {label: words for label, words in ANSWERS.items() if label in fields(page)}
    return fill(page, 答复或说明="已到现场处理", **asked).run()


def state_of(url: str, code: str) -> tuple[str, str]:
    with reading(url) as connection:
        query = "select state, state_type from appeal where code = :code"
        state, kind = connection.execute(text(query), {"code": code}).one()
    return state, kind


CATEGORY_OF = {c.workflow: c.key for c in METHOD.categories}


def test_a_step_records_exactly_one_event(own_small: str) -> None:
    code = new_appeal(own_small, CATEGORY_OF["prompt_response"])
    page = answer(form(code))
    before, was = row_counts(own_small), state_of(own_small, code)
    press(page)
    assert not page.exception
    assert growth(before, row_counts(own_small)) == ONE_STEP
    assert state_of(own_small, code) != was


def test_the_message_names_the_case_and_where_it_stands(own_small: str) -> None:
    code = new_appeal(own_small, CATEGORY_OF["prompt_response"])
    page = press(answer(form(code)))
    state, _ = state_of(own_small, code)
    name = METHOD.workflow("prompt_response").state(state).name
    assert said(page) == [f"已记录：{code} → {name}。"]


@pytest.mark.parametrize("workflow", [w.key for w in METHOD.workflows])
def test_a_case_can_be_carried_to_its_end_by_the_form_alone(own_small: str, workflow: str) -> None:
    code = new_appeal(own_small, CATEGORY_OF[workflow])
    page = form(code)
    seen = [state_of(own_small, code)[0]]
    for _ in METHOD.workflow(workflow).states:
        onward = METHOD.workflow(workflow).following(seen[-1])
        if not onward:
            break
        name = METHOD.workflow(workflow).state(onward[0]).name
        fill(page, 这一步=name).run()
        press(answer(page))
        assert page.success, said(page)
        seen.append(state_of(own_small, code)[0])
        if code in " ".join(options(page, "在办诉求")):
            pick(page, code)
    assert state_of(own_small, code)[1] == "closed"
    assert len(set(seen)) == len(seen) > 3


def test_open_cases_come_before_closed_ones(own_small: str) -> None:
    with reading(own_small) as connection:
        query = "select code from unit where level = 'grid'"
        grids = connection.scalars(text(query)).all()
        ended = set(connection.scalars(text("select code from appeal where closed_at is not null")))
    checked = 0
    for grid in grids:
        page = open_page("数据填报", form="step", grid=grid)
        offered = options(page, "在办诉求") if "在办诉求" in fields(page) else []
        codes = [option.split("　")[1] for option in offered]
        closed = [code in ended for code in codes]
        assert closed == sorted(closed)
        checked += len(set(closed)) == 2
    assert checked, "no grid offers both"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a day to come": ({"其他日期": in_days(2)}, "不能晚于"),
    "before the step before": ({"其他日期": in_days(-9)}, "早于"),
    "a text of 3000 characters": ({"答复或说明": "长" * 3000}, "现有 3000 个字"),
    "a text of 10000 characters": ({"答复或说明": "长" * 10000}, "现有 10000 个字"),
    "a control character": ({"答复或说明": "响铃\x07"}, "控制字符"),
    "a mark that turns the text": ({"答复或说明": "已\u202e办"}, "改变文字方向"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_gives_its_reason_writes_nothing_and_loses_nothing(
    own_small: str, case: str
) -> None:
    values, reason = REFUSED[case]
    page = answer(form(new_appeal(own_small, CATEGORY_OF["prompt_response"])))
    if "其他日期" in values:
        fill(page, 办理时间="其他时间").run()
    fill(page, **values).run()
    before, written = row_counts(own_small), typed(page)
    press(page)
    (message,) = said(page)
    assert message.startswith("没有保存：")
    assert reason in message
    assert row_counts(own_small) == before
    assert typed(page) == written


def test_what_a_step_asks_for_cannot_be_left_out(own_small: str) -> None:
    page = form(new_appeal(own_small, CATEGORY_OF["prompt_response"]))
    choices = options(page, "这一步")
    assert "延期" in choices
    fill(page, 这一步="延期").run()
    before = row_counts(own_small)
    press(fill(page, 答复或说明="等配件").run())
    assert ["延期到" in message for message in said(page)] == [True]
    press(fill(page, 答复或说明="", 延期到=in_days(9), 几点前=time(18)).run())
    assert ["没有保存" in message for message in said(page)] == [True]
    assert growth(before, row_counts(own_small)) == {}


def test_an_extension_moves_the_limit(own_small: str) -> None:
    code = new_appeal(own_small, CATEGORY_OF["prompt_response"])
    page = form(code)
    fill(page, 这一步="延期").run()
    fill(page, 答复或说明="等配件", 延期到=in_days(20), 几点前=time(18)).run()
    before = row_counts(own_small)
    press(page)
    assert growth(before, row_counts(own_small)) == ONE_STEP
    with reading(own_small) as connection:
        query = "select extensions, due_at from appeal where code = :code"
        extensions, due = connection.execute(text(query), {"code": code}).one()
    assert extensions == 1
    assert str(due)[:16] == f"{in_days(20)} 10:00"  # 18:00 in Shanghai


def test_a_double_click_records_once(own_small: str) -> None:
    code = new_appeal(own_small, CATEGORY_OF["prompt_response"])
    page = answer(form(code))
    before = row_counts(own_small)
    press_twice(page)
    assert growth(before, row_counts(own_small)) == ONE_STEP


def test_after_a_step_the_answer_is_gone(own_small: str) -> None:
    code = new_appeal(own_small, CATEGORY_OF["prompt_response"])
    page = press(answer(form(code)))
    assert typed(page)["在办诉求"] is None
    assert typed(pick(page, code))["答复或说明"] == ""


def test_a_worker_is_offered_no_step_of_the_office(own_small: str) -> None:
    """Dispatching is the community's: the case waits for it, and the form says so."""
    code = new_appeal(own_small, CATEGORY_OF["prompt_response"])
    page = open_page("数据填报", form="step", who=WORKER)
    assert "正等社区派单或处理" in html_of(page)
    assert code not in " ".join(options(page, "在办诉求") if "在办诉求" in fields(page) else [])


def test_nothing_chosen_is_refused(own_small: str) -> None:
    new_appeal(own_small, CATEGORY_OF["prompt_response"])
    page = press(open_page("数据填报", form="step"))
    assert said(page) == ["没有保存：还没有选在办诉求，请点选一个"]
