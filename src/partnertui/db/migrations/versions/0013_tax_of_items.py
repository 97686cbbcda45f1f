"""Lines of a transaction know their VAT rate and what was given back of them."""

from partnertui.db.migrations.revision_files import run

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run(revision)
