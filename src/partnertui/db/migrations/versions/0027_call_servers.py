"""Functions for months of calls that are kept on other servers; no table changes."""

from partnertui.db.migrations.revision_files import run

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    run(revision)
