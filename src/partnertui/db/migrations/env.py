"""Runs migrations on the connection given by `db/migrate.py`, in one transaction."""

from alembic import context

from partnertui.db.models import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
