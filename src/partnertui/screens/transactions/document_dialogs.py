"""Dialogs that preview a document and its VAT, then issue it and write it to a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.db.idempotent_writes import new_key
from partnertui.db.invoices.issue import Draft, draft_of
from partnertui.db.invoices.issued_document_file import DETAILED, PDF, XML, issue_once, read_issued
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.countries import EU
from partnertui.domain.errors import DomainError
from partnertui.domain.money import format_money
from partnertui.domain.vat_numbers import VatState, standing_words
from partnertui.invoices.document_vat import UNTAXED, VatUnconfirmed, percent
from partnertui.invoices.provider import Provider, provider
from partnertui.kit.clock import utc_now
from partnertui.kit.views import output_file
from partnertui.kit.views.save_dialog import FileChoice, SaveDialog
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.text_dialogs import Confirm
from partnertui.screens.shared.open_file_or_show_scp import hand_out
from partnertui.screens.shared.vat_check import ask_vies

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.query_cancellation import Cancel
    from partnertui.domain.operators import Operator
    from partnertui.errors import UserError
    from partnertui.invoices.document import Document
    from partnertui.kit.declare.actions import ActionContext

LABELS = {
    PDF: "PDF with embedded Factur-X",
    DETAILED: "PDF with the calls in the invoice period",
    XML: "Factur-X XML only",
}
ISSUE, CHECK = "issue", "check"
WHY_VAT = {
    VatState.UNKNOWN: "VAT applies: VIES hasn't confirmed the number",
    VatState.INVALID: "VAT applies: VIES says the number isn't valid",
}


@dataclass(frozen=True)
class Task:
    """One document on its way to a file."""

    context: ActionContext
    operator: Operator
    transaction_id: int
    customer_id: int
    number: str | None
    """What it was issued under; None if it wasn't yet."""
    is_refund: bool
    form: str
    key: str
    """The idempotency key of issuing it."""


def write_document(context: ActionContext) -> None:
    """Issues the document of the row, and writes it to a file."""
    _begin(context, PDF)


def write_detailed(context: ActionContext) -> None:
    """The same with its calls."""
    _begin(context, DETAILED)


def _begin(context: ActionContext, form: str) -> None:
    services, operator, row = context.services, context.operator, context.row or {}
    if operator is None:
        return
    number, is_refund = row["invoice_number"], row["transaction_type"] == "refund"
    task = Task(context, operator, row["id"], row["customer_id"], number, is_refund, form, new_key())
    if number is not None:
        _ask_file(task, "")
        return

    def work(cancel: Cancel, tell: Callable[[int, int], None]) -> Draft:
        seller = provider(services.settings.invoices)
        with UnitOfWork(services.database, operator) as unit:
            return draft_of(unit, task.transaction_id, seller, utc_now())

    def failed(error: UserError) -> None:
        if isinstance(error, VatUnconfirmed):
            _offer_check(task, error)
        else:
            services.notify(f"{error} {error.advice}".strip(), "bad")

    services.jobs.long("Preparing the document", work, lambda draft: _show(task, draft), failed, shown=False)


def _show(task: Task, draft: Draft) -> None:
    """The draft, and the question whether it is to be issued; with *check now* where VIES might say more."""
    services, document = task.context.services, draft.document
    words = draft_words(draft)
    if not draft.reverse_charge.check_now or document.is_credit_note:
        question = Confirm(services, f"Issue this {document.kind}?", "\n".join(words), "issue it")
        services.show_dialog(question, lambda yes: _ask_file(task, words[0]))
        return
    items = [
        Item(ISSUE, f"Issue it: {words[0]}", words[1]),
        Item(CHECK, f"Check {draft.vat.number} now", standing_words(draft.vat).removeprefix("unknown: ")),
    ]

    def chosen(what: str) -> None:
        if what == CHECK:
            ask_vies(task.context, task.customer_id)
        else:
            _ask_file(task, words[0])

    services.show_dialog(Picker(services, WHY_VAT[draft.vat.state], items), chosen)


def _offer_check(task: Task, error: VatUnconfirmed) -> None:
    services = task.context.services
    question = Confirm(services, "Check the VAT number now?", f"{error} {error.advice}", "check it with VIES")
    services.show_dialog(question, lambda yes: ask_vies(task.context, task.customer_id))


def draft_words(draft: Draft) -> list[str]:
    """What would be issued: the total, from whom to whom, each VAT group, and why VAT is or isn't on it."""
    document, currency = draft.document, draft.document.currency
    words = [
        f"{format_money(document.gross, currency)} including {format_money(document.tax, currency)} VAT",
        f"From {document.seller.name} to {document.buyer.name}",
    ]
    if document.preceding:
        words.append(f"For invoice {document.preceding.number}")
    for group in document.groups:
        net, tax = format_money(group.net, currency), format_money(group.tax, currency)
        if group.category in UNTAXED:
            words.append(f"No VAT on {net}. {group.reason}".strip())
        else:
            words.append(f"{percent(group.rate)} VAT on {net}: {tax}")
    is_between_members = {document.seller.country, document.buyer.country} <= EU
    if is_between_members and not document.is_credit_note:
        words.append(draft.reverse_charge.sentence)
    return [*words, *document.notes]


def _ask_file(task: Task, describe: str) -> None:
    """Asks where to write; what is written is issued first, once."""
    services = task.context.services
    forms = (PDF, XML) if task.is_refund else (PDF, DETAILED, XML)

    def write(choice: FileChoice) -> None:
        def work(cancel: Cancel, tell: Callable[[int, int], None]) -> Document:
            return _write(task, provider(services.settings.invoices), choice)

        def done(document: Document) -> None:
            hand_out(services, choice.path, f"{document.kind.capitalize()} {document.number}")
            task.context.refresh_rows()

        def failed(error: UserError) -> None:
            dialog.ask_again(choice, error, "Not saved")
            task.context.refresh_rows()

        services.jobs.long(f"Saving {choice.path.name[:40]}", work, done, failed)

    kind = "credit note" if task.is_refund else "invoice"
    dialog = SaveDialog(
        services,
        f"Save the {kind}" if task.number else f"Issue and save the {kind}",
        {form: LABELS[form] for form in forms},
        _target,
        write,
        task.number or describe,
        "save it" if task.number else "issue it",
    )
    stem = task.number or f"{kind.replace(' ', '-')}-of-{task.transaction_id}"
    proposed = Path(output_file.default_name("document", "x", "pdf")).with_name(f"{_file_stem(stem)}.pdf")
    dialog.ask({"format": task.form, "file": str(proposed)})


def _write(task: Task, seller: Provider, choice: FileChoice) -> Document:
    database = task.context.services.database
    output_file.check(choice.path, replace=True)  # before anything is issued
    invoice_id = issue_once(database, task.operator, task.key, task.transaction_id, seller, utc_now())
    issued = read_issued(database, task.operator, invoice_id, choice.format)
    content = issued.content(choice.format)
    with output_file.whole_file(choice.path, replace=choice.replace) as out:
        out.buffer.write(content)
    return issued.document


def _file_stem(number: str) -> str:
    """A number that another program gave may hold anything."""
    return "".join(char if char.isalnum() or char in "._-" else "-" for char in number)[:60] or "document"


def _target(typed: str, form: str) -> Path:
    if "\0" in typed:
        raise DomainError("A file name can't contain a null character.", field="file", advice="Enter another name.")
    path = Path(typed.strip()).expanduser()
    if path.name and path.suffix.lower() in ("", ".pdf", ".xml"):
        return path.with_name(f"{path.name.removesuffix(path.suffix)}.{'xml' if form == XML else 'pdf'}")
    return path
