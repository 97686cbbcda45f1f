"""Reads the seller of a document, the customer's partner or the provider, with the current logo."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import select

from partnertui.db.models import InvoiceLogo, Partner
from partnertui.db.upsert import insert_into
from partnertui.invoices.document import BankAccount, Party
from partnertui.invoices.sale import Seller

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from partnertui.invoices.provider import Provider


def seller_of(session: Session, partner_id: int | None, provider: Provider) -> tuple[Seller, int | None]:
    """The seller to customers of a partner, or of none, and the ID of a partner's logo."""
    partner = session.get(Partner, partner_id) if partner_id is not None else None
    if partner is None:
        return provider.seller, None
    party = Party(
        name=partner.name,
        street=partner.street or "",
        postcode=partner.postcode or "",
        city=partner.city or "",
        country=partner.country or "",
        vat_number=partner.vat_number or "",
        email=partner.email or "",
        phone=partner.phone or "",
        registration=partner.registration or "",
    )
    bank = BankAccount(partner.bank_name or "", partner.iban or "", partner.bic or "")
    return Seller(partner.id, party, bank, partner.invoice_prefix or ""), partner.logo_id


def keep_logo(connection: Connection, content: bytes) -> int:
    """The ID of a logo, which is stored once however often it is used."""
    digest = hashlib.sha256(content).hexdigest()
    values = {"digest": digest, "content": content}
    connection.execute(insert_into(connection, InvoiceLogo).values(values).on_conflict_do_nothing())
    return connection.execute(select(InvoiceLogo.id).where(InvoiceLogo.digest == digest)).scalar_one()
