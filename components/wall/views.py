"""From a wall's options to what is asked of the loaders: the unit, the period, the method."""

from __future__ import annotations

from datetime import datetime, timedelta

from components import mapping
from components.filters import View
from components.loaders import load, load_method, load_totals
from components.wall import texts as t
from components.wall.access import Audience
from components.wall.options import OptionError, Options
from data.method import Method
from data.periods import local_date, period_bounds
from data.queries.calendar import fetch_calendar
from data.queries.units import fetch_boundaries_below, fetch_units
from data.scope import Scope
from data.settings import zone


def view_of(options: Options, audience: Audience, at: datetime) -> View:
    """The unit and period to show, judged at ``at``; OptionError for a unit out of reach."""
    units = load(fetch_units)
    units = units[units["path"].str.startswith(audience.reach)]
    chosen = units[units["code"] == options.unit] if options.unit else units
    if chosen.empty:
        raise OptionError(t.WRONG_UNIT.format(options.unit), "unit")
    row = chosen.iloc[0]
    start, end = period_bounds(options.period, at, zone())
    scope = Scope(path=row["path"], start=start, end=end, now=at)
    return View(
        unit_id=int(row["id"]),
        code=row["code"],
        name=row["name"],
        level=row["level"],
        path=row["path"],
        period=options.period,
        scope=scope,
    )


def method_at(at: datetime) -> Method:
    """The work method in force on the local day of a moment."""
    return load_method(local_date(at, zone())).method


def map_level(view: View, method: Method) -> str:
    """The level that the unit's map shows: grids, or what lies below the unit; "" for none."""
    level = mapping.grid_level(view, [x.key for x in method.levels], method.grid_level)
    if level == view.level:
        return ""
    shapes = load(fetch_boundaries_below, view.path, level)
    return level if shapes["boundary"].notna().any() else ""


def scenes_of(options: Options, view: View, method: Method) -> list[str]:
    """The scenes that have something to show, in the order asked for."""
    totals = load_totals(view.scope).loc[view.unit_id]
    shown = {
        "overview": True,
        "map": bool(map_level(view, method)),
        "appeals": totals["received_appeals"] + totals["open_appeals"] + totals["closed_appeals"],
        "members": totals["members"] and (method.points or method.checkup),
        "volunteers": totals["volunteers"] + totals["service_minutes"],
    }
    return [name for name in options.scenes if shown[name]]


def calendar_note(at: datetime) -> str:
    """What to say while limits are counted in days that nobody has published; "" else."""
    year = local_date(at + timedelta(days=1), zone()).year
    known = load(fetch_calendar).known_until
    return "" if known and known.year >= year else t.CALENDAR_UNKNOWN.format(year)
