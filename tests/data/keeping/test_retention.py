"""Which backups go: the latest never does, and everybody who is left is left for a reason."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from data.keeping.retention import LATELY, Keep, expired

NOW = datetime(2026, 11, 20, 10, 0)  # noqa: DTZ001 local, as in the names of backups


def daily(days: int, hour: int = 2) -> list[datetime]:
    """One backup a day at ``hour``, the latest today."""
    return [NOW.replace(hour=hour) - timedelta(days=n) for n in range(days)]


def test_a_year_of_daily_backups_leaves_days_and_then_weeks() -> None:
    made = daily(365)
    left = sorted(set(made) - expired(made, Keep(days=14, weeks=8), NOW), reverse=True)
    assert left[:14] == made[:14]
    # the two Sundays within the fourteen days are kept as days already, and so is this week
    assert [moment.isoweekday() for moment in left[14:]] == [7] * (8 - 1 - 2)
    assert left[-1] == datetime(2026, 10, 4, 2, 0)  # noqa: DTZ001


def test_of_a_day_the_latest_stays() -> None:
    old = datetime(2026, 11, 10, 9, 0)  # noqa: DTZ001
    made = [old, old.replace(hour=15), NOW]
    assert expired(made, Keep(days=14, weeks=8), NOW) == {old}


def test_what_was_made_lately_stays_however_often() -> None:
    made = [NOW - timedelta(minutes=10 * n) for n in range(40)]
    assert expired(made, Keep(days=1, weeks=0), NOW) == set()


def test_days_without_a_backup_do_not_count() -> None:
    made = [NOW - timedelta(days=100 + n) for n in range(14)]
    assert expired(made, Keep(days=14, weeks=0), NOW) == set()


def test_the_latest_stays_even_where_nothing_is_to_be_kept() -> None:
    made = [NOW - timedelta(days=n) for n in (30, 60)]
    assert expired(made, Keep(days=0, weeks=0), NOW) == {made[1]}


@given(
    st.sets(st.datetimes(NOW - timedelta(days=400), NOW + timedelta(days=3)), max_size=60),
    st.integers(0, 30),
    st.integers(0, 12),
)
def test_no_more_and_no_less_than_the_rule_says(made: set[datetime], days: int, weeks: int) -> None:
    gone = expired(made, Keep(days, weeks), NOW)
    left = made - gone
    assert gone <= made
    assert not made or max(made) in left
    assert all(NOW - moment >= LATELY for moment in gone)
    assert len({m.date() for m in left}) >= min(days, len({m.date() for m in made}))
    old = [m for m in left if NOW - m >= LATELY]
    assert len(old) <= days + weeks + 1
    assert expired(left, Keep(days, weeks), NOW) == set()  # nothing more a moment later
