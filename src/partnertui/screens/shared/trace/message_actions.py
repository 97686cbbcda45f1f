"""Actions on the message under the cursor: show it, its fields, others of its dialog; compare and copy it."""

from __future__ import annotations

from partnertui.calls.trace_model import Message
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.ladder.model import RowKind
from partnertui.screens.shared.trace.action_guards import no_message, no_trace, trace_of, view_of
from partnertui.screens.shared.trace.comparison_dialog import compare
from partnertui.screens.shared.trace.field_tree_lines import tree_text


def _go_in_dialog(context: ActionContext, by: int) -> None:
    """Go to the next message of the same Call-ID and CSeq; after the last one, of the same Call-ID."""
    view = view_of(context)
    current, ladder = view.current, view.ladder
    if not isinstance(current, Message):
        return
    rows, messages = ladder.ladder.rows, trace_of(context).messages
    ahead = range(ladder.cursor + 1, len(rows)) if by > 0 else range(ladder.cursor - 1, -1, -1)
    same = [
        number
        for number in ahead
        if rows[number].kind == RowKind.MESSAGE and messages[rows[number].index].call_id == current.call_id
    ]
    cseq = current.reading.cseq
    found = next((n for n in same if messages[rows[n].index].reading.cseq == cseq), same[0] if same else None)
    if found is None:
        end = "last" if by > 0 else "first"
        context.services.notify(f"Already at the {end} message in this dialog.", "")
    else:
        ladder.go(found)


def _toggle_fields(context: ActionContext) -> None:
    view_of(context).show_fields(not view_of(context).showing_fields)


def _switch_pane(context: ActionContext) -> None:
    view = view_of(context)
    if view.pane.has_class("away"):
        view.maximize(True)
    else:
        (view.ladder if view.pane.has_focus else view.pane).focus()


def _mark(context: ActionContext) -> None:
    ladder = view_of(context).ladder
    row = ladder.row
    if row is not None:
        ladder.marked = None if ladder.marked == row.index else row.index
        ladder.repaint()
        if ladder.marked is not None:
            context.services.notify("Marked. {key:trace.compare} on another message compares the two.", "")


def _copy_message(context: ActionContext) -> None:
    view = view_of(context)
    tree = view.field_trees.trees.get(view.message_index) if view.showing_fields else None
    if tree is not None:
        context.services.copy(tree_text(tree), "the fields of the message")
    elif isinstance(view.current, Message):
        context.services.copy(view.current.data.decode("utf-8", "replace").replace("\r\n", "\n"), "the message")


MESSAGE_ACTIONS = (
    Action(
        "trace.open",
        "Maximise the message",
        lambda context: view_of(context).maximize(not view_of(context).maximized),
        ("enter",),
        "message",
        refuse=no_trace,
        group="Message",
    ),
    Action(
        "trace.dissect",
        "All fields of the message, or its text",
        _toggle_fields,
        ("upper_d", "D"),
        "fields",
        refuse=no_message,
        group="Message",
        menu=True,
        about="the field tree of all layers as tshark dissects them; searched along with the text",
    ),
    Action(
        "trace.next-pane",
        "Switch to the raw message and back",
        _switch_pane,
        ("tab", "shift+tab"),
        refuse=no_trace,
        group="Message",
    ),
    Action(
        "trace.next",
        "Next message in this SIP dialog",
        lambda context: _go_in_dialog(context, 1),
        ("right_curly_bracket",),
        refuse=no_message,
        group="Message",
    ),
    Action(
        "trace.previous",
        "Previous message in this SIP dialog",
        lambda context: _go_in_dialog(context, -1),
        ("left_curly_bracket",),
        refuse=no_message,
        group="Message",
    ),
    Action("trace.toggle", "Mark to compare", _mark, ("space",), refuse=no_message, group="Message", menu=True),
    Action(
        "trace.compare",
        "Compare",
        lambda context: compare(view_of(context)),
        ("equals_sign",),
        refuse=no_trace,
        group="Message",
        menu=True,
        about="with the marked message, or with another call",
    ),
)
COPY_MESSAGE = Action(
    "trace.copy-all",
    "Copy the message",
    _copy_message,
    ("upper_y", "Y"),
    refuse=no_message,
    group="Copy and save",
    menu=True,
)
