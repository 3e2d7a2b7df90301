"""服务时长: one event, one or more volunteers of the grid."""

from __future__ import annotations

from datetime import timedelta

from components import entry_texts as e
from components import identity
from components.entry_grid import Grid
from components.forms import people
from components.forms.common import signature
from components.forms.fields import (
    choose,
    entered_moment,
    line,
    more,
    need,
    need_number,
    number,
    send_button,
    when,
)
from components.forms.sheet import NOW, Sheet, last_used, open_sheet
from components.loaders import engines
from components.markup import span
from data.method import Method
from data.writes.service import record_service

FORM = "service"
USUAL = (30, 60, 90, 120, 180, 240, 480)  # minutes
OTHER = 0


def service_form(grid: Grid, method: Method) -> None:
    """Draw the form; the kinds of service are the method's."""
    sheet = open_sheet(FORM, grid)
    if sheet is None:
        return
    used = last_used(FORM)
    kinds = {name: name for name in method.volunteering.activities}
    first = {k: k for k in kinds if k == used.get("activity")}
    choose(sheet, "activity", e.SERVICE_ACTIVITY, first | kinds)
    people.pick_many(sheet, "people", e.VOLUNTEERS, people.volunteers(grid))
    _minutes_field(sheet, used.get("minutes"))
    when(sheet, e.SERVICE_WHEN, now=e.SERVICE_JUST)
    me = identity.me()
    mine = me.display_name if me else ""
    certifier = sheet.get("certifier") or sheet.content.get("certifier") or mine
    with more(sheet, f"{e.SERVICE_CERTIFIER} {certifier}"):
        line(sheet, "certifier", e.SERVICE_CERTIFIER, hint=e.SERVICE_CERTIFIER_HINT)
        line(sheet, "note", e.SERVICE_NOTE)

    def write(request_id: str) -> str:
        activity, minutes = need(sheet, "activity", e.SERVICE_ACTIVITY), _minutes(sheet)
        started_at = entered_moment(sheet, e.SERVICE_WHEN)
        if sheet.get("when", NOW) == NOW:
            started_at -= timedelta(minutes=max(minutes, 0))
        signed = signature(request_id)
        done = record_service(
            engines(),
            volunteer_ids=list(sheet.get("people", [])),
            unit_id=grid.id,
            activity=activity,
            started_at=started_at,
            minutes=minutes,
            note=sheet.get("note", ""),
            certified_by=sheet.get("certifier", "").strip() or signed["actor"].name,
            **signed,
        )
        said = e.SERVICE_SAVED if done[0].status == "pending" else e.SERVICE_SAVED_NOW
        return said.format(len(done), span(minutes / 60))

    send_button(sheet, write)


def _minutes_field(sheet: Sheet, last: int | None) -> None:
    lengths = sorted({*USUAL, *([last] if last and 0 < last <= 720 else [])})
    options = {n: span(n / 60) if n % 60 == 0 or n < 60 else f"{n / 60:g}小时" for n in lengths}
    options |= {OTHER: e.SERVICE_OTHER}
    choose(sheet, "length", e.SERVICE_MINUTES, options, usual=last or 60, required=True)
    if sheet.get("length") == OTHER:
        number(sheet, "minutes", e.SERVICE_OTHER_MINUTES, step=10)


def _minutes(sheet: Sheet) -> int:
    length = sheet.get("length", 60)
    return int(length or need_number(sheet, "minutes", e.SERVICE_OTHER_MINUTES))
