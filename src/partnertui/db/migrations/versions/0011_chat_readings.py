"""Requests to read the text of chats, and when a text was destroyed."""

from partnertui.db.migrations.revision_files import run

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run(revision)
