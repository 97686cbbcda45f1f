"""Invoices and credit notes with their counters; what partners print on theirs."""

from partnertui.db.migrations.revision_files import run

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run(revision)
