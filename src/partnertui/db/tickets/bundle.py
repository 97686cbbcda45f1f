"""Collects a ticket's evidence bundle: conversation, attachments, calls, tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select

from partnertui.db.errors import RowDeleted
from partnertui.db.models import Cdr, ProbeRun, Ticket, TicketAttachment, TicketLink, TicketMessage, TicketTag, User
from partnertui.db.models.base import table_of
from partnertui.db.permissions import scope
from partnertui.db.rows.dict_rows import fetch_dicts
from partnertui.db.rows.type_aliases import Query, RowDict
from partnertui.db.tickets.linked_records import linked_phones
from partnertui.db.tickets.new_conversation_entries import add_event
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.evidence import facts_of, kind_words
from partnertui.domain.evidence_zip import Part
from partnertui.domain.file_names import safe_file_name
from partnertui.domain.operators import Operator
from partnertui.domain.plurals import plural

MOST_CALLS, MOST_PROBES = 1_000, 50
LEFT_OUT = frozenset({"slot", "version"})


def ticket_with_number(connection: Connection, operator: Operator, number: str) -> int:
    """The ID of a ticket that the operator may see. Raises RowDeleted if there is none."""
    wanted: Query = select(Ticket.id, Ticket.partner_id).where(Ticket.number == number)
    found = connection.execute(scope(wanted, operator)).first()
    if found is None:
        raise RowDeleted(f"There is no ticket {number}.", advice="Use its number as shown in the list.")
    key: int = found.id
    return key


def bundle_parts(unit: UnitOfWork, ticket_id: int) -> list[Part]:
    """The parts of a ticket's bundle; notes in the ticket that one was made. Raises RowDeleted."""
    ticket = unit.get(Ticket, ticket_id)
    unit.session.flush()
    connection = unit.session.connection()
    facts = _all(connection, select(table_of(Ticket)).where(Ticket.id == ticket_id))[0]
    tags = select(TicketTag.tag).where(TicketTag.ticket_id == ticket_id).order_by(TicketTag.tag)
    facts["tags"] = list(connection.execute(tags).scalars())
    messages = _all(
        connection,
        select(table_of(TicketMessage))
        .where(TicketMessage.ticket_id == ticket_id)
        .order_by(TicketMessage.at, TicketMessage.id),
    )
    calls = _all(connection, _calls(ticket))
    probes = _all(connection, _probes(connection, ticket))
    parts = [
        Part("ticket.json", _json(facts), "the ticket"),
        Part("conversation.txt", "\n\n".join(map(_message, messages)).encode(), "the conversation"),
        Part("conversation.json", _json(messages), "the conversation, with all fields"),
        *_attachments(connection, ticket_id),
    ]
    if calls:
        parts.append(Part("calls.json", _json(calls), "the calls that the ticket is about"))
    if probes:
        parts.append(Part("probes.json", _json(probes), "SIP and MTR tests of the phone"))
    add_event(unit, ticket, f"evidence bundle with {plural(len(parts), 'file')}", {"bundle": [None, len(parts)]})
    return parts


def _attachments(connection: Connection, ticket_id: int) -> Iterator[Part]:
    """Each file, and for evidence its facts beside it."""
    columns = (
        TicketAttachment.id,
        TicketAttachment.name,
        TicketAttachment.content,
        TicketAttachment.evidence_kind,
        TicketAttachment.evidence,
    )
    statement = (
        select(*columns)
        .join(TicketMessage, TicketMessage.id == TicketAttachment.message_id)
        .where(TicketMessage.ticket_id == ticket_id)
        .order_by(TicketAttachment.id)
    )
    for row in fetch_dicts(connection, statement):
        name = safe_file_name(f"{row['id']}-{safe_file_name(row['name'])}")
        yield Part(f"attachments/{name}", row["content"], kind_words(row["evidence_kind"] or "a file"))
        if row["evidence_kind"]:
            stored = row["evidence"] or {}
            told = {"kind": row["evidence_kind"], "title": stored.get("title"), "facts": facts_of(stored), "file": name}
            yield Part(f"evidence/{row['id']}.json", _json(told), f"details of {name}")


def _calls(ticket: Ticket) -> Query:
    linked = select(TicketLink.object_id).where(TicketLink.ticket_id == ticket.id, TicketLink.object_table == "cdrs")
    wanted = Cdr.id.in_(linked) | (Cdr.id == (ticket.cdr_id or 0))
    return select(table_of(Cdr)).where(wanted).order_by(Cdr.started_at, Cdr.id).limit(MOST_CALLS)


def _probes(connection: Connection, ticket: Ticket) -> Query:
    phones = {ticket.aor, *(phone.aor for phone in linked_phones(connection, [ticket.id])[ticket.id])}
    user = connection.execute(
        select(User.sip_username, User.sip_domain).where(User.id == (ticket.user_id or 0))
    ).first()
    if user is not None and user.sip_username:
        phones.add(f"{user.sip_username}@{user.sip_domain}")
    runs = table_of(ProbeRun)
    of_phones = runs.c.phone.in_(sorted(phone for phone in phones if phone))
    return select(runs).where(of_phones, runs.c.report.is_not(None)).order_by(runs.c.id.desc()).limit(MOST_PROBES)


def _all(connection: Connection, statement: Query) -> list[RowDict]:
    rows = fetch_dicts(connection, statement)
    return [{name: value for name, value in row.items() if name not in LEFT_OUT} for row in rows]


def _message(message: RowDict) -> str:
    return f"{message['at']:%Y-%m-%d %H:%M:%S} UTC  {message['author']} ({message['kind']})\n{message['body']}"


def _json(found: object) -> bytes:
    return json.dumps(found, indent=2, ensure_ascii=False, default=_plain).encode()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
