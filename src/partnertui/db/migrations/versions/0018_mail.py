"""Mailboxes, mails and the outbox; watches, links and participants of tickets; business calendars."""

from partnertui.db.migrations.revision_files import run

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run(revision)
