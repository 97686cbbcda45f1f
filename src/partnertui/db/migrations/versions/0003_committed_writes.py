"""The idempotency keys of writes that were committed."""

from partnertui.db.migrations.run_sql import run

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run(revision)
