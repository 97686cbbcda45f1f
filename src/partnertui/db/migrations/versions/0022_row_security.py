"""Row security: roles, policies, column grants, and functions that reveal what was asked for first."""

from partnertui.db.migrations.revision_files import run

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run(revision)
