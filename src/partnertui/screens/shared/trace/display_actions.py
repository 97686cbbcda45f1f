"""Actions that change what the ladder shows: search, hide, times, scrolling."""

from __future__ import annotations

from dataclasses import replace

from partnertui.calls.trace_model import Side
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.widgets.dialog import move_actions
from partnertui.kit.widgets.viewport import ScrollWidget
from partnertui.ladder.model import Options, Repeats
from partnertui.ladder.time_column import Clock
from partnertui.screens.shared.trace.action_guards import no_trace, trace_of, view_of


def _cycle_legs(context: ActionContext) -> None:
    order, view = (None, Side.SOURCE, Side.DESTINATION), view_of(context)
    view.lay_out(replace(view.options, side=order[(order.index(view.options.side) + 1) % len(order)]))


def _one_leg(context: ActionContext) -> str:
    return no_trace(context) or ("" if len(set(trace_of(context).sides)) > 1 else "this trace has only one leg")


def _cycle_repeats(context: ActionContext) -> None:
    order, view = (Repeats.FOLDED, Repeats.SHOWN, Repeats.HIDDEN), view_of(context)
    view.lay_out(replace(view.options, repeats=order[(order.index(view.options.repeats) + 1) % len(order)]))


def _no_repeats(context: ActionContext) -> str:
    return no_trace(context) or ("" if trace_of(context).retransmissions else "there are no retransmissions")


def _toggle_keep_alives(context: ActionContext) -> None:
    view = view_of(context)
    view.lay_out(replace(view.options, keep_alives=not view.options.keep_alives))


def _no_keep_alives(context: ActionContext) -> str:
    if refusal := no_trace(context):
        return refusal
    some = any(message.method == "OPTIONS" for message in trace_of(context).messages)
    return "" if some else "there are no OPTIONS requests in this trace"


def _toggle_sdp(context: ActionContext) -> None:
    view = view_of(context)
    view.lay_out(replace(view.options, only_sdp=not view.options.only_sdp))


def _show_all(context: ActionContext) -> None:
    view = view_of(context)
    view.lay_out(Options(evidence=view.options.evidence))


def _cycle_clock(context: ActionContext) -> None:
    view, order = view_of(context), tuple(Clock)
    view.ladder.set_clock(order[(order.index(view.ladder.clock) + 1) % len(order)])
    view.paint()


def _focused_lines(context: ActionContext) -> ScrollWidget:
    view = view_of(context)
    return view.pane if view.pane.has_focus else view.ladder


def _no_search(context: ActionContext) -> str:
    return "" if view_of(context).find.text else "no search has been started"


DISPLAY_ACTIONS = (
    Action(
        "trace.search",
        "Search in messages",
        lambda context: view_of(context).find.edit(),
        ("slash",),
        "search",
        refuse=no_trace,
        group="Show",
        leads_to=("While searching messages", "partnertui.screens.shared.trace.message_search_line:FIND_ACTIONS"),
    ),
    Action(
        "trace.next-match",
        "Next match",
        lambda context: view_of(context).find.step(1),
        ("f3",),
        refuse=_no_search,
        group="Show",
    ),
    Action(
        "trace.previous-match",
        "Previous match",
        lambda context: view_of(context).find.step(-1),
        ("shift+f3",),
        refuse=_no_search,
        group="Show",
    ),
    Action(
        "trace.legs",
        "Legs: both, source, destination",
        _cycle_legs,
        ("1",),
        "legs",
        refuse=_one_leg,
        group="Show",
        menu=True,
    ),
    Action(
        "trace.retransmissions",
        "Retransmissions: counted, shown, hidden",
        _cycle_repeats,
        ("2",),
        "retransmissions",
        refuse=_no_repeats,
        group="Show",
        menu=True,
    ),
    Action(
        "trace.keep-alives",
        "Hide OPTIONS",
        _toggle_keep_alives,
        ("3",),
        refuse=_no_keep_alives,
        group="Show",
        menu=True,
    ),
    Action("trace.sdp", "Only messages with SDP", _toggle_sdp, ("4",), "SDP", refuse=no_trace, group="Show", menu=True),
    Action("trace.show-all", "Show all again", _show_all, ("0",), refuse=no_trace, group="Show", menu=True),
    Action(
        "trace.clock",
        "Time: since the start, since the last message, local",
        _cycle_clock,
        ("5",),
        "time",
        refuse=no_trace,
        group="Show",
        menu=True,
    ),
    *move_actions("trace", _focused_lines),
)
