"""The action that opens an import, for the lists that have one."""

from __future__ import annotations

from partnertui.domain.operators import Role
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.lazy import lazy
from partnertui.screens.shared.csv_import.import_kinds import ImportKind

_ask = lazy("partnertui.screens.shared.csv_import.dialog:ask_import")


def import_action(area: str, kind: ImportKind, title: str, group: str, roles: frozenset[Role] = frozenset()) -> Action:
    """*Import* on a list."""

    def run(context: ActionContext) -> None:
        _ask(context, kind)

    return Action(
        f"{area}.import",
        title,
        run,
        ("f7",),
        reads_row=True,
        menu=True,
        refuse=signed_in,
        roles=roles,
        group=group,
        about="a CSV file: every line is checked first, then all or none are imported",
        leads_to=("In the import", "partnertui.screens.shared.csv_import.dialog:IMPORT_ACTIONS"),
    )
