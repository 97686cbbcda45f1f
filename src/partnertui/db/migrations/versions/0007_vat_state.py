"""What VIES says of VAT numbers; indexes for what a customer's record opens with."""

from partnertui.db.migrations.revision_files import run

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run(revision)
