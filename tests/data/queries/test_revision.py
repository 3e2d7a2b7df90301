from __future__ import annotations

from data.engines import Engines
from data.queries.revision import fetch_revision
from tests import builders as build


def test_every_write_transaction_bumps_the_revision(engines: Engines) -> None:
    with engines.read() as connection:
        before = fetch_revision(connection)
    for _ in range(2):
        with engines.write() as connection:
            build.create_person(connection)
    with engines.read() as connection:
        assert fetch_revision(connection) == before + 2
