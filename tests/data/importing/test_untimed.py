"""Appeals from files without times: counted as cases, in no rate, and it is said why."""

from __future__ import annotations

from data.imported import CLOSING, RESPONSE
from data.metrics import METRICS, measure
from data.queries.appeal_files import fetch_appeal_timeline
from data.queries.appeals import fetch_counts_apart, fetch_stays
from data.queries.overview import fetch_trend
from data.queries.rows import fetch_metric_rows
from tests.data.importing.case_lines import END, HEADER, SCOPE, START, line, without
from tests.data.importing.taking import taken, totals
from tests.data.writes.world import World, rows_of


def test_a_file_without_closing_times_gives_no_closure_rate_and_says_why(town: World) -> None:
    taken(town, "appeals", *without("办结时间"))
    facts = totals(town, START, END)
    rate = measure(METRICS["on_time_rate"], facts)
    assert (rate.value, rate.text, rate.denominator) == (None, "—", 0)
    assert rate.note == "导入的诉求没有办结时间，不计算"
    assert facts["red_appeals"] == 2  # two are open and overdue, which is no rate
    assert facts["untimed_appeals"] == 4
    closed = measure(METRICS["closed_appeals"], facts)
    assert (closed.value, closed.note) == (0, "另有导入的 4 件没有办结时间，未计入")
    # answered: the two closed ones and the one under way; the fourth is known not to be
    assert measure(METRICS["response_rate"], facts).text == "75.0%"


def test_without_any_times_there_is_no_response_rate_either(town: World) -> None:
    taken(town, "appeals", *without("办结时间", "签收时间"))
    facts = totals(town, START, END)
    rate = measure(METRICS["response_rate"], facts)
    assert (rate.value, rate.note) == (None, "导入的诉求没有响应时间，不计算")
    untimed = {row.untimed for row in rows_of(town.engines, "appeal")}
    assert untimed == {CLOSING | RESPONSE}


def test_cases_of_here_keep_their_rate_beside_such_an_import(town: World) -> None:
    taken(town, "appeals", *without("办结时间"))
    taken(town, "appeals", HEADER, [line(50), line(51, 办结时间="2026-04-30 09:00")])
    rate = measure(METRICS["on_time_rate"], totals(town, START, END))
    assert (rate.text, rate.numerator, rate.denominator) == ("50.0%", 1, 2)
    assert rate.note == "另有导入的 4 件没有办结时间，未计入"


def test_trend_rows_and_counts_apart_agree_with_the_rate(town: World) -> None:
    taken(town, "appeals", *without("办结时间"))
    taken(town, "appeals", HEADER, [line(50), line(51, 办结时间="2026-04-30 09:00")])
    with town.engines.read() as connection:
        trend = fetch_trend(connection, SCOPE, "on_time_rate", [("年", START, END)])
        rows = fetch_metric_rows(connection, "on_time_rate", SCOPE)
        untimed = fetch_metric_rows(connection, "received_appeals", SCOPE)
        apart = fetch_counts_apart(connection, SCOPE).set_index("key")["appeals"]
        workflow = town.method.workflow("prompt_response")
        stays = fetch_stays(connection, SCOPE, workflow)
    assert trend["value"].tolist() == [50.0]
    assert rows["计入"].tolist() == ["分子", "分母"]
    assert apart["untimed"] == 4
    assert untimed["办结时间"].notna().sum() == 2
    assert stays.empty  # imports do not say how long each step took


def test_a_closing_time_is_never_shown_where_there_is_none(town: World) -> None:
    taken(town, "appeals", *without("办结时间", "签收时间"))
    with town.engines.read() as connection:
        case, events = fetch_appeal_timeline(connection, 1)
    assert case["state_type"] == "untimed"
    assert [int(n) for n in events["untimed"].dropna()] == [CLOSING | RESPONSE]
