"""What can be done with captures that somebody sent."""

from __future__ import annotations

from partnertui.flows.call_trace.comparing import compare_loads
from partnertui.flows.trace import IN_TRACE
from partnertui.kit.actions import Action
from partnertui.kit.context import Here
from partnertui.kit.entry import STAFF
from partnertui.kit.kinds import Row
from partnertui.kit.safe_text import one_line


def opened_in(here: Here) -> str:
    """The path that the list in front is narrowed to; empty where it shows all that is indexed."""
    spot = getattr(here.view, "spot", None)
    return next((str(pin.value) for pin in (spot.pins if spot is not None else ()) if pin.field == "opened"), "")


def _open(here: Here) -> None:
    from partnertui.flows.capture_file.opening import ask_capture

    ask_capture(here.desk)


def title_of(row: Row) -> str:
    """Who called whom."""
    return f"{row['from_user'] or 'nobody'} to {row['to_user'] or 'nobody'}"


def _ladder(here: Here) -> None:
    from partnertui.flows.call_trace.names import known_names
    from partnertui.flows.capture_file.load import FileLoad
    from partnertui.flows.trace import open_trace

    row, opened = here.row or {}, (here.row or {}).get("opened") or ""
    load = FileLoad(here.desk, opened, row["call_id"])
    open_trace(here.desk, one_line(title_of(row)), load, known_names(here.desk, {}), key=(opened, row["call_id"]))


def _not_two(here: Here) -> str:
    return "" if len(here.rows) == 2 else "mark two calls with Space to compare them"


def _compare(here: Here) -> None:
    from partnertui.flows.capture_file.load import FileLoad

    compare_loads(here.desk, [FileLoad(here.desk, row["opened"] or "", row["call_id"]) for row in here.rows])


def _again(here: Here) -> None:
    from pathlib import Path

    from partnertui.flows.capture_file.opening import open_capture

    open_capture(here.desk, Path(opened_in(here)))


def _nothing_opened(here: Here) -> str:
    return "" if opened_in(here) else "no capture was opened here: O opens one, Settings, Capture folders reads all"


OPEN = Action(
    "captures.open",
    "Open a capture",
    _open,
    ("upper_o", "O"),
    roles=STAFF,
    group="Captures",
    menu=True,
    about="a pcap that somebody sent, or a folder of them: lists its calls",
)
CALL_ACTIONS = (
    Action(
        "captured.open",
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
        ("upper_t", "T"),
        rows="many",
        refuse=_not_two,
        group="Call",
        about="of two marked calls, side by side, with what differs",
    ),
    OPEN,
    Action(
        "captured.again",
        "Read what is new in it",
        _again,
        ("i",),
        refuse=_nothing_opened,
        group="Captures",
        menu=True,
        about="a capture that is still being written grows",
    ),
)
