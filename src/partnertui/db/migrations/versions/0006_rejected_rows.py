"""Rows of switches that could not be imported."""

from partnertui.db.migrations.revision_files import run

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run(revision)
