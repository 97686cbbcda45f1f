"""How long records are kept, and a key of the vault for each customer."""

from partnertui.db.migrations.revision_files import run

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    run(revision)
