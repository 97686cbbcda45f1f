"""Asks where to write a ticket's evidence bundle, and under which passphrase."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.db.idempotent_writes import new_key
from partnertui.db.tickets.bundle_file import write_bundle
from partnertui.domain.errors import DomainError
from partnertui.domain.file_names import safe_file_name
from partnertui.domain.plurals import plural
from partnertui.kit.declare.form import Field, Form, MutableValues
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views import output_file
from partnertui.kit.views.form import ask_form

if TYPE_CHECKING:
    from partnertui.db.database import Database
    from partnertui.db.tickets.bundle_file import Written
    from partnertui.domain.operators import Operator
    from partnertui.kit.declare.actions import ActionContext

FIELDS = (
    Field("file", required=True, help="A new file on the host that partnertui runs on; ~ is your home folder."),
    Field(
        "passphrase",
        required=True,
        secret=True,
        help="Use several uncommon words. Nobody can read the bundle without the passphrase, which isn't stored.",
    ),
    Field("again", title="Repeat passphrase", required=True, secret=True),
)


def ask_bundle(context: ActionContext) -> None:
    """Writes the bundle of the ticket under the cursor."""
    row, operator = context.row or {}, context.operator
    if operator is None:
        return
    number = one_line(row["number"], 40)
    folder = Path(output_file.default_name("x", "y", "z")).parent
    form = Form(
        f"Evidence bundle for {number}",
        FIELDS,
        partial(_save, context.services.database, operator, row["id"]),
        values={"file": str(folder / safe_file_name(f"{number}.bundle"))},
        start="passphrase",
        verb="write",
    )

    def done(written: Written) -> None:
        files = plural(written.parts, "file")
        words = f"Encrypted evidence bundle with {files} written; “partnertui bundle --open” unpacks it."
        context.services.notify(words, "good")
        context.refresh_rows()

    ask_form(context.services, form, done)


def _save(database: Database, operator: Operator, ticket_id: int, values: MutableValues) -> Written:
    if values["passphrase"] != values["again"]:
        raise DomainError("The two passphrases differ.", advice="Enter the passphrase again.", field="again")
    typed = str(values["file"])
    if "\0" in typed:
        raise DomainError("A file name can't contain a null character.", advice="Enter another name.", field="file")
    path = Path(typed.strip()).expanduser()
    return write_bundle(database, operator, new_key(), ticket_id, path, str(values["passphrase"]))
