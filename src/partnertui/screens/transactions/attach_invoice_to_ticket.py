"""Attaches the document that was issued for a transaction to a ticket, as evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from partnertui.db.errors import RowDeleted
from partnertui.db.invoices.issued_document_file import read_issued
from partnertui.db.models import Invoice
from partnertui.domain.evidence import PDF, Evidence, EvidenceKind
from partnertui.domain.file_names import safe_file_name
from partnertui.kit.declare.kinds import Money, Time
from partnertui.kit.terminal.safe_text import one_line
from partnertui.screens.shared.ticket_attachment import attach_to_ticket

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.database import Database
    from partnertui.db.query_cancellation import Cancel
    from partnertui.db.rows.type_aliases import Row
    from partnertui.domain.operators import Operator
    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import ActionContext


def attach_invoice(context: ActionContext) -> None:
    """Makes the PDF, then asks for the ticket."""
    services, operator, row = context.services, context.operator, dict(context.row or {})
    if operator is None:
        return

    def work(cancel: Cancel, tell: Callable[[int, int], None]) -> Evidence:
        return invoice_evidence(services.database, operator, row)

    def failed(error: UserError) -> None:
        services.notify(f"{error} {error.advice}".strip(), "bad")

    def ask(evidence: Evidence) -> None:
        attach_to_ticket(replace(context, row=row), evidence)

    services.jobs.long("Creating the PDF", work, ask, failed, shown=False)


def invoice_evidence(database: Database, operator: Operator, row: Row) -> Evidence:
    """The issued document of a transaction's row as a PDF. Raises RowDeleted if the operator has none."""
    wanted = select(Invoice.id).where(Invoice.transaction_id == row["id"])
    found = database.read(lambda connection: connection.execute(wanted).scalar())
    if found is None:
        raise RowDeleted("This transaction's document no longer exists.", advice="Refresh the list.")
    content = read_issued(database, operator, found, "pdf").content("pdf")
    number = one_line(row["invoice_number"], 60)
    facts = {
        "Number": number,
        "Customer": one_line(row.get("billing_company") or row.get("customer") or ""),
        "Amount": Money().text(row["amount"], row),
        "Tax": Money().text(row["tax"], row),
        "Paid": Time(seconds=False).text(row["at"]),
        "State": str(row["state"]),
    }
    kept = {label: value for label, value in facts.items() if value}
    text = "\n".join([f"Document {number}", "", *(f"{label:<8}  {value}" for label, value in kept.items())])
    return Evidence(
        EvidenceKind.INVOICE, f"Document {number}", text, safe_file_name(f"{number}.pdf"), content, PDF, kept
    )
