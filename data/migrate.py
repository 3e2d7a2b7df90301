"""Schema migrations, run from code: the schema of a database and how to bring it up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from data.engines import open_engines
from data.schema import metadata

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
UPGRADE_LOCK = 7_240_611  # any number that nothing else in the database locks


def upgrade(url: str) -> None:
    """Bring the database to the newest schema, all or nothing; creates a missing SQLite file.

    Two processes that start at once follow one another: the second finds nothing to do.
    """
    engines = open_engines(url)
    if engines.url.get_backend_name() == "sqlite" and engines.url.database:
        Path(engines.url.database).parent.mkdir(parents=True, exist_ok=True)
    with engines.writer.begin() as connection:
        upgrade_connection(connection)


def upgrade_connection(connection: Connection, revision: str = "head") -> None:
    """Run the migrations up to ``revision`` inside the transaction of ``connection``."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def current_revision(url: str) -> str | None:
    """The schema revision a database is at, None when it has no schema of ours.

    Raises SQLAlchemy's OperationalError when the database cannot be read.
    """
    with open_engines(url).read() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The schema revision seen by an open connection (several heads joined by commas)."""
    options = {"target_metadata": metadata}
    heads = MigrationContext.configure(connection, opts=options).get_current_heads()
    return ",".join(sorted(heads)) or None


def head_revision() -> str:
    """The newest schema revision this program knows."""
    head = scripts().get_current_head()
    if head is None:
        raise RuntimeError(f"no migration found in {MIGRATIONS}")
    return head


def known_revisions() -> set[str]:
    """Every schema revision this program can upgrade from."""
    return {script.revision for script in scripts().walk_revisions()}


def scripts() -> ScriptDirectory:
    """The migrations there are."""
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    # the value is interpolated, so a "%" in the path must be doubled
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
