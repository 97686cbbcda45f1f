"""Finds customers by name, e-mail address, ID or phone number, and reads a customer's name and country."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, literal, or_, select

from partnertui.db.models import Customer, Ddi
from partnertui.db.models.base import table_of
from partnertui.db.rows.filters import prefix
from partnertui.domain.operators import Operator
from partnertui.domain.phone_numbers import e164_beginnings, typed_digits

NO_ID = -1
"""An ID that no row has."""
FEWEST_DIGITS = 6
"""Digits from which a customer is looked for by its DDIs, of which there may be hundreds of thousands."""


def customers_like(
    connection: Connection, text: str, *, operator: Operator | None = None, limit: int = 40, country: str = ""
) -> Sequence[RowMapping]:
    """Customers with all words of the text in name or e-mail, with its ID, or with its number; best match first.

    country: ISO 3166, of a number typed without a country code.
    """
    columns = select(Customer.id, Customer.company, Customer.status, Customer.email, Customer.country)
    if operator is not None and operator.partner_id is not None:
        columns = columns.where(Customer.partner_id == operator.partner_id)
    digits = text.removeprefix("#")
    # 18 digits fit any bigint; beyond, PostgreSQL raises an error where SQLite finds nothing.
    ident = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 18 else NO_ID
    if text:
        columns = columns.where(or_(_has_words(text), Customer.id == ident, *_has_number(text, country)))
    is_prefix = Customer.company.istartswith(text, autoescape=True) if text else literal(True)
    order = ((Customer.id == ident).desc(), is_prefix.desc(), Customer.company, Customer.id)
    return connection.execute(columns.order_by(*order).limit(limit)).mappings().all()


def _has_words(text: str) -> ColumnElement[bool]:
    """All words, in any order, in the name or the e-mail address."""
    columns = (Customer.company, Customer.email)
    return and_(*(or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in text.split()))


def _has_number(text: str, country: str) -> list[ColumnElement[bool]]:
    """The phone or a DDI of the customer, in any notation; a few digits are looked for in the phone alone."""
    beginnings = e164_beginnings(text, country)
    if len(typed_digits(text).lstrip("+")) < FEWEST_DIGITS:
        return [Customer.phone.contains(digits) for digits in beginnings]
    if len(beginnings) == 1 and not text.startswith(("+", "00")):
        return [Customer.phone.contains(beginnings[0]), _of_ddi(Ddi.number.contains(beginnings[0]))]
    number, phone = table_of(Ddi).c.number, table_of(Customer).c.phone
    found = [prefix(phone, digits) for digits in beginnings]
    return [*found, _of_ddi(or_(*(prefix(number, digits) for digits in beginnings)))]


def _of_ddi(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return Customer.id.in_(select(Ddi.customer_id).where(Ddi.customer_id.is_not(None), condition))


def customer_name(connection: Connection, customer_id: int, operator: Operator | None) -> str | None:
    """The company name of a customer; None if there is none, or it is another partner's."""
    statement = select(Customer.company).where(Customer.id == customer_id)
    if operator is not None and operator.partner_id is not None:
        statement = statement.where(Customer.partner_id == operator.partner_id)
    return connection.execute(statement).scalar()


def customer_country(connection: Connection, customer_id: int) -> str:
    """The country of a customer (ISO 3166); "" if there is no such customer."""
    return connection.execute(select(Customer.country).where(Customer.id == customer_id)).scalar() or ""
