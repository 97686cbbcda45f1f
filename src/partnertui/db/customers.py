"""Adds and edits customers, with the price lists that they use; one unit of work."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, delete, func, select

from partnertui.db.models import BasketItem, Customer, CustomerPriceList, LoginLink, PriceList, WebSession
from partnertui.db.models.base import now
from partnertui.db.rows.type_aliases import Row, RowDict
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import UNPAID
from partnertui.domain.countries import EU
from partnertui.domain.customer_and_user_enums import NO_SESSIONS, CustomerStatus
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.operators import Operator, Role
from partnertui.domain.price_list_enums import PriceListSlot
from partnertui.domain.vat_numbers import VatStanding, VatState, check_vat, standing_words

FORM_COLUMNS = (
    "company",
    "contact",
    "email",
    "phone",
    "country",
    "street",
    "street2",
    "postcode",
    "city",
    "state",
    "currency",
    "vat_number",
    "status",
    "blocked_reason",
    "trial_ends_at",
    "price_plan_id",
    "credit_limit",
    "auto_top_up",
    "top_up_threshold",
    "top_up_amount",
    "unlimited_minutes_left",
    "language",
    "time_zone",
    "max_channels",
    "caller_id_number",
    "international_calls",
    "premium_calls",
    "invoice_email",
    "purchase_order",
    "external_reference",
    "newsletter",
)
"""Columns that the form edits. Balances are not among them: they move by ledger lines alone."""
STAFF_COLUMNS = frozenset({"credit_limit", "unlimited_minutes_left"})
"""What partners may not give their own customers."""
VAT_COLUMNS = ("vat_number", "vat_checked", "vat_checked_at")
NOT_ASKED: RowDict = {"vat_state": VatState.UNKNOWN, "vat_answered_at": None, "vat_asked_at": None, "vat_answer": None}
"""What is known of a VAT number that VIES wasn't asked about."""


def load_customer(connection: Connection, customer_id: int) -> RowDict:
    """The values of the edit form, with `version` and the price lists by slot.

    Raises DomainError if there is no such customer.
    """
    table = Customer.__table__
    columns = [table.c[name] for name in (*FORM_COLUMNS, *NOT_ASKED, "version", "partner_id")]
    row = connection.execute(select(*columns).where(table.c.id == customer_id)).mappings().first()
    if row is None:
        raise DomainError("This customer was deleted.")
    mine = (WebSession.customer_id == customer_id, BasketItem.customer_id == customer_id)
    sessions = select(func.count()).select_from(WebSession).where(mine[0])
    items = select(func.count()).select_from(BasketItem).where(mine[1], BasketItem.state.in_(UNPAID))
    counts = {
        "stored_status": row["status"],
        "stored_vat_number": row["vat_number"],
        "sessions": connection.execute(sessions).scalar_one(),
        "unpaid_items": connection.execute(items).scalar_one(),
        "vat_standing": standing_words(
            VatStanding(
                row["country"], row["vat_number"], row["vat_state"], row["vat_answered_at"], row["vat_asked_at"]
            )
        ),
    }
    used = select(CustomerPriceList.slot, CustomerPriceList.price_list_id).where(
        CustomerPriceList.customer_id == customer_id
    )
    by_slot = {str(slot): (price_list,) for slot, price_list in connection.execute(used)}
    return {**row, **counts, "price_lists": by_slot}


def price_lists(connection: Connection) -> list[RowDict]:
    """The price lists that a customer can use."""
    rows = select(PriceList.id, PriceList.name, PriceList.kind, PriceList.currency).where(PriceList.enabled)
    return [dict(row) for row in connection.execute(rows.order_by(PriceList.kind, PriceList.name)).mappings()]


def add_customer(work: UnitOfWork, values: Row, partner_id: int | None = None) -> int:
    """Adds a customer; returns its ID. Raises DomainError for values that aren't valid.

    partner_id: whose customer it is, unless a partner adds it: then it is theirs.
    """
    entered = {name: values[name] for name in FORM_COLUMNS if name in values}
    _require_allowed(work.operator, {name for name in STAFF_COLUMNS if entered.get(name)})
    customer = Customer(**checked_values(entered), partner_id=work.operator.partner_id or partner_id)
    work.add(customer)
    work.session.flush()
    _set_price_lists(work, customer, values.get("price_lists") or {})
    return customer.id


def edit_customer(work: UnitOfWork, customer_id: int, values: Row, seen: Row) -> int:
    """Changes what differs from the values that the agent saw, and nothing else; returns the ID.

    Raises DomainError for values that aren't valid, NotAllowed for what partners may not change, ConcurrentChange if
    it was changed since.
    """
    customer = work.get(Customer, customer_id, version=seen["version"])
    changed = {name: values[name] for name in FORM_COLUMNS if name in values and values[name] != seen.get(name)}
    _require_allowed(work.operator, changed.keys() & STAFF_COLUMNS)
    work.change(customer, seen, changed)
    stored = {name: getattr(customer, name) for name in FORM_COLUMNS}
    checked = checked_values(stored)
    if changed.keys() & {"vat_number", "country"}:
        is_new = checked["vat_number"] != seen.get("vat_number")
        for name, value in {**{name: checked[name] for name in VAT_COLUMNS}, **(NOT_ASKED if is_new else {})}.items():
            setattr(customer, name, value)
    if "status" in changed:
        follow_status(work, customer)
    if (values.get("price_lists") or {}) != (seen.get("price_lists") or {}):
        _set_price_lists(work, customer, values.get("price_lists") or {})
    return customer_id


def follow_status(work: UnitOfWork, customer: Customer) -> None:
    """Does what a customer's new status brings with it, in the same unit of work: some end every session.

    Links to log in as one of the users that weren't used yet are withdrawn, too.
    """
    if customer.status not in NO_SESSIONS:
        return
    work.session.execute(delete(WebSession).where(WebSession.customer_id == customer.id))
    work.session.execute(delete(LoginLink).where(LoginLink.customer_id == customer.id, LoginLink.used_at.is_(None)))


def follow_undo(work: UnitOfWork, customer: Customer, names: Collection[str]) -> None:
    """Does what former values of these columns bring with them, as saving them would."""
    if "status" in names:
        follow_status(work, customer)
    if "vat_number" in names:
        for name, value in NOT_ASKED.items():
            setattr(customer, name, value)


def _require_allowed(operator: Operator, names: Collection[str]) -> None:
    if operator.role == Role.PARTNER and names:
        first = next(name for name in FORM_COLUMNS if name in names)
        raise NotAllowed("Partners can't change limits or minutes.", field=first, advice="Ask support.")


def checked_values(values: Row) -> RowDict:
    """The values to store; raises DomainError with the field that isn't valid."""
    found = dict(values)
    country, status = found["country"], found["status"]
    number = check_vat(found.get("vat_number"), country)
    found |= {
        "vat_number": number,
        "vat_checked": bool(number) and country in EU,
        "vat_checked_at": now() if number and country in EU else None,
    }
    if status == CustomerStatus.TRIAL and found.get("trial_ends_at") is None:
        raise DomainError(
            "A trial needs an end date.", field="trial_ends_at", advice="Enter a date, such as 2026-12-24."
        )
    if status == CustomerStatus.BLOCKED and not found.get("blocked_reason"):
        raise DomainError("A reason is required.", field="blocked_reason", advice="The next agent needs to know why.")
    if found.get("auto_top_up") and not found.get("top_up_amount"):
        raise DomainError(
            "An amount is required for automatic top-ups.",
            field="top_up_amount",
            advice="Enter an amount, such as 25.00.",
        )
    if (found.get("credit_limit") or 0) < 0:
        raise DomainError("The credit limit can't be negative.", field="credit_limit")
    return found


def _set_price_lists(work: UnitOfWork, customer: Customer, ids_by_slot: Mapping[str, tuple[int, ...]]) -> None:
    """Makes the customer use these price lists, one per slot, and no others."""
    statement = select(CustomerPriceList).where(CustomerPriceList.customer_id == customer.id)
    existing = {str(row.slot): row for row in work.session.scalars(statement)}
    wanted = {slot: ids[0] for slot, ids in ids_by_slot.items() if ids}
    for slot, row in existing.items():
        if slot not in wanted:
            work.session.delete(row)
        elif row.price_list_id != wanted[slot]:
            row.price_list_id = wanted[slot]
    for slot in wanted.keys() - existing.keys():
        work.add(
            CustomerPriceList(
                customer_id=customer.id,
                partner_id=customer.partner_id,
                slot=PriceListSlot(slot),
                price_list_id=wanted[slot],
            )
        )
