"""Actions on opened captures: open one, call ladder, compare calls, find received calls, read new packets."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.kinds import Row
from partnertui.kit.declare.menu_entry import STAFF
from partnertui.kit.terminal.safe_text import one_line
from partnertui.screens.shared.call_trace.capture_index_settings import index_path
from partnertui.screens.shared.call_trace.compare_action import GOOD_AND_THIS, TOO_MANY, compare_loaders
from partnertui.screens.shared.call_trace.host_names import host_names
from partnertui.screens.shared.trace import IN_TRACE, open_trace

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.query_cancellation import Cancel


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
    from partnertui.screens.shared.capture_file.capture_trace_loader import FileTraceLoader  # opens the capture index

    row, opened = context.row or {}, (context.row or {}).get("opened") or ""
    load = FileTraceLoader(context.services, opened, row["call_id"])
    open_trace(
        context.services, one_line(title_of(row)), load, host_names(context.services, {}), key=(opened, row["call_id"])
    )


def _not_comparable(context: ActionContext) -> str:
    if len(context.rows) > 2:
        return TOO_MANY
    row = context.rows[0] if len(context.rows) == 1 else None
    if row is not None and (row.get("method") != "INVITE" or not (row["from_user"] and row["to_user"])):
        return "mark two calls with {key:list.toggle} to compare them"
    return ""


def _compare(context: ActionContext) -> None:
    from partnertui.screens.shared.capture_file.capture_trace_loader import FileTraceLoader

    services = context.services
    loaders = [FileTraceLoader(services, row["opened"] or "", row["call_id"]) for row in context.rows]
    if len(loaders) == 2:
        compare_loaders(services, loaders)
        return
    row, opened = context.rows[0], context.rows[0]["opened"] or ""

    def read(cancel: Cancel, progress: Callable[[int, int], None]) -> str:
        from partnertui.captures.call_id_index import Index
        from partnertui.captures.indexed_call_list import answered_call_like, files_under, list_calls

        with closing(Index(index_path(services))) as index:
            files = list(files_under(index, opened))
            call = next((one for one in list_calls(index, files) if one.call_id == row["call_id"]), None)
            return answered_call_like(index, call, files) if call is not None else ""

    def found(call_id: str) -> None:
        if call_id:
            compare_loaders(services, [FileTraceLoader(services, opened, call_id), *loaders], GOOD_AND_THIS)
        else:
            services.notify("No other call between these two parties was answered in these captures.", "warn")

    services.jobs.long("Find a good call", read, found, lambda error: services.notify(str(error), "warn"))


def _received(context: ActionContext) -> None:
    from partnertui.screens.shared.capture_file.received_hep_calls import find_received  # SQLAlchemy and the models

    find_received(context)


def _again(context: ActionContext) -> None:
    from partnertui.screens.shared.capture_file.open_dialog import open_capture

    open_capture(context.services, Path(opened_in(context)))


def _nothing_opened(context: ActionContext) -> str:
    if opened_in(context):
        return ""
    return "no capture has been opened here: {key:captures.open-capture} opens one"


OPEN = Action(
    "captures.open-capture",
    "Open a capture",
    _open,
    ("upper_o", "O"),
    roles=STAFF,
    group="Captures",
    menu=True,
    about="lists the calls in a pcap, or in a folder of them",
)
CALL_ACTIONS = (
    Action(
        "captured.trace",
        "Call ladder",
        _ladder,
        ("enter", "t"),
        "ladder",
        rows="one",
        group="Call",
        about="its SIP messages, why it ended as it did, and the audio quality",
        leads_to=IN_TRACE,
    ),
    Action(
        "captured.compare",
        "Compare calls",
        _compare,
        ("equals_sign",),
        rows="many",
        refuse=_not_comparable,
        group="Call",
        about="compares two marked calls, or one with the last answered call between the same parties",
    ),
    OPEN,
    Action(
        "captured.received",
        "Find received calls by number",
        _received,
        roles=STAFF,
        group="Captures",
        menu=True,
        about="among the calls `partnertui hep` received, even if it writes no captures",
        leads_to=IN_TRACE,
    ),
    Action(
        "captured.index",
        "Read new packets",
        _again,
        ("upper_u", "U"),
        refuse=_nothing_opened,
        group="Captures",
        menu=True,
        about="from a capture that's still being written",
    ),
)
