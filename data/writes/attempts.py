"""Counting wrong passwords, by account, by address and by both (see data.throttle)."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network

from sqlalchemy import Connection, delete, insert, select, update

from data.schema import login_attempt
from data.throttle import FORGOTTEN, NONE, Failures, failed, wait

KEPT = timedelta(days=90)  # how long an address is remembered to have logged in


def _keys(login: str, address: str) -> dict[str, str]:
    place = _network(address)
    texts = {"pair": f"{login}\n{place}", "account": login, "address": place}
    return {kind: sha256(text.encode()).hexdigest() for kind, text in texts.items()}


def _network(address: str) -> str:
    """One subscriber: an IPv4 address, or the 64 bits of IPv6 that one line is given."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else address


def next_attempt(connection: Connection, login: str, address: str, at: datetime) -> timedelta:
    """How long this address has to wait before the next password for this account."""
    held = {kind: _held(connection, kind, key) for kind, key in _keys(login, address).items()}
    return wait(at, held["pair"], held["account"], held["address"])


def note_failure(connection: Connection, login: str, address: str, at: datetime) -> None:
    """One more wrong password."""
    _forget_old(connection, at)
    for kind, key in _keys(login, address).items():
        held = _held(connection, kind, key)
        now = failed(held, at)
        _store(connection, kind, key, failures=now.count, failed_at=now.last)


def forgive(connection: Connection, login: str, address: str, at: datetime) -> None:
    """A right password: this address starts afresh with this account, which trusts it now.

    What others failed stays counted, so guessing from elsewhere stays as slow as it is.
    """
    key = _keys(login, address)["pair"]
    _store(connection, "pair", key, failures=0, failed_at=None, succeeded_at=at)


def _held(connection: Connection, kind: str, key: str) -> Failures:
    c = login_attempt.c
    columns = (c.failures, c.failed_at, c.succeeded_at)
    row = connection.execute(select(*columns).where(c.kind == kind, c.subject == key)).first()
    return Failures(row.failures, row.failed_at, row.succeeded_at is not None) if row else NONE


def _store(connection: Connection, kind: str, key: str, **values: object) -> None:
    mine = (login_attempt.c.kind == kind) & (login_attempt.c.subject == key)
    if not connection.execute(update(login_attempt).where(mine).values(values)).rowcount:
        row = {"kind": kind, "subject": key} | values
        connection.execute(insert(login_attempt).values(row))


def _forget_old(connection: Connection, at: datetime) -> None:
    """Invented names must not fill the table for ever."""
    c = login_attempt.c
    never = c.succeeded_at.is_(None) & (c.failed_at < at - FORGOTTEN)
    connection.execute(delete(login_attempt).where(never | (c.succeeded_at < at - KEPT)))
