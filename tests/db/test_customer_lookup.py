"""Small reads: customers by text."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session
from tests.db.makers import customer

from partnertui.db.customer_lookup import customers_like
from partnertui.db.database import Database
from partnertui.db.models import Ddi
from partnertui.domain.pbx_enums import DdiState

COMPANIES = ("100% Pure", "1000 Pure", "under_score", "underXscore", "Acme", "The Acme Group", "back\\slash")


@pytest.fixture
def companies(database: Database) -> Database:
    """A database with some customers."""
    with Session(database.engine) as session:
        session.add_all(customer(company=name) for name in COMPANIES)
        session.commit()
    return database


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("100%", ["100% Pure"]),
        ("r_s", ["under_score"]),
        ("k\\s", ["back\\slash"]),
        ("aCME", ["Acme", "The Acme Group"]),
        ("/", []),
    ],
)
def test_text_is_matched_as_text(companies: Database, text: str, expected: list[str]) -> None:
    """`%` and `_` have no special meaning; names that start with the text come first."""
    found = companies.read(lambda connection: customers_like(connection, text))
    assert [row["company"] for row in found] == expected


@pytest.fixture
def people(database: Database) -> Database:
    """Customers with phones, and one with a DDI; the ID of one is in another's phone."""
    with Session(database.engine) as session:
        session.add(customer(id=4977, company="Cobalt Robotics", phone="441914980777"))
        session.add(customer(id=51, company="Zeta", phone="442070049770"))
        session.add(customer(id=52, company="Robotics & Cobalt Sons", phone="4930123456", country="DE"))
        session.flush()
        session.add(Ddi(number="441632960123", country="GB", customer_id=51, state=DdiState.ACTIVE))
        session.add(Ddi(number="441632960124", country="GB"))
        session.commit()
    return database


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("0191 498 0777", "GB", ["Cobalt Robotics"]),
        ("+44 (0)191 498 0777", "GB", ["Cobalt Robotics"]),
        ("(0191) 498-07", "GB", ["Cobalt Robotics"]),
        ("00441914980777", "DE", ["Cobalt Robotics"]),
        ("44.191.498.0777", "GB", ["Cobalt Robotics"]),
        ("914980", "GB", ["Cobalt Robotics"]),
        ("030 123456", "DE", ["Robotics & Cobalt Sons"]),
        ("030 123456", "GB", []),
        ("01632 960123", "GB", ["Zeta"]),
        ("960124", "GB", []),
        ("robotics cobalt", "GB", ["Cobalt Robotics", "Robotics & Cobalt Sons"]),
        ("4977", "GB", ["Cobalt Robotics", "Zeta"]),
        ("#51", "GB", ["Zeta"]),
        ("99999999999999999999999", "GB", []),
    ],
)
def test_customers_by_number_id_and_words(people: Database, text: str, country: str, expected: list[str]) -> None:
    found = people.read(lambda connection: customers_like(connection, text, country=country))
    assert [row["company"] for row in found] == expected
