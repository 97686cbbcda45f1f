"""A customer with a canary in every column that can hold one, in every table that holds something about customers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, Table, Text, insert, select, text

from partnertui.db.database import Database
from partnertui.db.models import Base, Customer, History
from partnertui.db.models.base import table_of
from partnertui.db.models.types import Day, EnumText, Flag, Json, Utc
from partnertui.db.privacy.personal_tables import personal_tables

CUSTOMER = 42
OTHER = 43
"""A customer who stays, with canaries of their own."""
AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
FIXED: dict[tuple[str, str], Any] = {
    ("customers", "status"): "cancelled",
    ("customers", "currency"): "GBP",
    ("customers", "country"): "GB",
    ("customers", "credit"): 0,
    ("customers", "partner_id"): None,
    ("users", "state"): "disabled",
    ("tickets", "state"): "closed",
    ("tickets", "priority_rank"): 2,
    ("users", "removed_at"): None,
    ("pending_ddis", "state"): "cancelled",
    ("payments", "state"): "completed",
    ("refunds", "state"): "completed",
    ("basket_items", "state"): "paid",
    ("credit_cards", "last_four"): "4242",
    ("credit_cards", "expiry_month"): 1,
    ("statement_entries", "kind"): "call",
    ("ticket_messages", "kind"): "customer",
    ("transactions", "refunded"): 0,
    ("switch_users", "written_revision"): 1,
    ("switch_users", "revision"): 1,
    ("refunds", "approved_by_id"): None,
    ("incidents", "ended_at"): None,
    ("ddis", "customer_id"): None,
}
NEEDED = {"incidents", "phone_models", "mailboxes", "price_lists"}
"""Tables that those of a customer refer to."""
WORDS = {"currency": "GBP", "country": "GB", "language": "en", "time_zone": "UTC"}
"""What isn't of a person, or must be a word that is known."""


def canary(customer: int, table: str, column: str) -> str:
    """The canary of a column, which no index, hash or name has by chance."""
    return f"zq{customer}{table}{column}".replace("_", "").lower() + "qz"


def fill(database: Database, customer: int = CUSTOMER) -> dict[str, str]:
    """Adds a row to each table, and returns the canaries by "table.column"."""
    planted: dict[str, str] = {}

    def work(connection: Connection) -> None:
        tables = {table.name for table in personal_tables()}
        for table in Base.metadata.sorted_tables:
            if table.name in tables | NEEDED:
                _add(connection, table, customer, planted if table.name in tables - {"ddis"} else {})
        connection.execute(
            insert(History),
            {
                "at": AT,
                "operator_id": None,
                "operator_name": "Ann",
                "object_table": "users",
                "object_id": customer,
                "action": "changed",
                "changes": {"name": [None, canary(customer, "history", "changes")]},
                "customer_id": customer,
                "partner_id": None,
            },
        )
        planted["history.changes"] = canary(customer, "history", "changes")

    database.write(work)
    return planted


def _add(connection: Connection, table: Table, customer: int, planted: dict[str, str]) -> None:
    values = {}
    for column in table.columns:
        if column.computed is not None:
            continue
        values[column.name] = _value(table, column, customer, planted)
    connection.execute(insert(table), values)


def _value(table: Table, column: Column[Any], customer: int, planted: dict[str, str]) -> Any:
    """A value that the column takes; texts and bytes are canaries, which are noted."""
    key = (table.name, column.name)
    if column.name in {"id", "customer_id"}:
        return FIXED.get(key, customer)
    if key in FIXED or column.name in WORDS:
        return FIXED.get(key, WORDS.get(column.name))
    if column.name == "aor":
        return canary(customer, "users", "sip_username") + "@" + canary(customer, "users", "sip_domain")
    if column.foreign_keys:
        return _target(table, column, customer)
    for kind, value in PLAIN:
        if isinstance(column.type, kind):
            return value
    if isinstance(column.type, EnumText):
        return next(iter(column.type.enum)).value
    return _canary_value(key, column, customer, planted)


PLAIN: tuple[tuple[type, Any], ...] = ((Utc, AT), (Day, date(2026, 11, 1)), (Flag, False))


def _target(table: Table, column: Column[Any], customer: int) -> int | None:
    target = next(iter(column.foreign_keys)).column.table.name
    if target == "operators":
        return 1
    made = {one.name for one in personal_tables()} | NEEDED
    return customer if target in made and target != table.name else None


def _canary_value(key: tuple[str, str], column: Column[Any], customer: int, planted: dict[str, str]) -> Any:
    word = canary(customer, *key) if key != ("customer_phones", "mac") else f"00aabbcc{customer:04d}"
    value: Any = customer
    if isinstance(column.type, Json):
        value = [word] if column.type.shape is list else {"to": [word]}
    elif isinstance(column.type, LargeBinary):
        value = word.encode()
    elif isinstance(column.type, Text):
        value = word
    if value != customer:
        planted[".".join(key)] = word
    return value


def in_tables(database: Database, words: set[str]) -> dict[str, str]:
    """Where canaries are found in any column of any table, by "table.column"."""
    found: dict[str, str] = {}

    def work(connection: Connection) -> None:
        for table in Base.metadata.tables.values():
            for column in table.columns:
                raw = text(f"SELECT {column.name} FROM {table.name}")
                for (value,) in connection.execute(raw):
                    shown = bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                    found.update((f"{table.name}.{column.name}", word) for word in words if word in shown)

    database.read(work)
    return found


def company(database: Database, customer: int) -> str:
    """The company of a customer."""
    found = database.read(
        lambda connection: connection.scalar(select(table_of(Customer).c.company).where(Customer.id == customer))
    )
    return str(found)
