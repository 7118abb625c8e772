"""Runs the migrations in the transaction of :func:`utils.database.prepare`."""

from alembic import context

from utils import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    transactional_ddl=True,  # SQLite's too, since we say BEGIN ourselves
    render_as_batch=True,
)
context.run_migrations()
