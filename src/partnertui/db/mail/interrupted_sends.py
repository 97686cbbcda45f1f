"""Finds mail whose service stopped while sending, and marks those whose outcome is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, select, update

from partnertui.db.database import Database
from partnertui.db.mail.mailboxes import MailboxRow
from partnertui.db.models import MailboxState, OutboxMail
from partnertui.db.models.base import now
from partnertui.domain.mail_states import OutboxState
from partnertui.mail.claiming_process import is_gone

LONGEST_SENDING = timedelta(minutes=20)
"""After so long, a service on another host that has claimed a mail is taken for ended: no step takes longer."""
COPY_WAIT = timedelta(minutes=10)
"""How long the copy of a mail may take to come back."""
ENDED = "The mail service stopped while sending this: it may have been delivered."
NOT_BACK = "Its blind copy isn't in the mailbox, so it will be sent again."


def take_over(database: Database, who: str) -> int:
    """Frees what ended services had claimed: waiting again if it certainly did not go out, else unknown.

    `who` is the caller, who isn't sending anything now. Returns how many.
    """

    columns = (OutboxMail.id, OutboxMail.claimed_by, OutboxMail.claimed_at, OutboxMail.handed_at)
    query = select(*columns).where(OutboxMail.state == OutboxState.SENDING)
    rows = database.read(lambda connection: connection.execute(query).all())
    left = [row for row in rows if _is_left(row.claimed_by, row.claimed_at or now(), who)]

    def work(connection: Connection) -> int:
        count = 0
        for row in left:
            same = (
                OutboxMail.id == row.id,
                OutboxMail.state == OutboxState.SENDING,
                OutboxMail.claimed_by.is_not_distinct_from(row.claimed_by),
                OutboxMail.handed_at.is_not_distinct_from(row.handed_at),
            )
            values = (
                {"state": OutboxState.WAITING, "claimed_by": None}
                if row.handed_at is None
                else {"state": OutboxState.UNKNOWN, "problem": ENDED}
            )
            count += connection.execute(update(OutboxMail).where(*same).values(**values)).rowcount
        return count

    return database.write(work) if left else 0


def _is_left(claimed_by: str | None, claimed_at: datetime, who: str) -> bool:
    return claimed_by == who or is_gone(claimed_by) or claimed_at < now() - LONGEST_SENDING


def send_again_without_copy(
    database: Database, mailboxes: Sequence[MailboxRow], copy_wait: timedelta = COPY_WAIT
) -> int:
    """Lets those be sent again whose copy should have come back long ago; returns how many.

    Only where the mailbox that gets the copies was read completely since: what it has, settles them before this.
    """
    count = 0
    for mailbox in mailboxes:
        if mailbox.copies_to and mailbox.sends is not None:
            reader = _reader_of(mailbox.copies_to, mailboxes)
            if reader is None:  # a copy that nobody reads proves nothing
                continue
            count += database.write(partial(_release, mailbox=mailbox, reader_id=reader, copy_wait=copy_wait))
    return count


def _reader_of(address: str, mailboxes: Sequence[MailboxRow]) -> int | None:
    """The mailbox that the copies arrive in; None if none that is read has this address, with or without `+…`."""
    local, _, domain = address.lower().rpartition("@")
    wanted = (address.lower(), f"{local.partition('+')[0]}@{domain}")
    return next((one.id for one in mailboxes if one.reads is not None and one.address.lower() in wanted), None)


def _release(connection: Connection, *, mailbox: MailboxRow, reader_id: int, copy_wait: timedelta) -> int:
    read_at: datetime | None = connection.scalar(
        select(MailboxState.read_at).where(MailboxState.mailbox_id == reader_id)
    )
    if read_at is None:
        return 0
    missing = (
        OutboxMail.mailbox_id == mailbox.id,
        OutboxMail.state == OutboxState.UNKNOWN,
        OutboxMail.handed_at < read_at - copy_wait,
    )
    values = {"state": OutboxState.WAITING, "not_before": now(), "claimed_by": None, "problem": NOT_BACK}
    return connection.execute(update(OutboxMail).where(*missing).values(**values)).rowcount
