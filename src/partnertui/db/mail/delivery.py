"""Sends a mailbox's due mail over one SMTP connection."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from partnertui.db.database import Database
from partnertui.db.errors import DatabaseError
from partnertui.db.mail.mailboxes import MailboxRow, SignIns, note_sending
from partnertui.db.mail.outbox_claims import Claimed, claim, due, mark_handed_over
from partnertui.db.mail.outbox_outcomes import block, settle
from partnertui.db.models import Mail, MailReference, Ticket, TicketAttachment, TicketMessage
from partnertui.db.models.base import now
from partnertui.db.tickets.reply_variables import resolve
from partnertui.domain.mail_states import MailKind, OutboxState
from partnertui.domain.operators import Operator
from partnertui.mail.attachments import File
from partnertui.mail.mailbox_account import MailServerError
from partnertui.mail.mentioned_tickets_and_calls import with_token
from partnertui.mail.outgoing import MOST_REFERENCES, Draft, NotComposed, ascii_address, compose
from partnertui.mail.smtp import Delivery, Envelope, SmtpSession
from partnertui.vault.errors import VaultError

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0
"""Seconds between tries to reach a mail server that is away."""
SETTLE_PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds between tries to keep an outcome in a database that is away."""


@dataclass(frozen=True)
class _Ready:
    """A mail as it is sent; `text` is its body with the variables filled in."""

    content: bytes
    envelope: Envelope
    text: str


class MailSender:
    """Sends in the name of an operator, until `stop` is set; `who` tells this process from others."""

    def __init__(
        self, database: Database, operator: Operator, sign_ins: SignIns, who: str, stop: threading.Event
    ) -> None:
        self._database, self._operator, self._sign_ins, self._who = database, operator, sign_ins, who
        self._stop = stop
        self._failures: dict[int, int] = {}
        self._next_try: dict[int, float] = {}

    def send(self, mailbox: MailboxRow, mailboxes: Sequence[MailboxRow]) -> dict[OutboxState, int]:
        """Sends what is due; returns how many came to which state. Raises UserError, after it is noted."""
        if mailbox.sends is None or time.monotonic() < self._next_try.get(mailbox.id, 0.0):
            return {}
        waiting = self._database.read(lambda connection: due(connection, mailbox, mailboxes))
        if not waiting:
            return {}
        try:
            found = asyncio.run(self._send(mailbox, waiting))
        except (MailServerError, VaultError) as error:
            self._put_off(mailbox, str(error))
            raise
        self._failures.pop(mailbox.id, None)
        return found

    def _put_off(self, mailbox: MailboxRow, problem: str) -> None:
        failures = self._failures[mailbox.id] = self._failures.get(mailbox.id, 0) + 1
        self._next_try[mailbox.id] = time.monotonic() + min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
        note_sending(self._database, mailbox.id, problem)

    async def _send(self, mailbox: MailboxRow, waiting: Sequence[int]) -> dict[OutboxState, int]:
        assert mailbox.sends is not None
        found: dict[OutboxState, int] = {}
        async with SmtpSession(mailbox.sends, self._sign_ins.of(mailbox)) as session:
            note_sending(self._database, mailbox.id, None)
            for outbox_id in waiting:
                if self._stop.is_set():
                    break
                mail = claim(self._database, outbox_id, mailbox, self._who)
                if mail is None:
                    continue
                ready = self._prepare(mail, mailbox)
                if ready is None:
                    found[OutboxState.BLOCKED] = found.get(OutboxState.BLOCKED, 0) + 1
                    continue

                # As defaults, which keep this round's values.
                def before_text(mail: Claimed = mail, text: str = ready.text) -> bool:
                    return mark_handed_over(self._database, mail, self._who, text)

                delivery = await session.send(ready.envelope, ready.content, before_text)
                state = await self._settle(mail, delivery)
                found[state] = found.get(state, 0) + 1
                if delivery.connection_lost:
                    self._put_off(mailbox, f"The connection to the mail server was lost: {delivery.answer}")
                    break
        return found

    async def _settle(self, mail: Claimed, delivery: Delivery) -> OutboxState:
        """Keeps the outcome, also where the database is away for some seconds."""
        for seconds in SETTLE_PAUSES:
            try:
                return settle(self._database, self._operator, mail, self._who, delivery)
            except DatabaseError:
                await asyncio.sleep(seconds)
        return settle(self._database, self._operator, mail, self._who, delivery)

    def _prepare(self, mail: Claimed, mailbox: MailboxRow) -> _Ready | None:
        """The mail composed; None if it isn't fit to be sent, which is kept with the reason."""
        try:
            return self._database.read(lambda connection: _composed(connection, mail, mailbox), deadline=30.0)
        except NotComposed as error:
            block(self._database, self._operator, mail, self._who, error.message)
            return None


def _composed(connection: Connection, mail: Claimed, mailbox: MailboxRow) -> _Ready:
    """Raises NotComposed for a variable without a value, and for recipients that aren't valid."""
    message = connection.execute(
        select(TicketMessage.author_id, Ticket.number)
        .join(Ticket, Ticket.id == TicketMessage.ticket_id)
        .where(TicketMessage.id == mail.ticket_message_id)
    ).one()
    parts = {"text": mail.body, "subject": mail.subject}
    for name, text in parts.items():
        found = resolve(connection, text, ticket_id=mail.ticket_id, agent_id=message.author_id)
        if found.missing:
            names = ", ".join(f"{{{one}}}" for one in found.missing)
            raise NotComposed(f"There is no value for {names}.", "Write the reply without it.")
        parts[name] = found.text
    draft = _draft(connection, mail, mailbox, parts, message.number, is_automatic=message.author_id is None)
    hidden = [ascii_address(one) for one in mail.addresses("bcc")]
    copy = [ascii_address(mailbox.copies_to)] if mailbox.copies_to else []
    shown = [ascii_address(one) for one in (*draft.to, *draft.cc)]
    if not shown and not hidden:
        raise NotComposed("It has no recipient.", "Add one.")
    # Blind copies are recipients of the envelope alone (RFC 5322, section 3.6.3).
    everybody = list(dict.fromkeys([*shown, *hidden, *copy]))
    return _Ready(compose(draft), Envelope(ascii_address(mailbox.address), everybody, frozenset(copy)), parts["text"])


def _draft(
    connection: Connection,
    mail: Claimed,
    mailbox: MailboxRow,
    parts: dict[str, str],
    number: str,
    *,
    is_automatic: bool,
) -> Draft:
    references = connection.scalars(
        select(MailReference.message_id)
        .where(MailReference.ticket_id == mail.ticket_id, MailReference.message_id != mail.message_id)
        .order_by(MailReference.id.desc())
        .limit(MOST_REFERENCES)
    )
    answered = (
        select(Mail.message_id)
        .join(TicketMessage, TicketMessage.mail_id == Mail.id)
        .where(TicketMessage.ticket_id == mail.ticket_id, TicketMessage.id < mail.ticket_message_id)
        .where(Mail.message_id.is_not(None), Mail.kind == MailKind.MESSAGE)
    )
    columns = (
        TicketAttachment.name,
        TicketAttachment.media_type,
        TicketAttachment.content,
        TicketAttachment.content_id,
    )
    files = select(*columns).where(TicketAttachment.message_id == mail.ticket_message_id).order_by(TicketAttachment.id)
    return Draft(
        mailbox.name,
        mailbox.address,
        mail.addresses("to"),
        mail.addresses("cc"),
        with_token(parts["subject"], number),
        parts["text"],
        mail.message_id,
        # The newest ones, in the order of the conversation (RFC 5322, section 3.6.4).
        list(references)[::-1],
        connection.scalar(answered.order_by(TicketMessage.id.desc()).limit(1)),
        now(),
        [File(*row) for row in connection.execute(files)],
        is_automatic,
    )
