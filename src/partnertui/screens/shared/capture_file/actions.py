"""Actions on captures somebody sent, and on their calls."""

from __future__ import annotations

from pathlib import Path

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.entry import STAFF
from partnertui.kit.declare.kinds import Row
from partnertui.kit.terminal.safe_text import one_line
from partnertui.screens.shared.call_trace.compare_action import compare_loaders
from partnertui.screens.shared.call_trace.host_names import host_names
from partnertui.screens.shared.trace import IN_TRACE, open_trace


def opened_in(context: ActionContext) -> str:
    """The path the list in front is narrowed to; "" if it shows all indexed calls."""
    location = getattr(context.view, "location", None)
    return next(
        (
            str(fixed_filter.value)
            for fixed_filter in (location.fixed_filters if location is not None else ())
            if fixed_filter.field == "opened"
        ),
        "",
    )


def _open(context: ActionContext) -> None:
    from partnertui.screens.shared.capture_file.open_dialog import ask_capture

    ask_capture(context.services)


def title_of(row: Row) -> str:
    """Caller and callee."""
    return f"{row['from_user'] or 'unknown'} to {row['to_user'] or 'unknown'}"


def _ladder(context: ActionContext) -> None:
    from partnertui.screens.shared.capture_file.file_loader import FileTraceLoader  # opens the capture index

    row, opened = context.row or {}, (context.row or {}).get("opened") or ""
    load = FileTraceLoader(context.services, opened, row["call_id"])
    open_trace(
        context.services, one_line(title_of(row)), load, host_names(context.services, {}), key=(opened, row["call_id"])
    )


def _not_two(context: ActionContext) -> str:
    return "" if len(context.rows) == 2 else "mark two calls with {key:list.toggle} to compare them"


def _compare(context: ActionContext) -> None:
    from partnertui.screens.shared.capture_file.file_loader import FileTraceLoader

    compare_loaders(
        context.services,
        [FileTraceLoader(context.services, row["opened"] or "", row["call_id"]) for row in context.rows],
    )


def _again(context: ActionContext) -> None:

    from partnertui.screens.shared.capture_file.open_dialog import open_capture

    open_capture(context.services, Path(opened_in(context)))


def _nothing_opened(context: ActionContext) -> str:
    if opened_in(context):
        return ""
    return "no capture was opened here: {key:captures.open-capture} opens one; Settings, Capture folders reads folders"


OPEN = Action(
    "captures.open-capture",
    "Open a capture",
    _open,
    ("upper_o", "O"),
    roles=STAFF,
    group="Captures",
    menu=True,
    about="a pcap somebody sent, or a folder of them: lists its calls",
)
CALL_ACTIONS = (
    Action(
        "captured.trace",
        "Ladder of the call",
        _ladder,
        ("enter", "t"),
        "ladder",
        rows="one",
        group="Call",
        about="its SIP messages, why it ended as it did, and how it sounded",
        leads_to=IN_TRACE,
    ),
    Action(
        "captured.compare",
        "Compare two calls",
        _compare,
        ("equals_sign",),
        rows="many",
        refuse=_not_two,
        group="Call",
        about="of two marked calls, side by side, with what differs",
    ),
    OPEN,
    Action(
        "captured.index",
        "Read new packets",
        _again,
        ("upper_u", "U"),
        refuse=_nothing_opened,
        group="Captures",
        menu=True,
        about="of a capture that's still being written",
    ),
)
