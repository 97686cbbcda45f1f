"""Actions that change what the ladder shows: search, hide, times, scrolling."""

from __future__ import annotations

from dataclasses import replace

from partnertui.calls.model import Side
from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.context import ActionContext
from partnertui.kit.shell.menus import context_menu
from partnertui.ladder.model import Options, Repeats
from partnertui.ladder.times import Clock
from partnertui.screens.shared.trace.action_context import no_trace, trace_of, view_of

FAR = 99_999
"""More lines than a message has."""


def _cycle_legs(context: ActionContext) -> None:
    order, view = (None, Side.SOURCE, Side.DESTINATION), view_of(context)
    view.lay_out(replace(view.options, side=order[(order.index(view.options.side) + 1) % len(order)]))


def _one_leg(context: ActionContext) -> str:
    return no_trace(context) or ("" if len(set(trace_of(context).sides)) > 1 else "this trace has only one leg")


def _cycle_repeats(context: ActionContext) -> None:
    order, view = (Repeats.FOLDED, Repeats.SHOWN, Repeats.HIDDEN), view_of(context)
    view.lay_out(replace(view.options, repeats=order[(order.index(view.options.repeats) + 1) % len(order)]))


def _no_repeats(context: ActionContext) -> str:
    return no_trace(context) or ("" if trace_of(context).sent_again else "there are no retransmissions")


def _toggle_keep_alives(context: ActionContext) -> None:
    view = view_of(context)
    view.lay_out(replace(view.options, keep_alives=not view.options.keep_alives))


def _no_keep_alives(context: ActionContext) -> str:
    if refusal := no_trace(context):
        return refusal
    some = any(message.method == "OPTIONS" for message in trace_of(context).messages)
    return "" if some else "there is no OPTIONS in this trace"


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


def _move(context: ActionContext, by: int) -> None:
    view = view_of(context)
    if view.pane.has_focus:
        view.pane.scroll_lines(by)
    else:
        view.ladder.move(by)


def _go_to_end(context: ActionContext, *, last: bool) -> None:
    view = view_of(context)
    if view.pane.has_focus:
        view.pane.scroll_lines(FAR if last else -FAR)
    else:
        view.ladder.go(len(view.ladder.ladder.rows) - 1 if last else 0)


def _no_search(context: ActionContext) -> str:
    return "" if view_of(context).find.text else "there is no search yet; / starts one"


DISPLAY_ACTIONS = (
    Action(
        "trace.find",
        "Search in messages",
        lambda context: view_of(context).find.edit(),
        ("slash",),
        "search",
        refuse=no_trace,
        group="Show",
    ),
    Action(
        "trace.find-next",
        "Next match",
        lambda context: view_of(context).find.step(1),
        ("n",),
        refuse=_no_search,
        group="Show",
    ),
    Action(
        "trace.find-last",
        "Previous match",
        lambda context: view_of(context).find.step(-1),
        ("upper_n", "N"),
        refuse=_no_search,
        group="Show",
    ),
    Action(
        "trace.legs",
        "Both legs, source, destination",
        _cycle_legs,
        ("l",),
        "legs",
        refuse=_one_leg,
        group="Show",
        menu=True,
    ),
    Action(
        "trace.repeats",
        "Retransmissions: counted, shown, hidden",
        _cycle_repeats,
        ("u",),
        "retransmissions",
        refuse=_no_repeats,
        group="Show",
        menu=True,
    ),
    Action(
        "trace.keep-alives",
        "Hide OPTIONS",
        _toggle_keep_alives,
        ("o",),
        refuse=_no_keep_alives,
        group="Show",
        menu=True,
    ),
    Action("trace.sdp", "Only messages with SDP", _toggle_sdp, ("d",), "SDP", refuse=no_trace, group="Show", menu=True),
    Action("trace.all", "Show all again", _show_all, ("x",), refuse=no_trace, group="Show", menu=True),
    Action(
        "trace.clock",
        "Time: since the start, since the last message, local",
        _cycle_clock,
        ("t",),
        "time",
        refuse=no_trace,
        group="Show",
        menu=True,
    ),
    Action("trace.menu", "Actions", context_menu, ("full_stop",), group="Show"),
    Action(
        "trace.left",
        "Scroll to the left columns",
        lambda context: view_of(context).ladder.sideways(-1),
        ("less_than_sign",),
        group="Show",
    ),
    Action(
        "trace.right",
        "Scroll to the right columns",
        lambda context: view_of(context).ladder.sideways(1),
        ("greater_than_sign",),
        group="Show",
    ),
    Action("trace.down", "Down", lambda context: _move(context, 1), ("j",), group="Show", palette=False),
    Action("trace.up", "Up", lambda context: _move(context, -1), ("k",), group="Show", palette=False),
    Action(
        "trace.home",
        "First message",
        lambda context: _go_to_end(context, last=False),
        ("home",),
        group="Show",
        palette=False,
    ),
    Action(
        "trace.end",
        "Last message",
        lambda context: _go_to_end(context, last=True),
        ("end", "upper_g", "G"),
        group="Show",
        palette=False,
    ),
)
