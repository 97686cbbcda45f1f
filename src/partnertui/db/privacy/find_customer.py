"""Finds the customer named in a request by ID, phone number or e-mail address."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, or_, select

from partnertui.db.models import Customer, Ddi, User
from partnertui.domain.errors import DomainError
from partnertui.domain.phone_numbers import parse_number


def find_customer(connection: Connection, typed: str, country: str) -> int:
    """The customer's ID. `country` is that of numbers without a prefix.

    Raises DomainError where there is none, or several: then it names their IDs.
    """
    word = typed.strip()
    if "@" in word:
        found = _by_email(connection, word.lower())
    else:
        # a short number is an ID; a telephone number has a plus, or more digits than any ID
        is_id = word.isdecimal() and len(word) < 7 and not word.startswith("0")
        found = _by_id(connection, int(word)) if is_id else _by_number(connection, parse_number(word, country))
    if len(found) > 1:
        raise DomainError(
            f"Several customers match {word}: {', '.join(map(str, found))}.", advice="Use one of these IDs."
        )
    if not found:
        raise DomainError(
            f"No customer matches {word}.", advice="Use a customer ID, a telephone number or an e-mail address."
        )
    return found[0]


def _by_id(connection: Connection, key: int) -> Sequence[int]:
    return connection.scalars(select(Customer.id).where(Customer.id == key)).all()


def _by_email(connection: Connection, address: str) -> Sequence[int]:
    users = select(User.customer_id).where(func.lower(User.email) == address)
    matching = or_(
        func.lower(Customer.email) == address, func.lower(Customer.invoice_email) == address, Customer.id.in_(users)
    )
    return connection.scalars(select(Customer.id).where(matching).order_by(Customer.id)).all()


def _by_number(connection: Connection, digits: str) -> Sequence[int]:
    owner = select(Ddi.customer_id).where(Ddi.number == digits)
    own = or_(Customer.id.in_(owner), Customer.phone.in_((digits, f"+{digits}")))
    return connection.scalars(select(Customer.id).where(own).order_by(Customer.id)).all()
