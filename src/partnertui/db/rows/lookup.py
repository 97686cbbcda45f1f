"""Small reads that many screens need: who works, customers by a word, notes and history of a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, func, literal, or_, select

from partnertui.db.models import Customer, History, Note, OperatorAccount
from partnertui.db.models.base import Base
from partnertui.db.rows.types import RowDict
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator, Role


def find_operator(connection: Connection, login: str) -> Operator:
    """The operator of a login; raises DomainError where there is none or it is switched off.

    An empty login is the one of the system's user, or the first operator there is: an embedded database has one user.
    """
    login = login or _usual_login(connection)
    row = connection.execute(select(OperatorAccount.__table__).where(OperatorAccount.login == login)).mappings().first()
    if row is None:
        known = connection.execute(select(OperatorAccount.login).order_by(OperatorAccount.login).limit(5)).scalars()
        raise DomainError(
            f"Nobody with the login “{login}” works here.",
            advice=f"Set operator in the settings, or --operator, to one of: {', '.join(known) or 'nobody yet'}.",
        )
    if not row["enabled"]:
        raise DomainError(f"The login “{login}” is switched off.", advice="An admin can switch it on.")
    return Operator(row["id"], row["login"], row["name"], Role(row["role"]), row["partner_id"])


def _usual_login(connection: Connection) -> str:
    import getpass

    logins = list(connection.execute(select(OperatorAccount.login).order_by(OperatorAccount.id)).scalars())
    user = getpass.getuser()
    return user if user in logins or not logins else logins[0]


def note_count(model: type[Base]) -> ColumnElement[int]:
    """How many notes a row has, as column `note_count` of a list."""
    notes = select(func.count()).select_from(Note)
    mine = notes.where(Note.object_table == model.__tablename__, Note.object_id == model.id)
    return mine.correlate(model.__table__).scalar_subquery().label("note_count")


def customers_like(
    connection: Connection, typed: str, *, operator: Operator | None = None, limit: int = 40
) -> Sequence[RowMapping]:
    """Customers whose name, e-mail, phone or ID contains what is typed, best first."""
    columns = select(Customer.id, Customer.company, Customer.status, Customer.email)
    if operator is not None and operator.partner_id is not None:
        columns = columns.where(Customer.partner_id == operator.partner_id)
    if typed:
        inside = f"%{typed.replace('%', '').replace('_', '')}%"
        found: list[ColumnElement[bool]] = [Customer.company.ilike(inside), Customer.email.ilike(inside)]
        if typed.isdigit() and len(typed) < 18:
            found += [Customer.id == int(typed), Customer.phone.like(inside)]
        columns = columns.where(or_(*found))
    begins = Customer.company.ilike(f"{typed}%") if typed else literal(True)
    return (
        connection.execute(columns.order_by(begins.desc(), Customer.company, Customer.id).limit(limit)).mappings().all()
    )


def customer_name(connection: Connection, customer_id: int) -> str | None:
    """The company of a customer; None where there is none of that ID."""
    return connection.execute(select(Customer.company).where(Customer.id == customer_id)).scalar()


def notes_of(connection: Connection, table: str, record: int) -> Sequence[RowMapping]:
    """The notes on a record, newest first."""
    statement = select(Note.id, Note.author_name, Note.author_id, Note.created_at, Note.edited_at, Note.body).where(
        Note.object_table == table, Note.object_id == record
    )
    return connection.execute(statement.order_by(Note.id.desc())).mappings().all()


def history_of(connection: Connection, table: str, record: int, *, limit: int) -> Sequence[RowMapping]:
    """The latest changes of a record, newest first."""
    statement = select(History.at, History.operator_name, History.action, History.changes).where(
        History.object_table == table, History.object_id == record
    )
    return connection.execute(statement.order_by(History.id.desc()).limit(limit)).mappings().all()


def rows_of(connection: Connection, statement: Any) -> list[RowDict]:
    """The rows of a select as dictionaries."""
    return [dict(row) for row in connection.execute(statement).mappings()]
