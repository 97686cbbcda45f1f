"""Attaches to a reply: a file of this host, an invoice of the customer, or evidence of the ticket."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from partnertui.atomic_files import open_regular
from partnertui.db.invoices.issued_document_file import PDF, read_issued
from partnertui.db.models import Invoice
from partnertui.db.rows.dict_rows import fetch_dicts
from partnertui.db.tickets.draft_files import require_room
from partnertui.db.tickets.reply_mail import MOST_BYTES, NewAttachment
from partnertui.domain.errors import DomainError
from partnertui.domain.evidence import kind_words
from partnertui.domain.file_names import safe_file_name
from partnertui.kit.declare.form import Field, Form, MutableValues
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import ask_form
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.screens.support.composer import REPLY

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.query_cancellation import Cancel
    from partnertui.errors import UserError
    from partnertui.kit.declare.kinds import Row
    from partnertui.screens.support.ticket_view_parts import TicketBase

MOST_INVOICES = 50
FIELDS = (Field("file", required=True, help="A file on the host that partnertui runs on; ~ is your home folder."),)


def attach(view: TicketBase) -> None:
    """Asks what to attach."""
    answer, is_reply = view.composer.answer, view.composer.kind == REPLY
    evidence = [] if is_reply else ["not needed in a note: the ticket already has this evidence"]
    customer = view.composer.row.get("customer_id")
    items = [
        Item("file", "A file", "on this host", "f"),
        Item("invoice", "A customer invoice", "PDF", "i", refusal="" if customer else "this ticket has no customer"),
        Item("evidence", "Evidence from this ticket", "trace, MTR, SIP test", "e", refusal="".join(evidence)),
    ]
    if answer.files or answer.evidence:
        items.append(Item("none", "Remove all attachments", "", "r"))

    def chosen(what: str) -> None:
        if what == "file":
            _ask_file(view)
        elif what == "invoice":
            _ask_invoice(view)
        elif what == "evidence":
            _ask_evidence(view)
        else:
            answer.files.clear()
            answer.evidence.clear()
            view.composer.attach()

    view.services.show_dialog(Picker(view.services, "Attach", items, by_key=True), chosen)


def _ask_file(view: TicketBase) -> None:
    def save(values: MutableValues) -> NewAttachment:
        file = read_file(Path(str(values["file"]).strip()).expanduser())
        require_room(view.composer.answer.files, len(file.content))
        return file

    form = Form("Attach a file", FIELDS, save, verb="attach")
    ask_form(view.services, form, view.composer.attach)


def read_file(path: Path) -> NewAttachment:
    """A file to attach. Raises DomainError if it can't be read or is too large."""
    try:
        with open_regular(path) as file:
            # One byte too many says that it is too large, without reading all of a file of any size.
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name isn't valid"
        raise DomainError(f"{path} can't be read: {reason}.", "Enter another file name.", field="file") from None
    if len(content) > MOST_BYTES:
        raise DomainError("The file is too large.", f"At most {MOST_BYTES // 1_000_000} MB.", field="file")
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return NewAttachment(safe_file_name(path.name), media_type, content)


def _ask_invoice(view: TicketBase) -> None:
    customer = view.composer.row.get("customer_id")

    def read(connection: Connection) -> list[Row]:
        columns = (Invoice.id, Invoice.number, Invoice.kind, Invoice.issued_at)
        statement = select(*columns).where(Invoice.customer_id == customer).order_by(Invoice.id.desc())
        return list(fetch_dicts(connection, statement.limit(MOST_INVOICES)))

    def ask(rows: list[Row]) -> None:
        if not rows:
            view.services.notify("This customer has no invoices yet.", "warn")
            return
        items = [Item(row, one_line(row["number"]), f"{row['kind']}, {row['issued_at']:%d %b %Y}") for row in rows]
        view.services.show_dialog(Picker(view.services, "Attach which document?", items), lambda row: _make(view, row))

    view.services.read(view, "invoices", read, ask, opens=True)


def _make(view: TicketBase, row: Row) -> None:
    """The PDF is made in the background."""
    services, operator = view.services, view.services.operator
    if operator is None:
        return

    def work(cancel: Cancel, tell: Callable[[int, int], None]) -> NewAttachment:
        content = read_issued(services.database, operator, row["id"], PDF).content(PDF)
        require_room(view.composer.answer.files, len(content))
        return NewAttachment(safe_file_name(f"{row['number']}.pdf"), "application/pdf", content)

    def failed(error: UserError) -> None:
        services.notify(f"{error} {error.advice}".strip(), "bad")

    services.jobs.long("Creating the PDF", work, view.composer.attach, failed, shown=False)


def _ask_evidence(view: TicketBase) -> None:
    answer = view.composer.answer
    found = [one for message in view.messages for one in message["attachments"]]
    if not found:
        view.services.notify("This ticket has no attachments yet.", "warn")
        return
    items = [
        Item(one, one_line(one["name"], 60), kind_words(one["evidence_kind"] or one["media_type"])) for one in found
    ]

    def chosen(one: Row) -> None:
        answer.evidence[one["id"]] = one["name"]
        view.composer.attach()

    view.services.show_dialog(Picker(view.services, "Which attachment?", items), chosen)
