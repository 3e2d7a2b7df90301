"""Everything a wall can be told stands in its address: parsed here, and nowhere else.

Pure: no request, no database.  What is wrong is named in Chinese, because the one who
reads it stands in front of a display and has only the address to mend.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from urllib.parse import urlencode

from components.wall import texts as t
from data.errors import RuleError
from data.metrics import MAP_METRICS, METRICS
from data.periods import PERIODS

NAMES = (
    "scenes",
    "seconds",
    "unit",
    "period",
    "metric",
    "theme",
    "key",
    "schedule",
    "takeover",
    "present",
)
SECONDS, LEAST_SECONDS, MOST_SECONDS = 20, 3, 3600
TAKEOVER, LEAST_TAKEOVER, MOST_TAKEOVER = 12, 3, 120
TURNS = ("on_time_rate", "open_appeals", "mean_points", "hours")  # the map's metrics, unless told
WALL_PERIODS = {key: name for key, name in PERIODS.items() if key != "custom"}

Span = tuple[time, time]


class OptionError(RuleError):
    """An option of the address that cannot be used; says which one and what would do."""


@dataclass(frozen=True)
class Options:
    """What an address asks for; ``seconds`` by scene, in the order they are shown.

    ``schedule`` holds spans of local clock time (start, end; an end before its start runs
    over midnight); none means always.  ``unit`` is a code, "" the first one may see.
    """

    seconds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(t.SCENES, SECONDS))
    unit: str = ""
    period: str = "year"
    metrics: tuple[str, ...] = TURNS
    theme: str = "dark"
    key: str = field(default="", repr=False)
    schedule: tuple[Span, ...] = ()
    takeover: int = TAKEOVER
    present: bool = False

    @property
    def scenes(self) -> tuple[str, ...]:
        """The scenes in their order."""
        return tuple(self.seconds)


def parse(pairs: Iterable[tuple[str, str]]) -> Options:
    """The options in an address's query; OptionError for the first that cannot be used."""
    given = [(name, value.strip()) for name, value in pairs]
    for name, count in Counter(name for name, _ in given).items():
        if name not in NAMES:
            raise OptionError(t.WRONG_OPTION.format(name, "、".join(NAMES)), name)
        if count > 1:
            raise OptionError(t.WRONG_TWICE.format(name), name)
    said = dict(given)
    usual = _number(said.get("seconds"), "seconds", SECONDS, LEAST_SECONDS, MOST_SECONDS)
    return Options(
        seconds=_scenes(said.get("scenes"), usual),
        unit=said.get("unit", ""),
        period=_one_of(said.get("period"), WALL_PERIODS, "year", "period", t.WRONG_PERIOD),
        metrics=_metrics(said.get("metric", "")),
        theme=_one_of(said.get("theme"), t.THEMES, "dark", "theme", t.WRONG_THEME),
        key=said.get("key", ""),
        schedule=_schedule(said.get("schedule", "")),
        takeover=_number(said.get("takeover"), "takeover", TAKEOVER, LEAST_TAKEOVER, MOST_TAKEOVER),
        present=_present(said.get("present", "")),
    )


def address(options: Options) -> str:
    """The shortest query that :func:`parse` reads as these options, without a leading "?"."""
    usual = Counter(options.seconds.values()).most_common(1)[0][0]
    scenes = [name if n == usual else f"{name}:{n}" for name, n in options.seconds.items()]
    said = {
        "scenes": "" if tuple(scenes) == tuple(t.SCENES) else ",".join(scenes),
        "seconds": "" if usual == SECONDS else str(usual),
        "unit": options.unit,
        "period": "" if options.period == "year" else options.period,
        "metric": "" if options.metrics == TURNS else ",".join(options.metrics),
        "theme": "" if options.theme == "dark" else options.theme,
        "key": options.key,
        "schedule": ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in options.schedule),
        "takeover": "" if options.takeover == TAKEOVER else str(options.takeover),
        "present": "1" if options.present else "",
    }
    return urlencode({name: value for name, value in said.items() if value}, safe=":,")


def showing(options: Options, local: datetime) -> bool:
    """Whether the schedule has the wall lit at a local time."""
    return not options.schedule or any(_within(span, local.time()) for span in options.schedule)


def _within(span: Span, clock: time) -> bool:
    start, end = span
    if start < end:
        return start <= clock < end
    return clock >= start or clock < end


def _scenes(text: str | None, usual: int) -> dict[str, int]:
    offered = "、".join(t.OPTION_LISTED.format(*item) for item in t.SCENES.items())
    if text is None:
        return dict.fromkeys(t.SCENES, usual)
    found: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, colon, seconds = part.partition(":")
        if name not in t.SCENES:
            raise OptionError(t.WRONG_SCENE.format(name, offered), "scenes")
        if name in found:
            raise OptionError(t.WRONG_SCENE_TWICE.format(name), "scenes")
        limits = (LEAST_SECONDS, MOST_SECONDS)
        found[name] = _number(seconds, "scenes", usual, *limits) if colon else usual
    if not found:
        raise OptionError(t.WRONG_NO_SCENE.format(offered), "scenes")
    return found


def _number(text: str | None, name: str, usual: int, least: int, most: int) -> int:
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and least <= int(text[:6]) <= most):
        raise OptionError(t.WRONG_SECONDS.format(name, text, least, most), name)
    return int(text)


def _one_of(text: str | None, offered: dict[str, str], usual: str, name: str, wrong: str) -> str:
    if text is None:
        return usual
    if text not in offered:
        listed = "、".join(t.OPTION_LISTED.format(*item) for item in offered.items())
        raise OptionError(wrong.format(text, listed), name)
    return text


def _metrics(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(filter(None, (part.strip() for part in text.split(",")))))
    for key in found:
        if key not in MAP_METRICS:
            listed = "、".join(t.OPTION_LISTED.format(k, METRICS[k].name) for k in MAP_METRICS)
            raise OptionError(t.WRONG_METRIC.format(key, listed), "metric")
    return found or TURNS


def _schedule(text: str) -> tuple[Span, ...]:
    return tuple(_span(part.strip(), text) for part in text.split(",")) if text else ()


def _span(part: str, whole: str) -> Span:
    start, dash, end = part.partition("-")
    try:
        span = _time(start), _time(end)
    except ValueError:
        raise OptionError(t.WRONG_SCHEDULE.format(whole), "schedule") from None
    if not dash or span[0] == span[1]:
        raise OptionError(t.WRONG_SCHEDULE.format(whole), "schedule")
    return span


def _time(text: str) -> time:
    """7, 07:30 or 24 (the end of the day) as a clock time; ValueError for anything else."""
    hours, _, minutes = text.strip().partition(":")
    if not (hours.isascii() and hours.isdigit() and (not minutes or minutes.isdigit())):
        raise ValueError(text)
    if (int(hours), int(minutes or 0)) == (24, 0):
        return time(0, 0)
    return time(int(hours), int(minutes or 0))


def _clock(clock: time) -> str:
    return f"{clock.hour}:{clock.minute:02}" if clock.minute else str(clock.hour)


def _present(text: str) -> bool:
    if text not in ("", "0", "1"):
        raise OptionError(t.WRONG_PRESENT.format(text), "present")
    return text == "1"
