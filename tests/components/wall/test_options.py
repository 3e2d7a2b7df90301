"""The wall's address: everything in it is checked, and what is wrong is named in Chinese."""

from __future__ import annotations

from datetime import UTC, datetime, time
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.wall import texts as t
from components.wall.options import (
    NAMES,
    SECONDS,
    TURNS,
    WALL_PERIODS,
    OptionError,
    Options,
    address,
    parse,
    showing,
)
from data.metrics import MAP_METRICS


def read(query: str) -> Options:
    return parse(parse_qsl(query, keep_blank_values=True))


def test_an_address_without_options_shows_everything() -> None:
    assert read("") == Options()
    assert Options().scenes == ("overview", "map", "appeals", "members", "volunteers")
    assert set(Options().seconds.values()) == {SECONDS}
    assert set(TURNS) <= set(MAP_METRICS)


def test_each_scene_may_have_its_own_seconds() -> None:
    options = read("scenes=map:40,overview&seconds=15")
    assert options.seconds == {"map": 40, "overview": 15}
    assert options.scenes == ("map", "overview")


def test_all_other_options() -> None:
    options = read(
        "unit=DJP-01&period=month&metric=hours,members&theme=light&key=abc"
        "&schedule=7:30-12,14-22&takeover=20&present=1"
    )
    assert (options.unit, options.period, options.theme) == ("DJP-01", "month", "light")
    assert options.metrics == ("hours", "members")
    assert options.schedule == ((time(7, 30), time(12)), (time(14), time(22)))
    assert (options.takeover, options.present, options.key) == (20, True, "abc")


@pytest.mark.parametrize(
    ("query", "name", "said"),
    [
        ("scenes=map,wrong", "scenes", "“wrong”"),
        ("scenes=map,map", "scenes", "写了两次"),
        ("scenes=", "scenes", "至少写一个场景"),
        ("scenes=map:2", "scenes", "3 至 3600"),
        ("scenes=map:", "scenes", "3 至 3600"),
        ("scenes=map:４０", "scenes", "３０".replace("３", "４")),
        ("seconds=0", "seconds", "“0”"),
        ("seconds=99999999999999999999", "seconds", "整数秒"),
        ("seconds=abc", "seconds", "“abc”"),
        ("seconds=-5", "seconds", "“-5”"),
        ("takeover=1", "takeover", "3 至 120"),
        ("period=decade", "period", "week（本周）"),
        ("period=custom", "period", "“custom”"),
        ("metric=rainfall", "metric", "on_time_rate（按时办结率）"),
        ("theme=pink", "theme", "dark（深色）"),
        ("schedule=7", "schedule", "7-22"),
        ("schedule=7-7", "schedule", "“7-7”"),
        ("schedule=7-25", "schedule", "“7-25”"),
        ("schedule=a-b", "schedule", "“a-b”"),
        ("schedule=7:60-9", "schedule", "“7:60-9”"),
        ("present=yes", "present", "“yes”"),
        ("secnds=20", "secnds", "“secnds”"),
        ("unit=a&unit=b", "unit", "不止一次"),
    ],
)
def test_a_wrong_value_is_named(query: str, name: str, said: str) -> None:
    with pytest.raises(OptionError) as raised:
        read(query)
    assert raised.value.field == name
    assert said in raised.value.message


def test_a_key_never_shows_in_a_traceback() -> None:
    assert "secret" not in repr(read("key=secret"))


CLOCKS = st.times().map(lambda c: c.replace(second=0, microsecond=0))
SPANS = st.tuples(CLOCKS, CLOCKS).filter(lambda span: span[0] != span[1])
SCENES = st.lists(st.sampled_from(list(t.SCENES)), min_size=1, unique=True)


@given(
    scenes=SCENES.flatmap(
        lambda names: st.fixed_dictionaries({name: st.integers(3, 3600) for name in names})
    ),
    period=st.sampled_from(list(WALL_PERIODS)),
    metrics=st.lists(st.sampled_from(MAP_METRICS), min_size=1, unique=True),
    theme=st.sampled_from(list(t.THEMES)),
    unit=st.text("ABC-1二&=", max_size=5),
    key=st.text("abc_-", max_size=5),
    schedule=st.lists(SPANS, max_size=3),
    takeover=st.integers(3, 120),
    present=st.booleans(),
)
def test_an_address_is_read_as_it_was_written(scenes, metrics, schedule, **others) -> None:
    more = {"metrics": tuple(metrics), "schedule": tuple(schedule)}
    options = Options(seconds=scenes, **more, **others)
    again = read(address(options))
    assert again == options
    assert again.scenes == options.scenes


def test_the_shortest_address_says_nothing_of_what_is_usual() -> None:
    assert address(Options()) == ""
    assert address(read("scenes=overview,map:40")) == "scenes=overview,map:40"


@pytest.mark.parametrize(
    ("schedule", "clock", "lit"),
    [
        ("", "03:00", True),
        ("7-22", "06:59", False),
        ("7-22", "07:00", True),
        ("7-22", "22:00", False),
        ("18-6", "23:30", True),
        ("18-6", "05:59", True),
        ("18-6", "12:00", False),
        ("7-24", "23:59", True),
        ("7:30-12,14-22", "13:00", False),
        ("7:30-12,14-22", "21:59", True),
    ],
)
def test_the_schedule_says_when_the_wall_is_lit(schedule: str, clock: str, lit: bool) -> None:
    hour, minute = (int(part) for part in clock.split(":"))
    local = datetime(2026, 11, 22, hour, minute, tzinfo=UTC)
    assert showing(read(f"schedule={schedule}"), local) is lit


def test_every_option_is_offered_by_name() -> None:
    with pytest.raises(OptionError) as raised:
        read("x=1")
    assert all(name in raised.value.message for name in NAMES)
