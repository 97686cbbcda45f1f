"""Actions that copy a call's Call-ID or numbers to the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import Action, ActionContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.kit.declare.page import Column


def _is_call_id(column: Column) -> bool:
    return column.name.startswith("call_id")


def _is_number(column: Column) -> bool:
    from partnertui.kit.declare.kinds import Number  # all kinds, which the first frame doesn't need

    return isinstance(column.kind, Number)


def values(context: ActionContext, wanted: Callable[[Column], bool]) -> dict[str, str]:
    """The raw values of a row's columns by heading, the column under the cursor first."""
    page, row = context.services.catalog.loaded(context.screen), context.row or {}
    if page is None:
        return {}
    columns = sorted(filter(wanted, page.columns), key=lambda column: column.name != context.column)
    found = {column.heading: column.kind.raw_text(row.get(column.name), row) for column in columns}
    return {heading: text for heading, text in found.items() if text}


def _copies(wanted: Callable[[Column], bool], question: str) -> Callable[[ActionContext], None]:
    def copy(context: ActionContext) -> None:
        from partnertui.kit.widgets.picker import Item, Picker  # no list needs it before its first menu

        services, found = context.services, values(context, wanted)
        if len(set(found.values())) == 1:
            heading, text = next(iter(found.items()))
            services.copy(text, f"{heading} “{text}”")
            return
        items = [Item((heading, text), text, heading) for heading, text in found.items()]
        services.show_dialog(
            Picker(services, question, items), lambda chosen: services.copy(chosen[1], f"{chosen[0]} “{chosen[1]}”")
        )

    return copy


def _none(wanted: Callable[[Column], bool], what: str) -> Callable[[ActionContext], str]:
    return lambda context: "" if values(context, wanted) else f"this row has no {what}"


COPY_ACTIONS = (
    Action(
        "copy.call-id",
        "Copy Call-ID",
        _copies(_is_call_id, "Copy which Call-ID?"),
        ("at",),
        rows="one",
        refuse=_none(_is_call_id, "Call-ID"),
        group="Row",
    ),
    Action(
        "copy.number",
        "Copy number",
        _copies(_is_number, "Copy which number?"),
        rows="one",
        refuse=_none(_is_number, "number"),
        group="Row",
    ),
)
