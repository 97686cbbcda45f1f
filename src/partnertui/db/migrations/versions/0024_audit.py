"""The audit chain of history, which is append-only from now on."""

from partnertui.db.migrations.revision_files import run

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    run(revision)
