"""The editable calendar of working days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from data.schema import calendar_day
from data.settings import zone
from data.workdays import WorkCalendar


def fetch_calendar(connection: Connection, since: date | None = None) -> WorkCalendar:
    """The calendar table as working-day arithmetic, in the configured zone.

    ``since`` leaves out the years before it: enough for time limits that start
    on that day or later, and less to read.
    """
    days = select(calendar_day.c.day, calendar_day.c.is_workday)
    if since is not None:
        days = days.where(calendar_day.c.day >= date(since.year, 1, 1))
    rows = connection.execute(days)
    return WorkCalendar({row.day: bool(row.is_workday) for row in rows}, zone())
