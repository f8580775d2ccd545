"""Alembic's way in: the connection comes from `weekly.store.database.upgrade`."""

from __future__ import annotations

from alembic import context

from weekly.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
