"""Actions on a row, in lists and records alike: history, as of a past time, undo, notes."""

from __future__ import annotations

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.lazy import lazy


def _no_table(context: ActionContext) -> str:
    page = context.services.catalog.loaded(context.screen)
    return "" if page is not None and page.table else "this screen's rows have no history, notes or undo"


def _no_undo(context: ActionContext) -> str:
    return "no one is logged in yet" if context.operator is None else _no_table(context)


def _no_note(context: ActionContext) -> str:
    if context.operator is None:
        return "no one is logged in yet"
    has_note = (context.row or {}).get("note_count", 1)
    return _no_table(context) or ("" if has_note else "there is no note to edit")


ROW_ACTIONS = (
    Action(
        "row.history",
        "History",
        lazy("partnertui.kit.views.notes_and_history:open_history"),
        ("h",),
        "history",
        rows="one",
        refuse=_no_table,
        settled=True,
        group="Row",
        menu=True,
    ),
    Action(
        "row.as-of",
        "Show as of a past time",
        lazy("partnertui.kit.views.as_of_dialog:ask_as_of"),
        rows="one",
        refuse=_no_table,
        settled=True,
        group="Row",
        menu=True,
        about="works it out from the history of changes; for a number, also whose it was and where it was routed",
    ),
    Action(
        "row.undo",
        "Undo your last change",
        lazy("partnertui.kit.views.undo_action:ask_undo"),
        ("ctrl+z",),
        rows="many",
        refuse=_no_undo,
        group="Row",
        menu=True,
        about="shows the values to be restored, then asks for confirmation",
    ),
    Action(
        "row.note",
        "Add a note",
        lazy("partnertui.kit.views.notes_and_history:write_note"),
        ("n",),
        "note",
        rows="many",
        refuse=_no_table,
        settled=True,
        group="Row",
        menu=True,
    ),
    Action(
        "row.edit-note",
        "Edit your note",
        lazy("partnertui.kit.views.notes_and_history:edit_note"),
        ("upper_n", "N"),
        rows="one",
        refuse=_no_note,
        group="Row",
        menu=True,
    ),
)
