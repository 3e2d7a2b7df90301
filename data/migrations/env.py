"""Runs migrations on the connection that data.migrate hands over; touches no logging set-up."""

from alembic import context

from data.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can only change a table by copying it
    render_as_batch=context.config.attributes["connection"].dialect.name == "sqlite",
)

with context.begin_transaction():
    context.run_migrations()
