"""All tables, indexes and the trigram search of CDR numbers."""

from partnertui.db.migrations.revision_files import run

revision = "0001"
down_revision = None


def upgrade() -> None:
    run(revision)
