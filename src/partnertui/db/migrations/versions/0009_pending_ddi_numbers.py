"""Numbers of an order one by one, and why a DDI was added without the check of its pattern."""

from partnertui.db.migrations.revision_files import run

revision = "0009"
down_revision = "0007"


def upgrade() -> None:
    run(revision)
