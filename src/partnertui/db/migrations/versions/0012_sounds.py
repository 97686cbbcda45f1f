"""Sounds keep what was added beside what was adjusted, and are handed out once by a token."""

from partnertui.db.migrations.revision_files import run

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run(revision)
