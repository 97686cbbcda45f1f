"""Views sent to a colleague; on PostgreSQL, notices of changed tickets."""

from partnertui.db.migrations.revision_files import run

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run(revision)
