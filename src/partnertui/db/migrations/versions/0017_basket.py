"""Basket items recur, and each is followed once; payments are corrected by entries of their own."""

from partnertui.db.migrations.revision_files import run

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    run(revision)
