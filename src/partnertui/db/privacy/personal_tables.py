"""The tables with personal data, found from the models, and what an erasure does with their rows.

What KEPT doesn't name is exported and, at an erasure, deleted: a table that is added later can't be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Table, and_, case, func, or_, select

from partnertui.db.models import Base, Customer, StatementEntry, Ticket, TicketMessage, User
from partnertui.db.models.base import table_of
from partnertui.db.rows.type_aliases import Expression
from partnertui.domain.billing_enums import BasketState, CardStatus, StatementKind

HISTORY = "history"
LEDGER = table_of(StatementEntry).c


class Reason(StrEnum):
    """Why rows stay after an erasure."""

    ACCOUNTS = "accounts"
    TRAFFIC = "traffic"
    FIGURES = "figures"
    """Nothing of a person is left in them."""


@dataclass(frozen=True)
class Kept:
    """Rows that stay, and the values that their personal columns get."""

    reason: Reason
    clear: Mapping[str, object] = field(default_factory=dict)
    only: Callable[[Table], Expression] | None = None
    """Of which rows this holds; the others are deleted."""


def _empty(*names: str) -> dict[str, object]:
    return dict.fromkeys(names)


KEPT: dict[str, Kept] = {
    "customers": Kept(
        Reason.ACCOUNTS,
        {
            "company": "Erased customer",
            **_empty("contact", "email", "phone", "street", "street2", "postcode", "city", "state", "vat_number"),
            **_empty("vat_answer", "sip_domain", "caller_id_number", "invoice_email", "purchase_order"),
            **_empty("external_reference", "blocked_reason"),
            "newsletter": False,
            "auto_top_up": False,
        },
    ),
    "invoices": Kept(Reason.ACCOUNTS),
    "transactions": Kept(Reason.ACCOUNTS, _empty("gateway_answer_ciphertext")),
    "transaction_items": Kept(Reason.ACCOUNTS),
    "payments": Kept(Reason.ACCOUNTS, _empty("gateway_answer_ciphertext")),
    "payment_corrections": Kept(Reason.ACCOUNTS),
    "refunds": Kept(Reason.ACCOUNTS, _empty("gateway_answer_ciphertext")),
    "statement_entries": Kept(
        Reason.ACCOUNTS,  # the text of a call's line has the number that was called
        {"description": case((LEDGER.kind == StatementKind.CALL, "Call"), else_=LEDGER.description)},
    ),
    "basket_items": Kept(Reason.ACCOUNTS, only=lambda table: table.c.state == BasketState.PAID),
    "credit_cards": Kept(
        Reason.ACCOUNTS,  # payments name the card that they were made with
        {
            "holder": "erased",
            "last_four": "0000",
            "expiry_year": 1970,
            "expiry_month": 1,
            "is_default": False,
            "status": CardStatus.DELETED,
            **_empty("number_ciphertext", "number_hmac", "gateway_token_ciphertext"),
        },
    ),
    "cdrs": Kept(
        Reason.TRAFFIC,  # the numbers are cleared by their age, see erase.py
        _empty("source_name", "destination_name", "source_user_agent", "destination_user_agent", "source_ip")
        | _empty("destination_ip", "call_id_a", "call_id_b", "user_id", "ddi_id"),
    ),
    "tickets": Kept(
        Reason.FIGURES,
        {"subject": "erased", **_empty("requester_name", "requester_email", "user_id", "aor", "last_update_by")},
    ),
}
NOT_EXPORTED = {
    "vault_keys": "keys that decrypt the encrypted data",
    "audit_links": "hashes of history entries (the entries are exported)",
    "audit_heads": "hashes of history entries (the entries are exported)",
}
"""Tables of a customer that an export leaves out, and why."""
FIRST = ("drafts", "seen_registrations", "subscribers", "registrations")
"""What is found through other rows of the customer, and so has to go before them."""
BY_EMAIL = ("subscribers", "registrations")
"""Also rows of no customer with an address of the customer or one of its users."""


def personal_tables() -> list[Table]:
    """All tables with rows of customers but history; those that refer to others before them."""
    first = [Base.metadata.tables[name] for name in FIRST]
    others = [
        table
        for table in reversed(Base.metadata.sorted_tables)
        if table not in first
        and table.name != HISTORY
        and (_is_owned(table) or _column_of(table, "tickets") is not None)
    ]
    return [*first, *others]


def _is_owned(table: Table) -> bool:
    return table.name == "customers" or "customer_id" in table.c


def _column_of(table: Table, target: str) -> Expression | None:
    """The column by which a table's rows are parts of a ticket or message; those are ticket_id and message_id."""
    name = {"tickets": "ticket_id", "ticket_messages": "message_id"}[target]
    found = table.c.get(name)
    refers = found is not None and any(key.column.table.name == target for key in found.foreign_keys)
    return found if refers else None


def rows_of(table: Table, customer_id: int) -> Expression:
    """The condition for a customer's rows, also those that belong to it through a ticket, an address or an account."""
    customers, users = table_of(Customer).c, table_of(User).c
    tickets = select(Ticket.id).where(Ticket.customer_id == customer_id)
    if table.name == "customers":
        return table.c.id == customer_id
    if table.name == "seen_registrations":
        accounts = select(users.sip_username + "@" + users.sip_domain).where(users.customer_id == customer_id)
        return table.c.aor.in_(accounts)
    conditions: list[Expression] = _drafts(table, customer_id) if table.name == "drafts" else []
    if "customer_id" in table.c:
        conditions.append(table.c.customer_id == customer_id)
    if (ticket := _column_of(table, "tickets")) is not None:
        conditions.append(ticket.in_(tickets))
    if (message := _column_of(table, "ticket_messages")) is not None:
        conditions.append(message.in_(select(TicketMessage.id).where(TicketMessage.ticket_id.in_(tickets))))
    if table.name in BY_EMAIL:
        known = (
            select(func.lower(customers.email))
            .where(customers.id == customer_id, customers.email.is_not(None))
            .union(select(func.lower(users.email)).where(users.customer_id == customer_id))
        )
        conditions.append(and_(table.c.customer_id.is_(None), func.lower(table.c.email).in_(known)))
    return or_(*conditions)


def _drafts(drafts: Table, customer_id: int) -> list[Expression]:
    """Drafts of dialogs about a customer's records, and of those that add one."""
    found: list[Expression] = [drafts.c.form.in_((f"edit of {customer_id}", f"new of {customer_id}"))]
    for table in Base.metadata.sorted_tables:
        if _is_owned(table) and table is not drafts:
            owner = table.c.id if table.name == "customers" else table.c.customer_id
            records = select(table.c.id).where(owner == customer_id)
            # by the record first: a table of calls isn't read where no draft is about one
            found.append(and_(drafts.c.object_table == table.name, drafts.c.object_id.in_(records)))
    return found
