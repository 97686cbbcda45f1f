"""Incidents, their failures, and the registrations that were seen."""

from partnertui.db.migrations.revision_files import run

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    run(revision)
