"""Changes a transaction's billing address, and the customer's own on request."""

from __future__ import annotations

from sqlalchemy import Connection, select

from partnertui.db.customers import edit_customer, load_customer
from partnertui.db.models import Transaction
from partnertui.db.models.base import table_of
from partnertui.db.refund_booking import BILLED_TO
from partnertui.db.rows.type_aliases import Row, RowDict
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.vat_numbers import check_vat

PREFIX = "billing_"


def load_address(connection: Connection, transaction_id: int) -> RowDict:
    """The address with `version`; raises DomainError if the transaction was deleted."""
    table = table_of(Transaction)
    columns = [table.c[name] for name in (*BILLED_TO, "version", "invoice_number")]
    row = connection.execute(select(*columns).where(table.c.id == transaction_id)).mappings().first()
    if row is None:
        raise DomainError("This transaction was deleted.", advice="Go back and refresh the list.")
    return dict(row)


def edit_address(work: UnitOfWork, transaction_id: int, values: Row, seen: Row) -> int:
    """Changes what differs from what the agent saw; with `also_customer` the customer's own address, too.

    Raises DomainError for a VAT number that isn't one of the country, ConcurrentChange if it was changed since.
    """
    transaction = work.get(Transaction, transaction_id, version=seen["version"])
    entered: RowDict = {name: values[name] for name in BILLED_TO if name in values}
    country = entered.get("billing_country") or transaction.billing_country
    if entered.get("billing_vat_number") and country:
        entered["billing_vat_number"] = _checked_number(str(entered["billing_vat_number"]), country)
    changed = {name: value for name, value in entered.items() if value != seen.get(name)}
    work.change(transaction, seen, changed)
    if values.get("also_customer"):
        current = load_customer(work.session.connection(), transaction.customer_id)
        own = {name.removeprefix(PREFIX): value for name, value in entered.items()}
        if not own.get("company") or not own.get("country"):
            raise DomainError(
                "A customer needs a company and a country.", field="also_customer", advice="Fill in both."
            )
        edit_customer(work, transaction.customer_id, {**current, **own}, current)
    return transaction.id


def _checked_number(number: str, country: str) -> str | None:
    try:
        return check_vat(number, country)
    except DomainError as error:
        raise DomainError(str(error), field="billing_vat_number", advice=error.advice) from None
