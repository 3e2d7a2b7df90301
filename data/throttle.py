"""How long somebody who gave wrong passwords has to wait.  Pure: times are handed in.

Failures are counted in three places: for this account from this address (the pair), for
the account from everywhere, and for the address whatever the account.  Only an address
that itself failed on an account waits for that account, and its waiting runs from its own
last failure: so nobody can keep a right password from elsewhere out by guessing on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FREE = 3  # failures that cost nothing: people mistype
FREE_ADDRESS = 20  # a whole office may share one address
FREE_ACCOUNT = 20
LONGEST = timedelta(minutes=15)
FORGOTTEN = timedelta(days=1)  # a failure older than this counts no more


@dataclass(frozen=True)
class Failures:
    """Failures in a row and when the latest was; ``trusted``: it has succeeded before."""

    count: int = 0
    last: datetime | None = None
    trusted: bool = False


NONE = Failures()


def delay(failures: int, free: int = FREE) -> timedelta:
    """The wait after so many failures: 0, then 1 s, 2 s, 4 s … up to 15 minutes."""
    over = failures - free
    if over < 0:
        return timedelta(0)
    # 2 ** 10 s is past the longest already, and larger powers would overflow
    return min(timedelta(seconds=2 ** min(over, 10)), LONGEST)


def wait(now: datetime, pair: Failures, account: Failures, address: Failures) -> timedelta:
    """How long until the next attempt is looked at; zero when it may be made now."""
    waits = [timedelta(0)]
    if pair.count and pair.last is not None and now - pair.last < FORGOTTEN:
        slowest = max(delay(pair.count), delay(account.count, FREE_ACCOUNT))
        waits.append(pair.last + slowest - now)
    # somebody who has logged in from here before need not wait for a neighbour's guessing
    known = pair.trusted and not pair.count
    if not known and address.last is not None and now - address.last < FORGOTTEN:
        waits.append(address.last + delay(address.count, FREE_ADDRESS) - now)
    return max(waits)


def failed(before: Failures, now: datetime) -> Failures:
    """The count after one more failure."""
    recent = before.last is not None and now - before.last < FORGOTTEN
    return Failures((before.count if recent else 0) + 1, now, before.trusted)
