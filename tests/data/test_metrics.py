from __future__ import annotations

import pandas as pd
import pytest

from data.method.loading import load_preset, preset_keys
from data.metrics import FACTS, MAP_METRICS, METRICS, format_value, measure, measure_rows


@pytest.mark.parametrize("key", METRICS)
def test_a_metric_is_made_of_known_facts_and_explained(key: str) -> None:
    metric = METRICS[key]
    assert metric.key == key
    assert {metric.numerator, metric.denominator or metric.numerator} <= set(FACTS)
    assert metric.name in metric.formula
    assert metric.numerator_text
    assert bool(metric.denominator) == bool(metric.denominator_text)


def test_the_map_offers_at_least_eight_metrics() -> None:
    assert len(set(MAP_METRICS)) >= 8
    assert set(MAP_METRICS) <= set(METRICS)


@pytest.mark.parametrize("key", preset_keys())
def test_targets_of_presets_are_for_metrics(key: str) -> None:
    assert set(load_preset(key).targets) <= set(METRICS)


def test_a_rate_divides_in_per_cent() -> None:
    rate = measure(METRICS["on_time_rate"], {"on_time_appeals": 14, "judged_appeals": 12 + 3})
    assert (rate.numerator, rate.denominator, rate.text) == (14, 15, "93.3%")
    assert rate.value == pytest.approx(14 / 15 * 100)
    assert not rate.small


def test_a_rate_over_nothing_has_no_value() -> None:
    rate = measure(METRICS["satisfaction_rate"], {"satisfied_appeals": 0, "rated_appeals": 0})
    assert (rate.value, rate.text, rate.small) == (None, "—", True)


def test_minutes_become_hours() -> None:
    hours = measure(METRICS["hours"], pd.Series({"service_minutes": 90 + 45}))
    assert (hours.value, hours.denominator, hours.text) == (2.25, None, "2")
    totals = {"volunteer_minutes": 90 + 45, "volunteers": 3}
    assert measure(METRICS["hours_per_volunteer"], totals).value == 0.75


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("open_appeals", 1204, "1,204"),
        ("hours", 12_345, "1.2万"),
        ("mean_points", 86.25, "86.2"),
        ("on_time_rate", 100.0, "100.0%"),
        ("mean_points", None, "—"),
        ("mean_points", float("nan"), "—"),
    ],
)
def test_values_read_as_people_write_them(key: str, value: float | None, text: str) -> None:
    assert format_value(METRICS[key], value) == text


def test_rows_of_a_count_are_counted_and_amounts_summed() -> None:
    rows = pd.DataFrame({"计入": ["计数"] * 3, "分钟": [90, 45, -45]})
    assert measure_rows(METRICS["visits"], rows).value == 3
    assert measure_rows(METRICS["hours"], rows).value == (90 + 45 - 45) / 60


def test_rows_of_a_rate_split_into_numerator_and_denominator() -> None:
    rows = pd.DataFrame({"计入": ["分子", "分母", "分子"]})
    rate = measure_rows(METRICS["response_rate"], rows)
    assert (rate.numerator, rate.denominator) == (2, 3)
