"""Alembic's way in; the connection comes from `storage.database.upgrade`."""

from alembic import context
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 -- the tables register with SQLModel's metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
