"""Functions by which partners reply with canned responses, and a card is found by its number; no table changes."""

from partnertui.db.migrations.revision_files import run

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    run(revision)
