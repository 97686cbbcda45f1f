"""The results of probes, so that the last ones of a phone can be looked at again."""

from partnertui.db.migrations.revision_files import run

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run(revision)
