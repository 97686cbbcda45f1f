"""Returns the file of a transaction's document, issuing the document first if necessary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from partnertui.db.idempotent_writes import commit_once
from partnertui.db.invoices.calls import read_calls
from partnertui.db.invoices.issue import issue
from partnertui.db.models import Customer, Invoice, InvoiceLogo
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.invoices.document import Document, from_snapshot
from partnertui.invoices.facturx_xml import build_xml
from partnertui.invoices.pdf.write_pdf import build_pdf

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from partnertui.db.database import Database
    from partnertui.domain.operators import Operator
    from partnertui.invoices.itemised_calls import CallList
    from partnertui.invoices.provider import Provider

PDF, DETAILED, XML = "pdf", "detailed", "xml"
READ_SECONDS = 60.0
"""For the calls of a detailed invoice."""


@dataclass(frozen=True)
class Issued:
    """An issued document with what is printed on it."""

    document: Document
    logo: bytes | None = None
    calls: CallList | None = None

    def content(self, form: str) -> bytes:
        """The file. Raises DomainError for XML in a currency that it can't hold."""
        if form == XML:
            return build_xml(self.document)

        return build_pdf(self.document, self.logo, self.calls)


def issue_once(
    database: Database, operator: Operator, key: str, transaction_id: int, provider: Provider, moment: datetime
) -> int:
    """Issues a transaction's document if it wasn't before; returns its ID. `key` is the idempotency key of the try."""
    return commit_once(database, operator, key, lambda unit: issue(unit, transaction_id, provider, moment))


def read_issued(database: Database, operator: Operator, invoice_id: int, form: str) -> Issued:
    """A document with its logo, and with the calls of its period if the form is DETAILED.

    Raises RowDeleted if the operator has no such document, DomainError if it covers no period.
    """
    with UnitOfWork(database, operator) as unit:
        found = unit.get(Invoice, invoice_id)
        document, logo_id = from_snapshot(found.snapshot), found.logo_id
        customer = unit.get(Customer, found.customer_id)
        zone = customer.time_zone
        logo = unit.session.scalar(select(InvoiceLogo.content).where(InvoiceLogo.id == logo_id))
    if form != DETAILED:
        return Issued(document, logo)
    if document.is_credit_note:
        raise DomainError("A credit note doesn't list calls.", advice="Use the invoice that it corrects.")

    def read(connection: Connection) -> CallList:
        return read_calls(connection, document, zone)

    return Issued(document, logo, database.read(read, deadline=READ_SECONDS))
