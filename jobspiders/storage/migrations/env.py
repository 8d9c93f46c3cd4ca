"""Alembic runs this with the connection, already locked, that ``jobspiders.storage.schema`` hands it."""

from __future__ import annotations

from alembic import context

from jobspiders.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
