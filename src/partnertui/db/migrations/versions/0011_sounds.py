"""Sounds keep what was added beside what was adjusted, and are handed out once by a token."""

from partnertui.db.migrations.run_sql import run

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run(revision)
