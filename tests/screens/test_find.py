"""Find anything: what an agent has in hand (a name, a number, an invoice) leads to the record."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select
from tests.screens.driving import agent_at

from partnertui import screens
from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.models import Cdr, Customer, Ddi, Payment, Ticket, Transaction, TrialRegistration, User
from partnertui.domain.operators import Operator, Role
from partnertui.kit.views.find_anything.matching_rows import EXACT, Hit, find

ANN = Operator(1, "ann", "Ann", Role.SUPPORT, None)


def found(settings: Settings, typed: str, operator: Operator = ANN) -> list[Hit]:
    database = open_database(settings.database_url)
    hits = database.read(
        lambda connection: find(connection, screens.find(), operator, typed, country=settings.default_country)
    )
    database.close()
    return hits


def value(settings: Settings, column: object) -> str:
    database = open_database(settings.database_url)
    got = database.read(lambda connection: connection.execute(select(column).where(column.is_not(None))).scalar())  # type: ignore[attr-defined,call-overload]
    database.close()
    return str(got)


@pytest.mark.parametrize(
    ("column", "screen"),
    [
        (Customer.company, "customers"),
        (Customer.email, "customers"),
        (User.email, "users"),
        (User.sip_username, "users"),
        (Ddi.number, "ddis"),
        (Ticket.number, "support"),
        (Cdr.call_id_a, "cdr"),
        (Transaction.invoice_number, "transactions"),
        (Payment.unique_payment_id, "payments"),
        (TrialRegistration.ip, "registrations"),
    ],
    ids=str,
)
def test_what_is_in_hand_is_found(column: object, screen: str, settings: Settings) -> None:
    typed = value(settings, column)
    hits = [hit for hit in found(settings, typed) if hit.screen == screen]
    assert any(typed in str(text) for hit in hits for text in hit.row.values()), [hit.name for hit in hits]


def test_the_thing_itself_comes_first(settings: Settings) -> None:
    ticket = value(settings, Ticket.number)
    assert (found(settings, ticket)[0].screen, found(settings, ticket)[0].rank) == ("support", EXACT) or found(
        settings, ticket
    )[0].name.startswith(ticket)


def test_an_amount(settings: Settings) -> None:
    micro = int(value(settings, Payment.amount))
    typed = f"{micro / 1_000_000:.2f}"
    assert {hit.row["amount"] for hit in found(settings, typed) if hit.screen == "payments"} == {micro}


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "\\", "'", "\x00", '"', "*", "(", "x" * 5000, "-1", "٣٤٥"])
def test_odd_texts_find_nothing_or_something_but_never_fail(typed: str, settings: Settings) -> None:
    assert isinstance(found(settings, typed), list)


def test_a_partner_finds_its_own_alone(settings: Settings) -> None:
    database = open_database(settings.database_url)
    owner = database.read(
        lambda connection: connection.execute(
            select(Customer.partner_id).where(Customer.partner_id.is_not(None))
        ).scalar()
    )
    database.close()
    partner = Operator(9, "pat", "Pat", Role.PARTNER, owner)
    hits = [hit for typed in ("Ltd", "an", "+44", "20") for hit in found(settings, typed, partner)]
    assert hits
    assert {hit.row["partner_id"] for hit in hits} == {owner}


async def test_by_keyboard(settings: Settings, folders: Folders) -> None:
    company = value(settings, Customer.company)
    async with agent_at(dataclasses.replace(settings), folders, "cdr", (80, 24)) as agent:
        await agent.press("ctrl+f")
        await agent.type(company)
        assert "Customers" in agent.screen
        assert company in agent.screen
        await agent.press("enter")
        assert agent.view.location.screen == "customers"
        assert company in agent.screen
        await agent.press("escape")
        assert agent.view.location.screen == "cdr"


@pytest.mark.parametrize(
    "form", ["0{0} {1} {2}", "+44 (0){0} {1} {2}", "(0{0}) {1}-{2}", "0044{0}{1}{2}", "44{0}.{1}.{2}"]
)
def test_a_number_as_people_write_it(form: str, settings: Settings) -> None:
    """The DDI goes before users who call with it."""
    database = open_database(settings.database_url)
    british = select(Ddi.number).where(Ddi.number.startswith("44"))
    number = str(database.read(lambda c: c.execute(british).scalar()))
    database.close()
    typed = form.format(number[2:5], number[5:8], number[8:])
    first = found(settings, typed)[0]
    assert (first.screen, first.row["number"]) == ("ddis", number)


def test_a_customers_id_and_words_in_any_order(settings: Settings) -> None:
    database = open_database(settings.database_url)
    rows = database.read(lambda c: c.execute(select(Customer.id, Customer.company)).all())
    database.close()
    ident, company = rows[5]
    for typed in (str(ident), f"#{ident}"):
        assert ("customers", ident) in {(hit.screen, hit.row["id"]) for hit in found(settings, typed)}
    turned = " ".join(reversed(company.split()))
    assert turned != company
    assert found(settings, turned)[0].row["id"] == ident
