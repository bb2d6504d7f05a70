"""Alembic's way in: the connection comes from `store.database`, which holds the lock and the transaction."""

from alembic import context

from store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
