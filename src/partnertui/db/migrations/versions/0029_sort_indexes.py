"""Indexes by which the last lists without one are paged in their order."""

from partnertui.db.migrations.revision_files import run

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    run(revision)
