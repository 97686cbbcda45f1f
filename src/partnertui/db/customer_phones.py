"""Adds and edits customers' phones; one unit of work."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, Text, func, or_, select, type_coerce
from sqlalchemy.exc import IntegrityError

from partnertui.db.models import Customer, CustomerPhone, History, PhoneModel, User
from partnertui.db.models.base import table_of
from partnertui.db.permissions import may_see
from partnertui.db.rows.read_limits import IDS_PER_QUERY
from partnertui.db.rows.type_aliases import Row, RowDict
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.mac_addresses import address_problem, format_mac

FORM_COLUMNS = ("phone_model_id", "mac", "user_id", "vendor")


def load_phone(connection: Connection, phone_id: int) -> RowDict:
    """The values of the edit form, with `version` and `customer_id`. Raises DomainError if it was deleted."""
    table = table_of(CustomerPhone)
    columns = [table.c[name] for name in (*FORM_COLUMNS, "version", "customer_id")]
    row = connection.execute(select(*columns).where(table.c.id == phone_id)).mappings().first()
    if row is None:
        raise DomainError("This phone was deleted.")
    return dict(row)


def phone_models(connection: Connection, current: int | None = None) -> list[RowDict]:
    """The models that can be provisioned, and the one that a phone has already, with their makers' prefixes."""
    columns = (PhoneModel.id, PhoneModel.make, PhoneModel.model, PhoneModel.lines, PhoneModel.ouis)
    query = select(*columns).where(or_(PhoneModel.enabled, PhoneModel.id == current))
    return [dict(row) for row in connection.execute(query.order_by(PhoneModel.make, PhoneModel.model)).mappings()]


def phone_users(connection: Connection, customer_id: int) -> list[RowDict]:
    """The users of a customer, with extension."""
    query = select(User.id, User.name, User.extension).where(User.customer_id == customer_id)
    query = query.where(User.removed_at.is_(None))
    return [dict(row) for row in connection.execute(query.order_by(User.name, User.id)).mappings()]


def add_phone(unit: UnitOfWork, customer_id: int, values: Row) -> int:
    """Adds a phone to a customer; returns its ID.

    Raises DomainError for a MAC that no phone has or that is taken, RowDeleted for a customer who isn't there.
    """
    customer = unit.get(Customer, customer_id)
    entered = {name: values.get(name) for name in FORM_COLUMNS}
    _check(unit, customer.id, entered, {}, 0)
    phone = CustomerPhone(**entered, customer_id=customer.id)
    unit.add(phone)
    _flush(unit, str(entered["mac"]))
    return phone.id


def edit_phone(unit: UnitOfWork, phone_id: int, values: Row, seen: Row) -> int:
    """Changes what differs from what the agent saw; returns the ID. Raises as `add_phone`, and ConcurrentChange."""
    phone = unit.get(CustomerPhone, phone_id, version=seen["version"])
    entered = {name: values.get(name) for name in FORM_COLUMNS}
    if entered["mac"] == seen["mac"] and entered["vendor"] is None:  # the list of makers is on another host
        entered["vendor"] = seen["vendor"]
    _check(unit, phone.customer_id, entered, seen, phone_id)
    unit.change(phone, seen, entered)
    _flush(unit, str(entered["mac"]))
    return phone_id


def _check(unit: UnitOfWork, customer_id: int, entered: Row, seen: Row, phone_id: int) -> None:
    mac, model_id, user_id = entered["mac"], entered["phone_model_id"], entered["user_id"]
    if problem := address_problem(mac):
        raise DomainError(problem, field="mac")
    if model_id != seen.get("phone_model_id"):
        model = unit.session.get(PhoneModel, model_id)
        if model is None or not model.enabled:
            raise DomainError("This model can't be provisioned.", field="phone_model_id", advice="Choose another one.")
    if user_id is not None and user_id != seen.get("user_id"):
        mine = select(User.id).where(User.id == user_id, User.customer_id == customer_id, User.removed_at.is_(None))
        if unit.session.scalar(mine) is None:
            raise DomainError("This customer has no such user.", field="user_id", advice="Choose another one.")
    _require_free(unit, mac, phone_id)


def _require_free(unit: UnitOfWork, mac: str, phone_id: int) -> None:
    """Raises DomainError if another phone has the MAC; only who may see that phone is told whose it is."""
    phone = unit.session.scalar(select(CustomerPhone).where(CustomerPhone.mac == mac, CustomerPhone.id != phone_id))
    if phone is None:
        return
    if not may_see(unit.operator, phone):
        raise taken(mac)
    company = unit.session.scalar(select(Customer.company).where(Customer.id == phone.customer_id))
    user = unit.session.scalar(select(User.name).where(User.id == phone.user_id))
    whose = f"{company} ({user})" if user else str(company)
    raise DomainError(
        f"{format_mac(mac)} already belongs to {whose}.",
        field="mac",
        advice=f"Check the digits, or edit that phone (ID {phone.id}).",
    )


def taken(mac: str) -> DomainError:
    """The refusal that says nothing about whose the phone is."""
    return DomainError(f"{format_mac(mac)} is already taken.", field="mac", advice="Check the digits.")


def _flush(unit: UnitOfWork, mac: str) -> None:
    """Stores what was changed; a MAC that somebody has just taken is refused without saying who."""
    try:
        unit.session.flush()
    except IntegrityError as error:
        # SQLite names the column, PostgreSQL the index: both have this word in them.
        if "mac" in str(error.orig):
            raise taken(mac) from None
        raise


def password_changes(connection: Connection, user_ids: Collection[int]) -> dict[int, datetime]:
    """When each of some users got their present SIP password, from the history; those it doesn't tell are left out."""
    found: dict[int, datetime] = {}
    ids = sorted(user_ids)
    for start in range(0, len(ids), IDS_PER_QUERY):
        changed = (
            select(History.object_id, func.max(History.at))
            .where(History.object_table == "users", History.object_id.in_(ids[start : start + IDS_PER_QUERY]))
            .where(type_coerce(History.changes, Text).contains('"sip_password_ciphertext"', autoescape=True))
            .group_by(History.object_id)
        )
        found.update((user_id, at) for user_id, at in connection.execute(changed))
    return found
