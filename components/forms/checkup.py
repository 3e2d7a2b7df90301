"""党性体检: one part of a quarter's check-up for one member at a time."""

from __future__ import annotations

from components import entry_texts as e
from components.entry_grid import Grid
from components.forms import people
from components.forms.common import signature
from components.forms.fields import (
    choose,
    entered_day,
    need,
    need_number,
    number,
    send_button,
    which_day,
)
from components.forms.sheet import Sheet, last_used, local_now, open_sheet
from components.loaders import engines, load
from components.markup import quarter_text
from components.problems import show_empty
from data.method import Method
from data.queries.entries import fetch_checked_members, fetch_checkup_parts
from data.reporting import recent_periods
from data.writes.checkup_parts import record_checkup_part

FORM = "checkup"
QUARTERS = 3


def _choose_what(sheet: Sheet, parts: dict[str, str]) -> tuple[str, str]:
    """A quarter that has begun and a part, the one last used."""
    quarters = recent_periods("quarter", local_now().date(), QUARTERS)
    words = {quarter: quarter_text(quarter) for quarter in quarters}
    label, usual = e.CHECKUP_QUARTER, quarters[0]
    quarter = choose(sheet, "quarter", label, words, usual=usual, required=True)
    last = last_used(FORM).get("part")
    first = last if last in parts else next(iter(parts))
    part = choose(sheet, "part", e.CHECKUP_PART, parts, usual=first, required=True)
    return quarter or usual, part or first


def checkup_form(grid: Grid, method: Method) -> None:
    """Draw the form; the parts are the method's, the members those who still lack one."""
    sheet = open_sheet(FORM, grid)
    if sheet is None or not method.checkup:
        return
    parts: dict[str, str] = {part.key: part.name for part in method.checkup.parts}
    quarter, part = _choose_what(sheet, parts)
    held = load(fetch_checkup_parts, grid.path, quarter)
    done = set(held.loc[held["part"] == part, "member_id"])
    done |= set(load(fetch_checked_members, grid.path, quarter))
    everybody = people.members(grid)
    roster = everybody.without(done)
    if roster.names:
        label = e.CHECKUP_LEFT.format(len(roster.names), parts[part])
        people.pick_one(sheet, "member", label, roster.names)
    else:
        show_empty(e.CHECKUP_ALL_DONE.format(quarter_text(quarter), parts[part]))
    number(sheet, "score", e.CHECKUP_SCORE, step=1.0, format="%g")
    which_day(sheet, e.CHECKUP_DATE)

    def write(request_id: str) -> str:
        member_id = need(sheet, "member", e.CHECKUP_MEMBER)
        made = record_checkup_part(
            engines(),
            member_id=member_id,
            quarter=quarter,
            part=part,
            score=need_number(sheet, "score", e.CHECKUP_SCORE),
            checked_on=entered_day(sheet, e.CHECKUP_DATE),
            **signature(request_id),
        )
        missing = "、".join(parts[p] for p in made.missing)
        rest = e.CHECKUP_MISSING.format(missing) if missing else ""
        if made.total is not None:
            rest = e.CHECKUP_TOTAL.format(f"{made.total:.1f}")
        return e.CHECKUP_SAVED.format(everybody.names[member_id], parts[part], rest)

    send_button(sheet, write)
