"""Issues the document of a transaction once, under the next number, and stores everything printed on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from partnertui.db.invoices.numbers import next_number
from partnertui.db.invoices.sales import read_sale
from partnertui.db.invoices.sellers import keep_logo, seller_of
from partnertui.db.models import Customer, Invoice, Transaction
from partnertui.domain.billing_enums import DocumentKind, TransactionType
from partnertui.domain.errors import DomainError
from partnertui.domain.vat_numbers import reverse_charge
from partnertui.invoices.build import build_credit_note, build_invoice
from partnertui.invoices.document import Document, from_snapshot, to_snapshot
from partnertui.invoices.time_zones_and_days import local_day

if TYPE_CHECKING:
    from datetime import datetime

    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.domain.vat_numbers import ReverseCharge, VatStanding
    from partnertui.invoices.provider import Provider
    from partnertui.invoices.sale import Sale, Seller

DRAFT = "draft"
"""Stands for the number until the document has one."""


@dataclass(frozen=True)
class Draft:
    """A document that is checked and has no number yet."""

    document: Document
    seller: Seller
    partner_logo_id: int | None
    vat: VatStanding
    reverse_charge: ReverseCharge
    known_number: str | None
    credits_id: int | None = None


def issue(unit: UnitOfWork, transaction_id: int, provider: Provider, moment: datetime) -> int:
    """The ID of a transaction's document, which is issued if it wasn't before.

    Raises DomainError with the reason if it can't be issued, RowDeleted if the operator has no such transaction.
    """
    sold = unit.get(Transaction, transaction_id, lock=True)  # two at a time: the second finds the first one's document
    earlier = unit.session.scalar(select(Invoice.id).where(Invoice.transaction_id == transaction_id))
    if earlier is not None:
        return earlier
    connection = unit.session.connection()
    draft = prepare(unit, sold, provider, moment, lock=True)
    year, sequence = date.fromisoformat(draft.document.issued).year, None
    number = draft.known_number
    if number is None:
        sequence, number = next_number(connection, draft.seller, draft.document.kind, year)
    document = replace(draft.document, number=number)
    logo_id = draft.partner_logo_id
    if not draft.seller.id and provider.logo is not None:
        logo_id = keep_logo(connection, provider.logo)
    invoice = Invoice(
        customer_id=sold.customer_id,
        transaction_id=sold.id,
        kind=document.kind,
        seller_id=draft.seller.id,
        year=year,
        sequence=sequence,
        number=number,
        issued_at=moment,
        credits_id=draft.credits_id,
        logo_id=logo_id,
        snapshot=to_snapshot(document),
    )
    unit.add(invoice)
    sold.invoice_number = number
    unit.session.flush()
    return invoice.id


def draft_of(unit: UnitOfWork, transaction_id: int, provider: Provider, moment: datetime) -> Draft:
    """What would be issued for a transaction; nothing is written. Raises as `issue`."""
    return prepare(unit, unit.get(Transaction, transaction_id), provider, moment)


def prepare(unit: UnitOfWork, sold: Transaction, provider: Provider, moment: datetime, *, lock: bool = False) -> Draft:
    """Builds and checks the document of a transaction; `lock` keeps other credit notes of the same invoice waiting."""
    customer = unit.get(Customer, sold.customer_id)
    seller, logo_id = seller_of(unit.session, customer.partner_id, provider)
    sale = read_sale(unit.session, sold, customer, provider.zone)
    issued = local_day(moment if sold.invoice_number is None else sold.at, provider.zone)
    charge = reverse_charge(seller.party.country, sale.vat)
    if sale.transaction_type != TransactionType.REFUND:
        document = build_invoice(sale, seller, sold.invoice_number or DRAFT, issued)
        return Draft(document, seller, logo_id, sale.vat, charge, sold.invoice_number)
    credited, others = _credited(unit, sale, lock=lock)
    original = from_snapshot(credited.snapshot)
    document = build_credit_note(sale, original, others, seller, sold.invoice_number or DRAFT, issued)
    return Draft(document, seller, logo_id, sale.vat, charge, sold.invoice_number, credited.id)


def _credited(unit: UnitOfWork, sale: Sale, *, lock: bool) -> tuple[Invoice, list[Document]]:
    """The invoice that a refund gives back, and the credit notes issued for it before."""
    if sale.refund_of_id is None:
        raise DomainError(
            f"Refund {sale.transaction_id} isn't linked to the transaction it refunds.",
            advice="Without that link, there is no invoice to credit.",
        )
    if lock:
        unit.get(Transaction, sale.refund_of_id, lock=True)
    credited = unit.session.scalar(select(Invoice).where(Invoice.transaction_id == sale.refund_of_id))
    if credited is None:
        raise DomainError(
            f"Transaction {sale.refund_of_id}, which this refund is for, has no invoice yet.",
            advice="Issue its invoice first.",
        )
    notes = select(Invoice.snapshot).where(Invoice.credits_id == credited.id, Invoice.kind == DocumentKind.CREDIT_NOTE)
    return credited, [from_snapshot(snapshot) for snapshot in unit.session.scalars(notes)]
