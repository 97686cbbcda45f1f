"""Refunds from the request to what became of them, and who read a gateway's answer."""

from partnertui.db.migrations.revision_files import run

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run(revision)
