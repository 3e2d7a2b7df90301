"""Volunteers on the wall: people, teams, stars, and whom today is owed to."""

from __future__ import annotations

from components.filters import View
from components.loaders import load
from components.markup import day, escape, number
from components.wall import parts, people_parts
from components.wall import texts as t
from components.wall.parts import Row
from data.method import Method
from data.periods import local_date
from data.queries.volunteers import fetch_star_distribution
from data.queries.wall import fetch_thanks
from data.settings import zone

FIGURES = ("volunteers", "active_volunteer_rate", "hours", "hours_per_volunteer", "visits")
THANKED = 60
MINUTES = 60


def build(view: View, method: Method) -> str:
    """The whole scene."""
    trend = parts.line(parts.trend(view, "hours"))
    return parts.scene(
        "volunteers",
        parts.tiles(view, method, FIGURES),
        people_parts.volunteers_box(view),
        people_parts.teams_box(view),
        _stars(view, method),
        parts.box("volunteer_trend", t.VOLUNTEER_TREND, trend, note=view.period_text),
        _thanks(view),
    )


def _stars(view: View, method: Method) -> str:
    stars = load(fetch_star_distribution, view.scope, tuple(method.volunteering.stars))
    lines = [
        (row.name, float(row.volunteers), t.PEOPLE.format(row.volunteers))
        for row in stars.iloc[::-1].itertuples(index=False)
    ]
    return parts.box("stars", t.STARS, parts.bars(lines))


def _thanks(view: View) -> str:
    """Today's approved services; the last day's where today has none yet."""
    services = load(fetch_thanks, view.scope)
    if services.empty:
        return parts.box("thanks", t.THANKS, parts.empty(t.NO_THANKS), opens=False)
    on = local_date(services["at"].iloc[0], zone())
    today = on == local_date(view.scope.now, zone())
    title = t.THANKS if today else t.THANKS_LAST.format(day(on))
    hours = services["minutes"].sum() / MINUTES
    lines = [
        Row(
            lead="",
            text=f"{row.name or t.PRIVATE_PERSON}　{row.team_name}",
            small=f"{row.unit_name} · {row.activity}",
            end=f"{number(row.minutes / MINUTES, 1)}<small>小时</small>",
        )
        for row in services.head(THANKED).itertuples(index=False)
    ]
    note = t.THANKS_NOTE.format(len(services), escape(number(hours, 1)))
    return parts.box("thanks", title, parts.rows(lines, turns=True), note=note)
