"""诉求办理: the next step of one case, only as its workflow allows."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data.engines import open_engines
from data.method.loading import load_preset
from data.writes.appeals import record_appeal
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

METHOD = load_preset("demo_street")
ONE_STEP = {"appeal_event": 1, "revision": 1}
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
        by="测试员",
        surface="test",
    )
    return recorded.code


def pick(page: AppTest, code: str) -> AppTest:
    """Choose an appeal by its code."""
    (option,) = (o for o in fields(page)["在办诉求"].options if o.startswith(code))
    fields(page)["在办诉求"].select(option).run()
    return page


def form(code: str) -> AppTest:
    """The form of an appeal with the person's name filled in."""
    page = open_page("数据填报", form="step")
    return pick(fill(page, 填报人="李四").run(), code)


def answer(page: AppTest) -> AppTest:
    """Fill in whatever the step asks for."""
    asked = {label: words for label, words in ANSWERS.items() if label in fields(page)}
    return fill(page, 答复或说明="已到现场处理", **asked)


def state_of(url: str, code: str) -> tuple[str, str]:
    with reading(url) as connection:
        query = "select state, state_type from appeal where code = :code"
        state, kind = connection.execute(text(query), {"code": code}).one()
    return state, kind


CATEGORY_OF = {c.workflow: c.key for c in METHOD.categories}


def test_a_step_records_exactly_one_event(own_small: str) -> None:
    code = new_appeal(own_small, CATEGORY_OF["prompt_response"])
    before, was = row_counts(own_small), state_of(own_small, code)
    page = press(answer(form(code)))
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
        step = fields(page)["这一步"]
        onward = METHOD.workflow(workflow).following(seen[-1])
        if not onward:
            break
        name = METHOD.workflow(workflow).state(onward[0]).name
        step.select(name).run()
        press(answer(page))
        assert page.success, said(page)
        seen.append(state_of(own_small, code)[0])
        if code in " ".join(fields(page)["在办诉求"].options):
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
        choice = fields(open_page("数据填报", form="step", grid=grid)).get("在办诉求")
        codes = [option.split("　")[0] for option in choice.options] if choice else []
        closed = [code in ended for code in codes]
        assert closed == sorted(closed)
        checked += len(set(closed)) == 2
    assert checked, "no grid offers both"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "nobody": ({"填报人": " "}, "填报人不能为空"),
    "a day to come": ({"办理日期": in_days(1)}, "不能晚于"),
    "before the step before": ({"办理日期": in_days(-9)}, "早于"),
    "a text of 3000 characters": ({"答复或说明": "长" * 3000}, "现有 3000 个字"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_gives_its_reason_writes_nothing_and_loses_nothing(
    own_small: str, case: str
) -> None:
    values, reason = REFUSED[case]
    page = fill(answer(form(new_appeal(own_small, CATEGORY_OF["prompt_response"]))), **values)
    before, written = row_counts(own_small), typed(page)
    press(page)
    (message,) = said(page)
    assert message.startswith("没有保存：")
    assert reason in message
    assert row_counts(own_small) == before
    assert typed(page) == written


def test_what_a_step_asks_for_cannot_be_left_out(own_small: str) -> None:
    page = form(new_appeal(own_small, CATEGORY_OF["prompt_response"]))
    choices = fields(page)["这一步"].options
    assert "延期" in choices
    fields(page)["这一步"].select("延期").run()
    before = row_counts(own_small)
    press(fill(page, 答复或说明="等配件"))
    assert ["延期到" in message for message in said(page)] == [True]
    press(fill(page, 答复或说明="", 延期到=in_days(9), 几点前=time(18)))
    assert ["没有保存" in message for message in said(page)] == [True]
    assert row_counts(own_small) == before


def test_an_extension_moves_the_limit(own_small: str) -> None:
    code = new_appeal(own_small, CATEGORY_OF["prompt_response"])
    page = form(code)
    fields(page)["这一步"].select("延期").run()
    before = row_counts(own_small)
    press(fill(page, 答复或说明="等配件", 延期到=in_days(20), 几点前=time(18)))
    assert growth(before, row_counts(own_small)) == ONE_STEP
    with reading(own_small) as connection:
        query = "select extensions, due_at from appeal where code = :code"
        extensions, due = connection.execute(text(query), {"code": code}).one()
    assert extensions == 1
    assert str(due)[:16] == f"{in_days(20)} 10:00"  # 18:00 in Shanghai


def test_a_double_click_records_once(own_small: str) -> None:
    code = new_appeal(own_small, CATEGORY_OF["prompt_response"])
    before = row_counts(own_small)
    press_twice(answer(form(code)))
    assert growth(before, row_counts(own_small)) == ONE_STEP


def test_after_a_step_the_answer_is_gone(own_small: str) -> None:
    page = answer(form(new_appeal(own_small, CATEGORY_OF["prompt_response"])))
    before = fields(page)["答复或说明"]
    press(page)
    after = fields(page)["答复或说明"]
    assert after.value == ""
    assert emptied(before, after)
