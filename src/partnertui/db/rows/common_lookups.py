"""Small reads that many screens need: the operator, customers by text or ID, and how many notes a row has."""

from __future__ import annotations

import getpass
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, literal, or_, select
from sqlalchemy import text as sql

from partnertui.db.models import Customer, Ddi, Note, OperatorAccount
from partnertui.db.models.base import Base, table_of
from partnertui.db.rows.filters import prefix
from partnertui.db.rows.type_aliases import Query, RowDict
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator, Role

NO_ID = -1
"""An ID that no row has."""
FEWEST_DIGITS = 6
"""Digits from which a customer is looked for by its DDIs, of which there may be hundreds of thousands."""


def find_operator(connection: Connection, login: str) -> Operator:
    """The operator with a login; raises DomainError if there is none or it is disabled.

    An empty login stands for the system user's, else for the first operator, because an embedded database has one user.
    On PostgreSQL it is whoever logged in to the database, and another login is refused; only who owns the tables, for
    whom no row is closed anyway, says whose name is used.
    """
    if connection.dialect.name == "postgresql":
        login = _database_login(connection, login)
    login = login or _default_login(connection)
    columns = (OperatorAccount.id, OperatorAccount.login, OperatorAccount.name, OperatorAccount.role)
    query = select(*columns, OperatorAccount.partner_id, OperatorAccount.enabled).where(OperatorAccount.login == login)
    row = connection.execute(query).mappings().first()
    if row is None:
        logins = connection.execute(select(OperatorAccount.login).order_by(OperatorAccount.login).limit(5)).scalars()
        raise DomainError(
            f"There is no operator with the login “{login}”.",
            advice=f"Set operator in the settings, or --operator, to one of: {', '.join(logins) or '(none yet)'}.",
        )
    if not row["enabled"]:
        raise DomainError(f"The login “{login}” is disabled.", advice="An admin can enable it.")
    return Operator(row["id"], row["login"], row["name"], Role(row["role"]), row["partner_id"])


def is_operator(connection: Connection, login: str) -> bool:
    """Whether there is an operator with a login; on PostgreSQL, with the login of this database session."""
    user = sql("SELECT 1 FROM operators WHERE login = session_user")
    named = select(OperatorAccount.id).where(OperatorAccount.login == login)
    return connection.execute(user if connection.dialect.name == "postgresql" else named).first() is not None


def owns_tables(connection: Connection) -> bool:
    """Whether this session owns the tables, so that no rule of the database stops it; always so on SQLite."""
    if connection.dialect.name != "postgresql":
        return True
    query = sql(
        "SELECT rolsuper OR pg_catalog.pg_has_role(session_user, relowner, 'MEMBER') FROM pg_catalog.pg_roles,"
        " pg_catalog.pg_class WHERE rolname = session_user AND pg_class.oid = to_regclass('operators')"
    )
    return bool(connection.execute(query).scalar())


def _database_login(connection: Connection, wanted: str) -> str:
    """The login of this database session, or the one that the owner of the tables wants to be."""
    user = str(connection.execute(sql("SELECT session_user")).scalar_one())
    if wanted != user and owns_tables(connection) and (wanted or not is_operator(connection, user)):
        return wanted
    if wanted and wanted != user:
        raise DomainError(
            f"You are logged in to the database as “{user}”, so you can't work as “{wanted}”.",
            advice="Omit --operator and the operator setting: on PostgreSQL, the database login decides.",
        )
    return user


def _default_login(connection: Connection) -> str:
    logins = list(connection.execute(select(OperatorAccount.login).order_by(OperatorAccount.id)).scalars())
    user = getpass.getuser()
    return user if user in logins or not logins else logins[0]


def note_count(model: type[Base]) -> ColumnElement[int]:
    """The number of notes of a row, as a column labelled `note_count`."""
    notes = select(func.count()).select_from(Note)
    of_row = notes.where(Note.object_table == model.__tablename__, Note.object_id == model.id)
    return of_row.correlate(table_of(model)).scalar_subquery().label("note_count")


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
    from partnertui.domain.phone_numbers import e164_beginnings, typed_digits

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


def fetch_dicts(connection: Connection, statement: Query) -> list[RowDict]:
    """The rows of a select as dictionaries."""
    return [dict(row) for row in connection.execute(statement).mappings()]
