"""Charges priced calls to their customers' accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from partnertui.db.rating.account_bookings import Account, Accounts, call_text
from partnertui.db.rating.call_pricer import NOT_BILLABLE, PricedCall
from partnertui.db.rows.type_aliases import RowDict
from partnertui.domain.rating.charges import Charge


def charge_all(calls: Sequence[PricedCall], accounts: Accounts, terms: Mapping[int, int]) -> None:
    """Sets what each call costs, in their order, and charges it to the customer's account.

    `terms` are the IDs of the stored terms by the price's.
    """
    for call in calls:
        account = accounts.get(call.cdr["customer_id"]) if call.price is not None else None
        if call.price is None or account is None:
            set_charge(call, call.charge if call.price is None else NOT_BILLABLE, None)
            continue
        charge = call.charged(account.minutes.seconds)
        set_charge(call, charge, terms[call.price.id])
        _book(accounts, account, call.cdr, charge)


def _book(accounts: Accounts, account: Account, cdr: RowDict, charge: Charge) -> None:
    if charge.covered_seconds:
        account.minutes = account.minutes.less(charge.covered_seconds)
    if charge.amount:
        accounts.add_line(account, -charge.amount, call_text(cdr["destination_number"]), cdr["id"], 0)


def set_charge(call: PricedCall, charge: Charge, terms_id: int | None) -> None:
    """Sets the columns of the CDR that say what it costs."""
    terms = call.price.terms if call.price is not None and terms_id is not None else None
    call.cdr |= {
        "billed_seconds": charge.billed_seconds,
        "charge": charge.amount,
        "rating": charge.state,
        "covered_seconds": charge.covered_seconds,
        "terms_id": terms_id,
        "rate": terms.per_minute if terms is not None else None,
        "prefix_name": terms.name if terms is not None else None,
    }
