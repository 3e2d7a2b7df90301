"""Accounts, what they may do, their logins, displays' keys, and the log of it all."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from data.schema.base import UtcDateTime, key_to, metadata, primary, sealed

# disabled_at is null while the account may log in; an account is never deleted,
# because rows and the log keep pointing at it.
account = Table(
    "account",
    metadata,
    primary(),
    Column("login", String(60), nullable=False, unique=True),
    Column("display_name", String(60), nullable=False),
    key_to("person.id", nullable=True),
    Column("password_hash", String(200), nullable=False),
    Column("must_change_password", Integer, nullable=False, default=1),
    Column("is_demo", Integer, nullable=False, default=0),
    Column("phone_sealed", Text),  # encrypted, see data.cipher
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)

# unit_id is null for the whole database, which only an administrator is granted.
account_grant = Table(
    "account_grant",
    metadata,
    primary(),
    key_to("account.id"),
    Column("role", String(20), nullable=False),
    key_to("unit.id", nullable=True),
)

# The token itself is only in the browser's cookie. way: password, demo or oidc.
session = Table(
    "session",
    metadata,
    primary(),
    Column("token_hash", String(64), nullable=False, unique=True),
    key_to("account.id"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("address", String(60), nullable=False, default=""),
    Column("user_agent", String(200), nullable=False, default=""),
    Column("way", String(20), nullable=False, default="password"),
)

# Wrong passwords in a row. kind: account, address or pair (this account from this address).
# subject is a hash: what is typed as a name may be a password.
login_attempt = Table(
    "login_attempt",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("failed_at", UtcDateTime),  # the latest
    Column("succeeded_at", UtcDateTime, index=True),
)

display_key = Table(
    "display_key",
    metadata,
    primary(),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("name", String(60), nullable=False),
    key_to("unit.id"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)

# Append-only. before and after are JSON; account_id is no foreign key, so that the log
# can be read, and its chain verified, whatever became of the accounts.
audit_entry = Table(
    "audit_entry",
    metadata,
    primary(),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("account_id", Integer),
    Column("name", String(60), nullable=False),
    Column("role", String(20), nullable=False, default=""),
    Column("surface", String(20), nullable=False),
    Column("address", String(60), nullable=False, default=""),
    Column("session_id", Integer),
    Column("action", String(40), nullable=False),
    Column("subject_table", String(40), nullable=False, default=""),
    Column("subject_id", Integer),
    Column("subject", String(200), nullable=False, default=""),
    Column("before", Text),
    Column("after", Text),
    sealed(),
    Index("ix_audit_entry_views", "session_id", "action", "at"),
)
