"""SIP messages that `partnertui hep` receives."""

from partnertui.db.migrations.revision_files import run

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run(revision)
