"""The idempotency keys of writes that were committed."""

from partnertui.db.migrations.revision_files import run

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run(revision)
