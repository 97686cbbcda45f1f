"""Calls are priced: days on which prices are valid, what a call was charged by, each charge once."""

from partnertui.db.migrations.revision_files import run

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run(revision)
