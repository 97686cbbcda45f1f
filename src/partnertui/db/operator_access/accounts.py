"""Adds, disables, enables and unlocks operators and sets passwords; on PostgreSQL, also their database roles."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, literal, select, update

from partnertui.db.change_history import record_event
from partnertui.db.models import FailedLogIn, OperatorAccount, Partner
from partnertui.db.models.base import now, table_of
from partnertui.db.operator_access import database_roles
from partnertui.db.permissions import require_write
from partnertui.db.rows.type_aliases import RowDict
from partnertui.db.settings_list_rules import OPERATORS
from partnertui.db.settings_list_writes import add_row, edit_row, load_row
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Role
from partnertui.domain.passwords import check_password, hash_password

UNLOCKED = "unlocked"
"""What an entry of the history calls the lifting of a lock."""


@dataclass(frozen=True)
class NewOperator:
    """What an operator is added with; `partner` is the partner's name or ID."""

    login: str
    name: str
    role: Role
    partner: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"NewOperator({self.login!r})"


def _is_postgresql(unit: UnitOfWork) -> bool:
    return unit.database.dialect == "postgresql"


def find_account(unit: UnitOfWork, login: str) -> OperatorAccount:
    """The account of a login. Raises DomainError if there is none."""
    key = unit.session.scalar(select(OperatorAccount.id).where(OperatorAccount.login == login))
    if key is None:
        raise DomainError(
            f"There is no operator with the login “{login}”.", advice="List them: partnertui operators list"
        )
    return unit.get(OperatorAccount, key)


def add_operator(unit: UnitOfWork, new: NewOperator) -> int:
    """Adds an operator and, on PostgreSQL, its login; returns the ID.

    Raises DomainError with the field that isn't valid, NotAllowed, DatabaseError.
    """
    if new.password:
        check_password(new.password, (new.login, new.name))
    if new.partner and new.role != Role.PARTNER:
        raise DomainError("Only the partner role can have a partner.", advice="Leave --partner out.", field="partner")
    values: RowDict = {
        "login": new.login,
        "name": new.name,
        "email": None,
        "role": new.role,
        "partner_id": _partner(unit, new.partner) if new.partner else None,
        "enabled": True,
    }
    key = add_row(unit, OPERATORS, values)
    account = unit.get(OperatorAccount, key)
    if _is_postgresql(unit):
        account.database_role = new.login
        database_roles.create(unit.session.connection(), new.login, new.role, new.password)
    elif new.password:
        account.password_hash = hash_password(new.password)
    return key


def _partner(unit: UnitOfWork, text: str) -> int:
    named = func.lower(Partner.name) == text.lower()
    same = Partner.id == int(text) if text.isascii() and text.isdigit() else named
    key = unit.session.scalar(select(Partner.id).where(same))
    if key is None:
        names = ", ".join(unit.session.scalars(select(Partner.name).order_by(Partner.name).limit(5)))
        advice = f"Use a name or an ID, such as {names}." if names else "There are no partners yet."
        raise DomainError(f"There is no partner “{text}”.", advice=advice, field="partner")
    return key


def set_enabled(unit: UnitOfWork, login: str, enabled: bool) -> bool:
    """Lets an operator log in or not; False where it was so before. Raises DomainError for the last admin."""
    account = find_account(unit, login)
    require_write(unit.operator, account)
    seen = load_row(unit.session.connection(), OPERATORS, account.id)
    if bool(seen["enabled"]) == enabled:
        return False
    edit_row(unit, OPERATORS, account.id, {**seen, "enabled": enabled}, seen)
    return True


def disconnect(unit: UnitOfWork, login: str) -> int:
    """Ends an operator's connections to PostgreSQL, after its login was disabled and that is committed; how many."""
    return database_roles.disconnect(unit.session.connection(), login) if _is_postgresql(unit) else 0


def set_password(unit: UnitOfWork, login: str, password: str) -> None:
    """Sets an operator's password, "" for none, and lifts a lock. Raises DomainError for one that is easy to guess."""
    account = find_account(unit, login)
    require_write(unit.operator, account)
    if password:
        check_password(password, (account.login, account.name, account.email or ""))
    if not _is_postgresql(unit):
        account.password_hash = hash_password(password) if password else None
    elif password:
        database_roles.set_password(unit.session.connection(), account.database_role or login, password)
        record_event(unit.session, account, {"password": ["•••", "•••"]})
    else:
        raise DomainError("A password is required.", advice="Enter one.", field="password")
    _lift(unit.session.connection(), account.id)


def unlock(unit: UnitOfWork, key: int) -> bool:
    """Lifts the lock of an account; False where it isn't locked. Raises NotAllowed unless an admin does it."""
    require_write(unit.operator, unit.get(OperatorAccount, key))  # before the lock, which the database refuses others
    account = unit.get(OperatorAccount, key, lock=True)
    if account.locked_until is None or account.locked_until <= now():
        return False
    account.locked_until = None  # by the session, so that history says who did it
    unit.session.connection().execute(delete(FailedLogIn).where(FailedLogIn.operator_id == key))
    return True


def _lift(connection: Connection, key: int) -> None:
    account = table_of(OperatorAccount)
    connection.execute(delete(FailedLogIn).where(FailedLogIn.operator_id == key))
    connection.execute(update(account).where(account.c.id == key).values(locked_until=None))


def listed(connection: Connection) -> list[RowDict]:
    """Every operator with its partner, for `partnertui operators list`."""
    account, is_embedded = table_of(OperatorAccount), connection.dialect.name == "sqlite"
    columns = (
        account.c.login,
        account.c.name,
        account.c.role,
        account.c.enabled,
        account.c.locked_until,
        account.c.last_login_at,
        # what an operator of PostgreSQL may not read, and what says nothing there
        (account.c.password_hash.is_not(None) if is_embedded else literal(None)).label("has_password"),
        Partner.name.label("partner"),
    )
    query = select(*columns).outerjoin(Partner, Partner.id == account.c.partner_id).order_by(account.c.login)
    return [dict(row) for row in connection.execute(query).mappings()]
