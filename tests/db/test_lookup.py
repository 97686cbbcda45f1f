"""Small reads: customers by text."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session
from tests.db.makers import customer

from partnertui.db.engine import Database
from partnertui.db.rows.lookup import customers_like

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
