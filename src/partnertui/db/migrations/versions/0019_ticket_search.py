"""Full-text search of tickets: subjects and the bodies of messages."""

from partnertui.db.migrations.revision_files import run

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run(revision)
