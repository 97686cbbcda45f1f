"""Reads a ticket's conversation: the newest messages with mails and attachments, and the reply's recipients."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, func, select

from partnertui.db.models import Mail, OutboxMail, TicketAttachment, TicketMessage
from partnertui.db.rows.dict_rows import fetch_dicts
from partnertui.db.rows.read_limits import BODY_READ, CONVERSATION_READ, IDS_PER_QUERY, MESSAGES_READ, SHORTENED
from partnertui.db.rows.type_aliases import RowDict

MAIL_COLUMNS = (
    OutboxMail.ticket_message_id,
    OutboxMail.state,
    OutboxMail.not_before,
    OutboxMail.sent_at,
    OutboxMail.problem,
    OutboxMail.server_answer,
    OutboxMail.mailbox_id,
    OutboxMail.message_id.label("mail_message_id"),
    OutboxMail.subject,
)


def conversation(connection: Connection, ticket: int, most: int = MESSAGES_READ) -> RowDict:
    """The newest `messages` of a ticket, oldest first, and how many `older` ones are left out.

    Each has its `mail` (state, times, problem) if it is a reply that goes out, and its `attachments` without content.
    """
    body = func.substr(TicketMessage.body, 1, BODY_READ).label("body")
    columns = (
        TicketMessage.id,
        TicketMessage.kind,
        TicketMessage.author,
        TicketMessage.author_id,
        TicketMessage.at,
        TicketMessage.mail_id,
        TicketMessage.recipients,
        TicketMessage.caution,
        body,
        func.length(TicketMessage.body).label("size"),
    )
    newest = (
        select(*columns)
        .where(TicketMessage.ticket_id == ticket)
        .order_by(TicketMessage.at.desc(), TicketMessage.id.desc())
        .limit(most)
    )
    messages, read = fetch_dicts(connection, newest), 0
    for message in messages:
        read += len(message["body"])
        if read > CONVERSATION_READ and len(message["body"]) > SHORTENED:
            message["body"] = message["body"][:SHORTENED]
    older = 0
    if len(messages) == most:
        total = select(func.count()).select_from(TicketMessage).where(TicketMessage.ticket_id == ticket)
        older = connection.execute(total).scalar_one() - most
    messages.reverse()
    _add_mails(connection, messages)
    _add_attachments(connection, messages)
    return {"messages": messages, "older": older}


def _add_mails(connection: Connection, messages: list[RowDict]) -> None:
    found: dict[int, RowDict] = {}
    for keys in _in_parts([message["id"] for message in messages if message["kind"] == "reply"]):
        statement = select(*MAIL_COLUMNS).where(OutboxMail.ticket_message_id.in_(keys))
        found |= {row["ticket_message_id"]: row for row in fetch_dicts(connection, statement)}
    for message in messages:
        message["mail"] = found.get(message["id"])


def _add_attachments(connection: Connection, messages: list[RowDict]) -> None:
    found: dict[int, list[RowDict]] = defaultdict(list)
    size = func.coalesce(TicketAttachment.size, func.length(TicketAttachment.content)).label("size")
    columns = (TicketAttachment.id, TicketAttachment.message_id, TicketAttachment.name, TicketAttachment.media_type)
    for keys in _in_parts([message["id"] for message in messages]):
        statement = select(*columns, TicketAttachment.evidence_kind, size).where(TicketAttachment.message_id.in_(keys))
        for row in fetch_dicts(connection, statement.order_by(TicketAttachment.id)):
            found[row["message_id"]].append(row)
    for message in messages:
        message["attachments"] = found.get(message["id"], [])


def _in_parts(keys: list[int]) -> list[list[int]]:
    return [keys[at : at + IDS_PER_QUERY] for at in range(0, len(keys), IDS_PER_QUERY)]


def raw_mail(connection: Connection, mail_id: int) -> bytes | None:
    """The mail that a message came in, as it came."""
    found: bytes | None = connection.execute(select(Mail.raw).where(Mail.id == mail_id)).scalar()
    return found


def whole_text(connection: Connection, message_id: int) -> str:
    """The text of a message however long it is; "" if it is gone."""
    return connection.execute(select(TicketMessage.body).where(TicketMessage.id == message_id)).scalar() or ""
