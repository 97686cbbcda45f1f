"""What can be done with capture folders: adding, changing, forgetting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.context import ActionContext
from partnertui.kit.declare.kinds import Flag
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Values, ask_form
from partnertui.kit.views.unit_of_work import run_unit_of_work
from partnertui.screens.shared.call_trace.indexing import index_captures

if TYPE_CHECKING:
    from sqlalchemy import Connection

ADMIN = frozenset({"admin"})
FIELDS = (
    Field("name", required=True, help="What the agents call it, such as Voice edge."),
    Field("path", title="Folder", required=True, help="On the host where partnertui runs, with all folders below it."),
    Field("pattern", default="*.pcap*", width=24, help="Which files: *.pcap*, or * for every capture in it."),
    Field("enabled", Flag(), default=True, help="Calls are looked for in folders that are enabled, and in no others."),
)


def _form(context: ActionContext, title: str, folder_id: int | None) -> Form:
    def load(connection: Connection) -> Values:
        from sqlalchemy import select

        from partnertui.db.models import CaptureFolder

        table = CaptureFolder.__table__
        found = connection.execute(select(table).where(table.c.id == folder_id)).mappings().first()
        return dict(found or {})

    def save(values: dict[str, Any]) -> int:
        from partnertui.db.capture_folders import save_folder
        from partnertui.db.session import UnitOfWork
        from partnertui.screens.shared.capture_file.paths import readable_folder, typed_path

        assert context.operator is not None
        path = typed_path(str(values["path"]), readable_folder)
        with UnitOfWork(context.services.database, context.operator) as unit:
            folder = save_folder(unit, folder_id, {**values, "path": str(path)})
            unit.commit()
            return folder.id

    return Form(title, FIELDS, save, load if folder_id is not None else None, saved="Saved.")


def _saved(context: ActionContext) -> None:
    context.view.refresh_rows()  # type: ignore[attr-defined]
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
    from partnertui.kit.widgets.text_box import Confirm

    row = context.row or {}
    name = one_line(row["name"])

    def answered(yes: bool) -> None:
        from partnertui.db.capture_folders import forget_folder

        run_unit_of_work(
            context, f"forget {name}", lambda unit: forget_folder(unit, row["id"]), f"{name} is no longer looked into."
        )

    words = f"Calls are no longer looked for in {one_line(row['path'])}. The captures in it stay."
    context.services.show_dialog(Confirm(f"Forget {name}?", words, "forget it"), answered)


ACTIONS = (
    Action("captures.add", "Add a folder", _add, ("a",), "add", roles=ADMIN, group="Folder"),
    Action("captures.edit", "Edit", _edit, ("e",), "edit", rows="one", roles=ADMIN, group="Folder"),
    Action(
        "captures.forget",
        "Forget the folder",
        _forget,
        ("delete",),
        rows="one",
        roles=ADMIN,
        group="Folder",
        about="the captures in it stay",
    ),
)
