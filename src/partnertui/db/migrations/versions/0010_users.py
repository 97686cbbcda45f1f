"""Users that were removed, sessions of log-in links, and what is to be written to the switch."""

from partnertui.db.migrations.revision_files import run

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run(revision)
