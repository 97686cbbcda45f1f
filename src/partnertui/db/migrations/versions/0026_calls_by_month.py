"""Functions that keep the months of a partitioned table of calls; the table itself stays as it is."""

from partnertui.db.migrations.revision_files import run

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    run(revision)
