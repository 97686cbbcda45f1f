"""Operators: locked accounts, failed log-ins, sessions."""

from partnertui.db.migrations.revision_files import run

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    run(revision)
