"""Converts trial sign-ups into customers, once each, and finds possible duplicates."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nsmallest

from sqlalchemy import Connection, func, select

from partnertui.db.customers import add_customer
from partnertui.db.models import Customer, TrialRegistration, User
from partnertui.db.models.base import now, table_of
from partnertui.db.rows.type_aliases import Row, RowDict
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.customer_and_user_enums import CustomerStatus
from partnertui.domain.duplicate_customers import Contact, reasons
from partnertui.domain.email_addresses import read_email
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator, Role
from partnertui.domain.phone_numbers import parse_number

MOST_LISTED = 30


@dataclass(frozen=True)
class Duplicate:
    """A customer who may be the same, and what both have in common."""

    customer_id: int
    company: str
    status: CustomerStatus
    reasons: tuple[str, ...]


def load_sign_up(connection: Connection, sign_up_id: int) -> RowDict:
    """A sign-up with its `version`. Raises DomainError if it was deleted, or is converted already."""
    row = connection.execute(select(table_of(TrialRegistration)).where(TrialRegistration.id == sign_up_id)).mappings()
    found = row.first()
    if found is None:
        raise DomainError("This sign-up was deleted.")
    if found["customer_id"] is not None:
        raise converted()
    return dict(found)


def converted() -> DomainError:
    """The refusal to convert a sign-up twice."""
    return DomainError("This sign-up has already become a customer.", advice="Refresh the list and open the customer.")


def duplicates(connection: Connection, operator: Operator, sign_up: Row) -> list[Duplicate]:
    """The customers that may be the same as a sign-up, those with most in common first; a partner's are their own.

    Reads all names once: folding them and reading numbers in any notation is more than an index can do.
    """
    wanted = Contact(sign_up["company"], sign_up["email"], sign_up["phone"], sign_up["country"])
    columns = (Customer.id, Customer.company, Customer.status, Customer.email, Customer.phone, Customer.country)
    query = select(*columns, Customer.partner_id)
    users = select(User.customer_id).where(func.lower(User.email) == sign_up["email"].strip().lower())
    of_user = set(connection.scalars(users))
    if operator.role == Role.PARTNER:
        query = query.where(Customer.partner_id == operator.partner_id)
    found = []
    for row in connection.execute(query):
        same = reasons(wanted, Contact(row.company, row.email, row.phone, row.country))
        if row.id in of_user and "e-mail" not in same:
            same.insert(0, "e-mail of a user")
        if same:
            found.append(Duplicate(row.id, row.company, row.status, tuple(same)))
    return nsmallest(MOST_LISTED, found, key=lambda one: (-len(one.reasons), one.company, one.customer_id))


def convert(unit: UnitOfWork, sign_up_id: int, values: Row, seen: Row) -> int:
    """Adds the customer of a sign-up, which names it then; returns the customer's ID.

    values: see `add_customer`. seen: the sign-up as the agent saw it. Raises DomainError if it is converted already,
    and as `add_customer`; ConcurrentChange if it was changed since.
    """
    sign_up = _open(unit, sign_up_id, seen["sign_up_version"])
    customer_id = add_customer(unit, {**values, **_contact(values)}, sign_up.partner_id)
    _name(unit, sign_up, customer_id)
    return customer_id


def _contact(values: Row) -> RowDict:
    """Phone and e-mail as they are stored; visitors typed them, and nobody may have looked at them in the form."""
    found, readers = {}, {"phone": lambda typed: parse_number(typed, values.get("country")), "email": read_email}
    for field, read in readers.items():
        if values.get(field):
            try:
                found[field] = read(values[field])
            except DomainError as error:
                raise DomainError(str(error), field=field, advice=error.advice) from None
    return found


def link(unit: UnitOfWork, sign_up_id: int, version: int, customer_id: int) -> str:
    """Makes a sign-up one of a customer who is there already; returns the company. Raises as `convert`, RowDeleted."""
    sign_up = _open(unit, sign_up_id, version)
    customer = unit.get(Customer, customer_id)
    _name(unit, sign_up, customer.id)
    return customer.company


def _open(unit: UnitOfWork, sign_up_id: int, version: int) -> TrialRegistration:
    sign_up = unit.get(TrialRegistration, sign_up_id, lock=True)
    # Before the version, which converting raises, too: that it is converted already says more than that it was changed.
    if sign_up.customer_id is not None:
        raise converted()
    return unit.get(TrialRegistration, sign_up_id, version=version)


def _name(unit: UnitOfWork, sign_up: TrialRegistration, customer_id: int) -> None:
    sign_up.customer_id, sign_up.converted_at = customer_id, now()
    sign_up.partner_id = unit.session.scalar(select(Customer.partner_id).where(Customer.id == customer_id))
