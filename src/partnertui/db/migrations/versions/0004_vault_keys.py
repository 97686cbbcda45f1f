"""The wrapped data keys of the vault."""

from partnertui.db.migrations.revision_files import run

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run(revision)
