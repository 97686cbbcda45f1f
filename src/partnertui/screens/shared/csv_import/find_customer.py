"""Finds the customer that a line of an import names, by ID or company."""

from __future__ import annotations

from sqlalchemy import func, select

from partnertui.db.models import Customer
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Role


def find_customer(unit: UnitOfWork, typed: str, default: int | None) -> int:
    """The ID of a customer by ID or company; `default` for an empty text.

    Raises DomainError if there isn't exactly one, with the same words for another partner's.
    """
    if not typed:
        if default is None:
            raise DomainError("A customer is required.", "Enter an ID or a company.", field="customer")
        return default
    digits = typed.removeprefix("#")
    # Fewer than 18 digits fit into 64 bits; more would be an error of the driver.
    by_id = Customer.id == int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 18 else None
    by_name = func.lower(Customer.company) == typed.lower()
    query = select(Customer.id).where(by_name if by_id is None else by_id)
    if unit.operator.role == Role.PARTNER:
        query = query.where(Customer.partner_id == unit.operator.partner_id)
    found = list(unit.session.scalars(query.limit(2)))
    if len(found) != 1:
        text = "Several customers have this name." if found else f"There is no customer “{typed}”."
        raise DomainError(text, "Use the ID." if found else "Use an ID or the full company name.", field="customer")
    return found[0]
