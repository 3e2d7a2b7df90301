"""Targets are judged where they hold, small samples are not judged, definitions are complete."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from components import details, figures
from components.filters import View
from data.method.loading import load_preset
from data.metrics import FACTS, METRICS, Measure, measure
from data.scope import Scope

METHOD = load_preset("demo_street")
START = datetime(2026, 1, 1, tzinfo=UTC)


def make_view(level: str = "street", days: float = figures.DAYS_A_MONTH) -> View:
    end = START + timedelta(days=days)
    return View(1, "S", "<测试>街道", level, "/1/", "custom", Scope("/1/", START, end, end))


def rate(on_time: int, judged: int) -> Measure:
    totals = {"on_time_appeals": on_time, "judged_appeals": judged}
    return measure(METRICS["on_time_rate"], totals)


@pytest.mark.parametrize(
    ("on_time", "judged", "verdict", "good"),
    [
        (95, 100, "达标 95.0%", True),
        (949, 1000, "未达 95.0%", False),
        (9, 9, "样本不足10", None),
        (0, 0, "", None),
    ],
)
def test_a_rate_is_judged_by_the_methods_target(
    on_time: int, judged: int, verdict: str, good: bool | None
) -> None:
    found = rate(on_time, judged)
    judged_as = figures.judge(METRICS["on_time_rate"], found, make_view("grid"), METHOD)
    assert judged_as == (verdict, good)


def hours(minutes: int) -> Measure:
    return measure(METRICS["hours"], {"service_minutes": minutes})


def test_an_amount_is_judged_for_as_long_as_the_period_is() -> None:
    target = METHOD.targets["hours"]
    two_months = make_view(days=2 * figures.DAYS_A_MONTH)
    enough, short = hours(int(2 * target * 60)), hours(int(2 * target * 60) - 60)
    assert figures.judge(METRICS["hours"], enough, two_months, METHOD)[1] is True
    assert figures.judge(METRICS["hours"], short, two_months, METHOD)[1] is False
    assert figures.judge(METRICS["hours"], short, make_view(), METHOD)[1] is True


def test_an_amount_of_a_part_is_not_judged_by_the_whole_streets_target() -> None:
    assert figures.judge(METRICS["hours"], hours(1), make_view("community"), METHOD) == ("", None)


def test_a_figure_without_a_target_is_not_judged() -> None:
    found = measure(METRICS["members"], {"members": 3})
    assert figures.judge(METRICS["members"], found, make_view(), METHOD) == ("", None)


@pytest.mark.parametrize("key", METRICS)
def test_a_definition_names_formula_range_and_moment(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    totals = pd.DataFrame([dict.fromkeys(FACTS, 12)], index=[1])
    monkeypatch.setattr(details, "load_totals", lambda _scope: totals)
    view, metric = make_view(), METRICS[key]
    said = [text for _, text in details.of_metric(key, view).lines()]
    assert metric.formula in said
    assert metric.numerator_text in said
    assert metric.denominator_text in said
    assert "<测试>街道及以下" in said
    assert (view.period_text in said) == (metric.as_of == "period")


def test_a_definition_never_becomes_markup() -> None:
    html = details._definition([("范围", "<测试>街道"), ("分母", "")])
    assert html == '<dl class="definition"><dt>范围</dt><dd>&lt;测试&gt;街道</dd></dl>'
