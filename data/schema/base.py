"""Metadata, column types and the columns that every recorded fact carries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    TypeDecorator,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes, stored in UTC; a naive one is refused (ValueError)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def key_to(target: str, *, nullable: bool = False, index: bool = True) -> Column[int]:
    """A foreign-key column named after the table it points at (``member.id`` → member_id)."""
    name = target.replace(".", "_")
    return Column(name, ForeignKey(target), nullable=nullable, index=index)


def recorded() -> list[Column[Any]]:
    """Who recorded a row, when, from which surface, and the key that makes a retry harmless."""
    return [
        Column("recorded_at", UtcDateTime, nullable=False),
        Column("recorded_by", String(60), nullable=False),
        # no foreign key: rows of before there were accounts, and seals, stay as they are
        Column("recorded_by_account", Integer),
        Column("surface", String(20), nullable=False),
        Column("request_id", String(64), unique=True),
    ]


def sealed() -> Column[str]:
    """Hash over the row's facts and the seal of the row before it (see data.ledger)."""
    return Column("seal", String(64), nullable=False)


def primary() -> Column[int]:
    """The usual integer primary key."""
    return Column("id", Integer, primary_key=True)
