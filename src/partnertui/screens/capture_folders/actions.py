"""Actions that add, edit and delete capture folders, and the fields of their form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from partnertui.db.models import CaptureFolder
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.kinds import Flag
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Values, ask_form
from partnertui.kit.views.unit_of_work_job import run_unit_of_work
from partnertui.screens.shared.call_trace.index_job import index_captures

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.unit_of_work import UnitOfWork

ADMIN = frozenset({"admin"})
FIELDS = (
    Field("name", required=True, help="A name agents will recognise, such as Voice edge."),
    Field(
        "path",
        title="Folder",
        required=True,
        help="A folder on the host that partnertui runs on; subfolders are included.",
    ),
    Field("pattern", default="*.pcap*", width=24, help="The files to search: *.pcap*, or * for all captures."),
    Field("enabled", Flag(), default=True, help="Only enabled folders are searched for calls."),
)


def _form(context: ActionContext, title: str, folder_id: int | None) -> Form:
    def load(connection: Connection) -> Values:
        table = CaptureFolder.__table__
        found = connection.execute(select(table).where(table.c.id == folder_id)).mappings().first()
        return dict(found or {})

    def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
        from partnertui.db.capture_folders import add_folder, edit_folder
        from partnertui.screens.shared.capture_file.path_checks import readable_folder, resolve_path

        entered = {**values, "path": str(resolve_path(str(values["path"]), readable_folder))}
        return add_folder(unit, entered) if folder_id is None else edit_folder(unit, folder_id, entered, seen)

    return Form(title, FIELDS, write=write, load=load if folder_id is not None else None, saved="Saved.")


def _saved(context: ActionContext) -> None:
    context.refresh_rows()
    index_captures(context.services)


def _add(context: ActionContext) -> None:
    ask_form(context.services, _form(context, "Add a capture folder", None), lambda found: _saved(context))


def _edit(context: ActionContext) -> None:
    row = context.row or {}
    ask_form(
        context.services,
        _form(context, f"Capture folder {one_line(row['name'])}", row["id"]),
        lambda found: _saved(context),
    )


def _forget(context: ActionContext) -> None:
    from partnertui.kit.widgets.text_dialogs import Confirm

    row = context.row or {}
    name = one_line(row["name"])

    def answered(yes: bool) -> None:
        from partnertui.db.capture_folders import remove_folder

        run_unit_of_work(
            context, f"remove {name}", lambda unit: remove_folder(unit, row["id"]), f"{name} is no longer searched."
        )

    words = f"partnertui will no longer search for calls in {one_line(row['path'])}. The captures stay there."
    context.services.show_dialog(Confirm(context.services, f"Remove {name}?", words, "remove it"), answered)


ACTIONS = (
    Action("captures.add", "Add a folder", _add, ("a",), "add", roles=ADMIN, group="Folder"),
    Action("captures.edit", "Edit", _edit, ("e",), "edit", rows="one", roles=ADMIN, group="Folder"),
    Action(
        "captures.remove",
        "Remove the folder",
        _forget,
        ("delete",),
        rows="one",
        roles=ADMIN,
        group="Folder",
        about="its captures are kept",
    ),
)
