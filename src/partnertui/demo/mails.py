"""Demo mail of tickets in one mailbox: received, sent, failed."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256

from partnertui.db.models import (
    Mail,
    Mailbox,
    MailboxState,
    MailReference,
    OutboxMail,
    Ticket,
    TicketMessage,
    TicketParticipant,
)
from partnertui.demo.collected_rows import Row
from partnertui.demo.shared_state import World
from partnertui.domain.mail_states import MailKind, OutboxState

ADDRESS = "support@voice.example"
MOST_TICKETS = 400
"""Of the newest tickets: the older ones came before there was a mailbox."""
TROUBLE = (
    (OutboxState.UNKNOWN, "The connection was lost before the server responded: it may have been delivered."),
    (OutboxState.FAILED, "550 5.1.1 no such user here"),
    (OutboxState.BLOCKED, "There is no value for {call.verdict}."),
)
OTHERS = (
    (MailKind.BOUNCE, "Mail Delivery System <mailer-daemon@mail.example>", "Undelivered Mail Returned to Sender", None),
    (MailKind.AUTOMATIC, "Ada Lane <ada@lane.example>", "Out of office: back on Monday", None),
    (MailKind.COPY, f"Voice support <{ADDRESS}>", "Re: No audio", None),
    (MailKind.UNREADABLE, "", "", "It has no sender address."),
)


def make_mails(world: World) -> None:
    """A mailbox that is disabled, so that a demo never talks to a server, and its mails."""
    mailbox = world.rows.add(
        Mailbox,
        name="Voice support",
        address=ADDRESS,
        imap_host="imap.voice.example",
        smtp_host="smtp.voice.example",
        login=ADDRESS,
        copies_to="support+sent@voice.example",
        enabled=False,
    )
    tickets = [row for row in world.rows.of(Ticket) if row["channel"] == "e-mail"][-MOST_TICKETS:]
    messages: dict[int, list[Row]] = defaultdict(list)
    for message in world.rows.of(TicketMessage):
        messages[message["ticket_id"]].append(message)
    troubles = iter(TROUBLE)
    for ticket in tickets:
        _participants(world, ticket)
        for message in messages[ticket["id"]]:
            if message["kind"] == "customer":
                _received(world, mailbox, ticket, message)
            elif message["kind"] == "reply":
                trouble = next(troubles, None) if ticket["state"] in ("open", "pending") else None
                _sent(world, mailbox, ticket, message, trouble)
    for hours, (kind, sender, subject, problem) in enumerate(OTHERS, 2):
        _other(world, mailbox, kind, sender, subject, problem, world.now - timedelta(hours=hours))
    world.rows.add(
        MailboxState,
        mailbox_id=mailbox["id"],
        uid_validity=1,
        last_uid=len(world.rows.of(Mail)),
        read_at=world.now,
        sent_at=world.now - timedelta(minutes=4),
    )


def _participants(world: World, ticket: Row) -> None:
    owner = {name: ticket[name] for name in ("customer_id", "partner_id")}
    address = ticket["requester_email"].lower()
    shared = {"ticket_id": ticket["id"], **owner}
    world.rows.add(TicketParticipant, **shared, address=address, name=ticket["requester_name"], kind="requester")
    if ticket["id"] % 5 == 0:
        copied = f"it@{address.rpartition('@')[2]}"
        world.rows.add(TicketParticipant, **shared, address=copied, name=None, kind="copied")


def _received(world: World, mailbox: Row, ticket: Row, message: Row) -> None:
    message_id = f"<{ticket['number']}.{message['id']}@customer.example>"
    sender = f"{ticket['requester_name']} <{ticket['requester_email']}>"
    mail = _mail(world, mailbox, message_id, sender, ticket["subject"], message["body"], message["at"])
    mail |= {"kind": MailKind.MESSAGE, "ticket_id": ticket["id"], "from_address": ticket["requester_email"].lower()}
    mail |= {name: ticket[name] for name in ("customer_id", "partner_id")}
    message["mail_id"] = mail["id"]
    world.rows.add(MailReference, message_id=message_id, ticket_id=ticket["id"])


def _sent(world: World, mailbox: Row, ticket: Row, message: Row, trouble: tuple[OutboxState, str] | None) -> None:
    message_id = f"<{ticket['number']}.{message['id']}@voice.example>"
    recipients = {"to": [ticket["requester_email"]], "cc": [], "bcc": []}
    state, problem = trouble or (OutboxState.SENT, None)
    sent_at = message["at"] + timedelta(seconds=12) if state == OutboxState.SENT else None
    message["recipients"] = recipients
    world.rows.add(
        OutboxMail,
        customer_id=ticket["customer_id"],
        partner_id=ticket["partner_id"],
        mailbox_id=mailbox["id"],
        ticket_id=ticket["id"],
        ticket_message_id=message["id"],
        message_id=message_id,
        recipients=recipients,
        subject=f"Re: {ticket['subject']}",
        body=message["body"],
        state=state,
        not_before=message["at"] + timedelta(seconds=10),
        attempts=1,
        sent_at=sent_at,
        server_answer="250 2.0.0 Ok: queued" if sent_at else None,
        problem=problem,
        handed_at=None if state == OutboxState.BLOCKED else message["at"] + timedelta(seconds=11),
        created_at=message["at"],
    )
    world.rows.add(MailReference, message_id=message_id, ticket_id=ticket["id"])


def _other(
    world: World, mailbox: Row, kind: MailKind, sender: str, subject: str, problem: str | None, at: datetime
) -> None:
    mail = _mail(world, mailbox, f"<{kind}.1@mail.example>", sender, subject, "", at)
    mail |= {"kind": kind, "problem": problem, "from_address": sender.partition("<")[2].strip(">") or None}
    mail["subject"] = subject or None


def _mail(world: World, mailbox: Row, message_id: str, sender: str, subject: str, body: str, at: datetime) -> Row:
    date = format_datetime(at)
    head = f"From: {sender}\nTo: {mailbox['address']}\nSubject: {subject}\nMessage-ID: {message_id}\nDate: {date}\n"
    raw = f"{head}\n{body}\n".encode()
    uid = len(world.rows.of(Mail)) + 1
    return world.rows.add(
        Mail,
        mailbox_id=mailbox["id"],
        uid_validity=1,
        uid=uid,
        message_id=message_id,
        content_hash=sha256(raw).hexdigest(),
        subject=subject,
        received_at=at,
        sent_at=at,
        size=len(raw),
        raw=raw,
    )
