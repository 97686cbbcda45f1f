"""Reads the current values of a reply's variables."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from babel.dates import format_datetime
from sqlalchemy import Connection, select

from partnertui.db.models import (
    Cdr,
    Customer,
    OperatorAccount,
    Payment,
    Ticket,
    TicketAttachment,
    TicketMessage,
)
from partnertui.db.rows.dict_rows import fetch_dicts
from partnertui.db.rows.type_aliases import Query, RowDict
from partnertui.db.tickets.linked_records import call_of_ticket, linked_phones, payment_of_ticket
from partnertui.domain.call_enums import CallDirection
from partnertui.domain.canned_response_variables import ResolvedText, fill_in, variables_in
from partnertui.domain.default_language import DEFAULT_LANGUAGE
from partnertui.domain.evidence import REGISTERED, USER_AGENT, VERDICT, EvidenceKind, facts_of
from partnertui.domain.phone_numbers import format_number
from partnertui.invoices.date_and_amount_formats import Formats
from partnertui.invoices.time_zones_and_days import zone_of

PHONE_FACTS = {"registered": REGISTERED, "user_agent": USER_AGENT}
"""Facts of a phone that was attached, by the variable's name."""


def resolve(
    connection: Connection, text: str, *, ticket_id: int, agent_id: int | None, language: str = ""
) -> ResolvedText:
    """Fills in the variables of a reply, with amounts and times as `language`, else the ticket's, writes them.

    A verdict is known only if the call was looked at and the result attached to the ticket.
    """
    if not variables_in(text):
        return ResolvedText(text)
    facts = _Facts(connection, ticket_id, agent_id, language)
    return fill_in(text, facts.value)


class _Facts:
    """The rows that the variables are about, each read when a variable asks for it."""

    def __init__(self, connection: Connection, ticket_id: int, agent_id: int | None, language: str) -> None:
        self._connection, self._ticket_id, self._agent_id = connection, ticket_id, agent_id
        self._language = language

    def value(self, name: str) -> str:
        """The value of a variable as text, "" if there is none."""
        group, _, field = name.partition(".")
        values = {
            "agent": self._agent,
            "operator": self._agent,
            "call": self._call,
            "customer": self._customer_value,
            "endpoint": self._endpoint,
            "payment": self._payment,
            "ticket": self._ticket_value,
        }
        return values[group](field).strip()

    @cached_property
    def _ticket(self) -> RowDict:
        columns = (
            Ticket.number,
            Ticket.subject,
            Ticket.requester_name.label("requester"),
            Ticket.language,
            Ticket.customer_id,
            call_of_ticket().label("cdr_id"),
            payment_of_ticket().label("payment_id"),
        )
        return self._first(select(*columns).where(Ticket.id == self._ticket_id)) or {}

    @cached_property
    def _customer(self) -> RowDict:
        columns = (
            Customer.id,
            Customer.company,
            Customer.contact,
            Customer.credit,
            Customer.currency,
            Customer.country,
            Customer.language,
            Customer.time_zone,
        )
        return self._first(select(*columns).where(Customer.id == self._ticket.get("customer_id"))) or {}

    @cached_property
    def _cdr(self) -> RowDict:
        columns = (
            Cdr.id,
            Cdr.started_at,
            Cdr.direction,
            Cdr.source_number,
            Cdr.destination_number,
            Cdr.source_user_agent,
            Cdr.destination_user_agent,
        )
        return self._first(select(*columns).where(Cdr.id == self._ticket.get("cdr_id"))) or {}

    @cached_property
    def _formats(self) -> Formats:
        language = self._language or self._ticket.get("language") or self._customer.get("language") or DEFAULT_LANGUAGE
        return Formats(str(language).partition("-")[0], str(self._customer.get("country") or ""))

    def _agent(self, field: str) -> str:
        found = self._first(select(OperatorAccount.name).where(OperatorAccount.id == self._agent_id)) or {}
        return str(found.get(field) or "")

    def _ticket_value(self, field: str) -> str:
        return str(self._ticket.get(field) or "")

    def _customer_value(self, field: str) -> str:
        if field == "credit" and self._customer:
            return self._formats.money(self._customer["credit"], self._customer["currency"])
        return str(self._customer.get(field) or "")

    def _call(self, field: str) -> str:
        if field == "verdict":
            return self._evidence(EvidenceKind.TRACE, VERDICT)
        if not self._cdr:
            return ""
        if field == "time":
            return self._moment(self._cdr["started_at"])
        inbound = self._cdr["direction"] == CallDirection.INBOUND
        number = self._cdr["source_number" if inbound else "destination_number"]
        return format_number(number) if number else ""

    def _endpoint(self, field: str) -> str:
        """What evidence shows of the phone, else what is known of the linked one, else what the call shows of it."""
        shown = self._evidence(EvidenceKind.PHONE, PHONE_FACTS[field])
        if shown or field != "user_agent":
            return shown
        phones = linked_phones(self._connection, [self._ticket_id])[self._ticket_id]
        shown = next((phone.user_agent for phone in phones if phone.user_agent), "")
        if shown or not self._cdr:
            return shown
        inbound = self._cdr["direction"] == CallDirection.INBOUND
        return str(self._cdr["destination_user_agent" if inbound else "source_user_agent"] or "")

    def _payment(self, field: str) -> str:
        columns = (Payment.at, Payment.amount, Payment.currency, Payment.state)
        row = self._first(select(*columns).where(Payment.id == self._ticket.get("payment_id")))
        if row is None:
            return ""
        if field == "amount":
            return self._formats.money(row["amount"], row["currency"])
        return self._day(row["at"]) if field == "date" else str(row["state"])

    def _evidence(self, kind: EvidenceKind, label: str) -> str:
        """A fact of the newest evidence of a kind that has it."""
        found = self._connection.execute(
            select(TicketAttachment.evidence)
            .join(TicketMessage, TicketMessage.id == TicketAttachment.message_id)
            .where(TicketMessage.ticket_id == self._ticket_id, TicketAttachment.evidence_kind == kind)
            .order_by(TicketAttachment.id.desc())
            .limit(20)
        )
        texts = (facts_of(row.evidence).get(label, "") for row in found)
        return next((text for text in texts if text), "")

    def _moment(self, at: datetime) -> str:
        zone = zone_of(self._customer.get("time_zone") or "UTC")
        return str(format_datetime(at.astimezone(zone), "medium", locale=self._formats.locale))

    def _day(self, at: datetime) -> str:
        zone = zone_of(self._customer.get("time_zone") or "UTC")
        return self._formats.day(at.astimezone(zone).date().isoformat())

    def _first(self, statement: Query) -> RowDict | None:
        rows = fetch_dicts(self._connection, statement)
        return rows[0] if rows else None
