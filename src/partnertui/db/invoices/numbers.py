"""Gapless document numbers: one counter per seller, kind and year, locked by the issuing transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from partnertui.db.models import InvoiceCounter, Transaction
from partnertui.db.upsert import insert_into
from partnertui.domain.billing_enums import DocumentKind
from partnertui.domain.errors import DomainError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.invoices.sale import Seller

CODES = {DocumentKind.INVOICE: "INV", DocumentKind.CREDIT_NOTE: "CN"}
DIGITS = 6


def next_number(connection: Connection, seller: Seller, kind: DocumentKind, year: int) -> tuple[int, str]:
    """The next sequence and its number. The counter stays locked until the end of the transaction, which owns the
    number: rolled back or killed, it gives it back. Raises DomainError if another seller used that number.
    """
    mine = (InvoiceCounter.seller_id == seller.id, InvoiceCounter.kind == kind, InvoiceCounter.year == year)
    count = update(InvoiceCounter).where(*mine).values(last=InvoiceCounter.last + 1).returning(InvoiceCounter.last)
    sequence = connection.scalar(count)
    if sequence is None:
        first = {"seller_id": seller.id, "kind": kind, "year": year, "last": _last_used(connection, seller, kind, year)}
        # Another program may have begun the counter just now: then its row is counted on.
        connection.execute(insert_into(connection, InvoiceCounter).values(first).on_conflict_do_nothing())
        sequence = connection.scalar(count)
    assert sequence is not None
    number = f"{number_stem(seller, kind, year)}{sequence:0{DIGITS}d}"
    if connection.scalar(select(Transaction.id).where(Transaction.invoice_number == number)) is not None:
        raise DomainError(
            f"The number {number} has already been used by another seller or program.",
            advice="Choose another prefix for the seller's numbers.",
        )
    return sequence, number


def number_stem(seller: Seller, kind: DocumentKind, year: int) -> str:
    """What the numbers of a year begin with: INV-2026- of the provider, NW-INV-2026- of a partner with prefix NW."""
    prefix = seller.prefix or (f"P{seller.id}" if seller.id else "")
    return f"{prefix}{'-' if prefix else ''}{CODES[kind]}-{year}-"


def _last_used(connection: Connection, seller: Seller, kind: DocumentKind, year: int) -> int:
    """The last sequence that another program gave in this form, so that ours goes on behind it."""
    stem = number_stem(seller, kind, year)
    same = (Transaction.invoice_number >= stem, Transaction.invoice_number < f"{stem}:")  # ":" comes after the digits
    exact = func.length(Transaction.invoice_number) == len(stem) + DIGITS
    last = connection.scalar(select(func.max(Transaction.invoice_number)).where(*same, exact))
    digits = (last or "")[len(stem) :]
    return int(digits) if digits.isdecimal() else 0
