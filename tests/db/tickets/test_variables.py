"""Variables of a reply: filled in as the ticket's language writes them; without a value they are named."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select
from tests.db.makers import ANN, NOW
from tests.db.tickets.makers import CUSTOMER, TICKET, one_ticket

from partnertui.db.database import Database
from partnertui.db.models import Cdr, Payment, TicketAttachment, TicketLink, TicketMessage
from partnertui.db.tickets.reply_variables import resolve
from partnertui.domain.billing_enums import PaymentState, PaymentType
from partnertui.domain.call_enums import CallDirection, Disposition, LegCategory
from partnertui.domain.canned_response_variables import ResolvedText
from partnertui.domain.evidence import EvidenceKind

CALL = {
    "id": 5,
    "started_at": NOW,
    "category": LegCategory.DIALLED,
    "direction": CallDirection.OUTBOUND,
    "customer_id": CUSTOMER,
    "destination_number": "4930123456",
    "disposition": Disposition.CONGESTION,
    "source_user_agent": "Snom D785",
}


def resolved(database: Database, text: str) -> ResolvedText:
    """A text with the variables of the one ticket, by Ann."""
    return database.read(lambda connection: resolve(connection, text, ticket_id=TICKET, agent_id=ANN.id))


def evidence(connection: Connection, kind: EvidenceKind, **facts: str) -> None:
    """Evidence attached to the ticket's first message."""
    message = connection.execute(select(TicketMessage.id)).scalar_one()
    values = {"message_id": message, "name": "e", "media_type": "text/plain", "content": b"", "evidence_kind": kind}
    pairs = [[label.replace("_", " "), value] for label, value in facts.items()]
    connection.execute(insert(TicketAttachment), values | {"evidence": {"facts": pairs}})


def test_people_and_money_in_the_tickets_language(database: Database) -> None:
    one_ticket(database)
    text = "{ticket.number} {ticket.subject}: {customer.contact}, {customer.company} ({customer.id}): {customer.credit}"
    assert resolved(database, text) == ResolvedText("7001 No audio: Ada Lane, Acme (11): 1.234,50\xa0€")
    assert resolved(database, "{agent.name} {operator.name}").text == "Ann Ann"


def test_without_a_value_a_variable_stays_and_is_named_once(database: Database) -> None:
    one_ticket(database)
    text = "{call.verdict} at {call.time}: {call.verdict} {customer.compny}"
    assert resolved(database, text) == ResolvedText(text, ("call.verdict", "call.time", "customer.compny"))


def test_braces_that_are_no_variable_are_text(database: Database) -> None:
    one_ticket(database)
    assert resolved(database, 'a {"json": {}} {x}') == ResolvedText('a {"json": {}} {x}')


def test_braces_in_a_value_are_text(database: Database) -> None:
    one_ticket(database, subject="{customer.credit}")
    assert resolved(database, "{ticket.subject}") == ResolvedText("{customer.credit}")


def test_the_linked_call_and_what_was_looked_at(database: Database) -> None:
    one_ticket(database)

    def work(connection: Connection) -> None:
        connection.execute(insert(Cdr), CALL)
        connection.execute(
            insert(TicketLink), {"ticket_id": TICKET, "object_table": "cdrs", "object_id": 5, "value": "5"}
        )

    database.write(work)
    found = resolved(database, "{call.number}, {call.time}, {endpoint.user_agent}, {call.verdict}")
    assert found.text == "+49 30 123456, 01.05.2026, 12:00:00, Snom D785, {call.verdict}"
    assert found.missing == ("call.verdict",)
    database.write(
        lambda connection: evidence(connection, EvidenceKind.TRACE, Verdict="The carrier had no free channel.")
    )
    assert resolved(database, "{call.verdict}").text == "The carrier had no free channel."


def test_a_phone_is_known_once_it_was_attached(database: Database) -> None:
    one_ticket(database)
    text = "{endpoint.user_agent} {endpoint.registered}"
    assert resolved(database, text).missing == ("endpoint.user_agent", "endpoint.registered")
    facts = {"User_agent": "Yealink T46S", "Registered": "yes"}
    database.write(lambda connection: evidence(connection, EvidenceKind.PHONE, **facts))
    assert resolved(database, text) == ResolvedText("Yealink T46S yes")


def test_the_linked_payment(database: Database) -> None:
    one_ticket(database, payment_id=3)
    payment = {
        "id": 3,
        "at": NOW,
        "payment_type": PaymentType.BANK_TRANSFER,
        "unique_payment_id": "P3",
        "amount": 12_500_000,
        "currency": "EUR",
        "state": PaymentState.COMPLETED,
        "customer_id": CUSTOMER,
    }
    database.write(lambda connection: connection.execute(insert(Payment), payment))
    found = resolved(database, "{payment.amount} {payment.date} {payment.state}")
    assert found == ResolvedText("12,50\xa0€ 01.05.2026 completed")
