"""What can be done with a trace."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from partnertui.calls.model import Message, Side
from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.context import ActionContext
from partnertui.kit.shell.services import Location
from partnertui.ladder.model import Options, Repeats, RowKind
from partnertui.ladder.times import Clock

if TYPE_CHECKING:
    from partnertui.calls.model import Trace
    from partnertui.screens.shared.trace.view import TraceView


def view_of(context: ActionContext) -> TraceView:
    """The trace in front."""
    return cast("TraceView", context.view)


def _trace(context: ActionContext) -> Trace:
    trace = view_of(context).trace
    assert trace is not None
    return trace


def no_trace(context: ActionContext) -> str:
    """Why nothing can be done with messages."""
    return "" if view_of(context).trace is not None else "there is no message here"


def _not_judged(context: ActionContext) -> str:
    study = view_of(context).study
    judged = study is not None and study.judgement is not None
    return no_trace(context) or ("" if judged else "the verdict is being worked out")


def _no_message(context: ActionContext) -> str:
    return no_trace(context) or (
        "" if isinstance(view_of(context).current, Message) else "the cursor is not on a message"
    )


# what was found out


def _verdict(context: ActionContext) -> None:
    from partnertui.kit.widgets.text_box import LinesBox
    from partnertui.screens.shared.trace.verdict_lines import verdict_lines

    view, services = view_of(context), context.services
    judgement = view.study.judgement if view.study else None
    if judgement is None:
        return

    def went(location: Location | None) -> None:
        if location is not None:
            view.go_to(location.record)

    lines = LinesBox(
        services,
        "Why it went as it went",
        lambda width: verdict_lines(_trace(context), judgement, width, services.symbols.line, view.between),
        "Enter goes to the message  y copies  Esc closes",
    )
    services.show_dialog(lines, went)


def _evidence(context: ActionContext) -> None:
    """The next message that the verdict rests on, in the order of its story."""
    view = view_of(context)
    evidence = view.options.evidence
    view.told = (view.told + 1) % len(evidence)
    view.go_to(evidence[view.told])
    context.services.notify(f"Evidence {view.told + 1} of {len(evidence)}.", "")


def _no_evidence(context: ActionContext) -> str:
    return no_trace(context) or ("" if view_of(context).options.evidence else "the verdict cites no message")


def _statistics(context: ActionContext) -> None:
    from partnertui.kit.widgets.text_box import LinesBox
    from partnertui.screens.shared.trace.statistics_lines import statistics_lines

    services, found = context.services, view_of(context).study
    if found is None or found.statistics is None:
        return
    figures, trace, sound = found.statistics, found.trace, found.sound
    box = LinesBox(
        services,
        "Statistics",
        lambda width: statistics_lines(figures, trace.streams, sound, width, services.symbols.line),
    )
    services.show_dialog(box, lambda answer: None)


# what is shown


def _options(context: ActionContext, options: Options) -> None:
    view_of(context).lay_out(options)


def _legs(context: ActionContext) -> None:
    order = (None, Side.SOURCE, Side.DESTINATION)
    now = view_of(context).options
    _options(context, replace(now, side=order[(order.index(now.side) + 1) % len(order)]))


def _one_leg(context: ActionContext) -> str:
    return no_trace(context) or ("" if len(set(_trace(context).sides)) > 1 else "this trace has one leg only")


def _repeats(context: ActionContext) -> None:
    order = (Repeats.FOLDED, Repeats.SHOWN, Repeats.HIDDEN)
    now = view_of(context).options
    _options(context, replace(now, repeats=order[(order.index(now.repeats) + 1) % len(order)]))


def _no_repeats(context: ActionContext) -> str:
    return no_trace(context) or ("" if _trace(context).retransmissions else "nothing was sent again")


def _keep_alives(context: ActionContext) -> None:
    now = view_of(context).options
    _options(context, replace(now, keep_alives=not now.keep_alives))


def _no_keep_alives(context: ActionContext) -> str:
    some = no_trace(context) or any(message.method == "OPTIONS" for message in _trace(context).messages)
    return some if isinstance(some, str) else "" if some else "there is no OPTIONS in this trace"


def _only_sdp(context: ActionContext) -> None:
    now = view_of(context).options
    _options(context, replace(now, only_sdp=not now.only_sdp))


def _all(context: ActionContext) -> None:
    _options(context, Options(evidence=view_of(context).options.evidence))


def _clock(context: ActionContext) -> None:
    view, order = view_of(context), tuple(Clock)
    view.ladder.set_clock(order[(order.index(view.ladder.clock) + 1) % len(order)])
    view.paint()


# moving


def _move(context: ActionContext, by: int) -> None:
    view = view_of(context)
    if view.raw.has_focus:
        view.raw.scroll_lines(by)
    else:
        view.ladder.move(by)


def _end(context: ActionContext, last: bool) -> None:
    view = view_of(context)
    if view.raw.has_focus:
        view.raw.scroll_lines(99_999 if last else -99_999)
    else:
        view.ladder.go(len(view.ladder.ladder.rows) - 1 if last else 0)


def _in_dialog(context: ActionContext, by: int) -> None:
    """The next message of the same Call-ID and CSeq; behind the last one, of the same Call-ID."""
    view = view_of(context)
    current, ladder = view.current, view.ladder
    if not isinstance(current, Message):
        return
    rows, messages = ladder.ladder.rows, _trace(context).messages
    ahead = range(ladder.cursor + 1, len(rows)) if by > 0 else range(ladder.cursor - 1, -1, -1)
    wanted = (current.call_id, current.reading.cseq)
    sent = [n for n in ahead if rows[n].kind == RowKind.MESSAGE]
    same = [n for n in sent if messages[rows[n].index].call_id == current.call_id]
    found = next((n for n in same if _key(messages, rows[n].index) == wanted), same[0] if same else None)
    if found is None:
        context.services.notify("That was the last message of this dialog." if by > 0 else "That was the first one.", "")
    else:
        ladder.go(found)


def _key(messages: tuple[Message, ...], place: int) -> tuple[str, int]:
    return messages[place].call_id, messages[place].reading.cseq


def _dissect(context: ActionContext) -> None:
    view_of(context).dissect(not view_of(context).dissected)


def _pane(context: ActionContext) -> None:
    view = view_of(context)
    if view.raw.has_class("away"):
        view.enlarge(True)
    else:
        (view.ladder if view.raw.has_focus else view.raw).focus()


def _escape(context: ActionContext) -> None:
    view = view_of(context)
    if view.full:
        view.enlarge(False)
        if view.raw.has_class("away"):
            view.dissect(False)
    elif view.raw.has_focus:
        view.ladder.focus()
    elif view.find.has_class("open"):
        view.find.close()
    elif view.job is not None and view.study is None:
        view.job.cancel()
    elif view.ladder.marked is not None:
        view.ladder.marked = None
        view.ladder.repaint()
    else:
        context.services.view_stack.back()


def _menu(context: ActionContext) -> None:
    from partnertui.kit.shell.menus import context_menu

    context_menu(context)


# comparing, copying, keeping


def _mark(context: ActionContext) -> None:
    view = view_of(context)
    row = view.ladder.row
    if row is not None:
        view.ladder.marked = None if view.ladder.marked == row.index else row.index
        view.ladder.repaint()
        if view.ladder.marked is not None:
            context.services.notify("Marked: = on another message compares the two.", "")


def _compare(context: ActionContext) -> None:
    from partnertui.screens.shared.trace.comparing import compare

    compare(view_of(context))


def _copy(context: ActionContext) -> None:
    from partnertui.screens.shared.trace.saving import ladder_of

    context.services.copy(ladder_of(view_of(context)), "the ladder")


def _copy_raw(context: ActionContext) -> None:
    current = view_of(context).current
    tree = view_of(context).dissecting.trees.get(view_of(context).place) if view_of(context).dissected else None
    if tree is not None:
        from partnertui.screens.shared.trace.tree_lines import tree_text

        context.services.copy(tree_text(tree), "the tree of the message")
    elif isinstance(current, Message):
        context.services.copy(current.data.decode("utf-8", "replace").replace("\r\n", "\n"), "the message")


def _save(context: ActionContext) -> None:
    from partnertui.screens.shared.trace.saving import ask_save

    ask_save(view_of(context))


def _attach(context: ActionContext) -> None:
    from partnertui.screens.shared.trace.attaching import ask_attach

    ask_attach(context, _trace(context), view_of(context).names, getattr(view_of(context).load, "customer_id", None))


TRACE_ACTIONS = (
    Action(
        "trace.verdict",
        "Verdict in full",
        _verdict,
        ("v",),
        "why",
        refuse=_not_judged,
        group="Call",
        menu=True,
        about="what it rests on, what to do, what else was found",
    ),
    Action(
        "trace.evidence",
        "Next message of the evidence",
        _evidence,
        ("e",),
        "evidence",
        refuse=_no_evidence,
        group="Call",
        menu=True,
    ),
    Action(
        "trace.statistics",
        "Statistics",
        _statistics,
        ("s",),
        "figures",
        refuse=_not_judged,
        group="Call",
        menu=True,
        about="times, codecs, causes, RTP streams",
    ),
    Action(
        "trace.message",
        "The message full size",
        lambda context: view_of(context).enlarge(not view_of(context).full),
        ("enter",),
        "message",
        refuse=no_trace,
        group="Message",
    ),
    Action(
        "trace.dissect",
        "All fields of the message, or its text",
        _dissect,
        ("upper_d", "D"),
        "fields",
        refuse=_no_message,
        group="Message",
        menu=True,
        about="the tree of all layers as tshark dissects them; / searches in it",
    ),
    Action("trace.pane", "To the raw message and back", _pane, ("tab", "shift+tab"), refuse=no_trace, group="Message"),
    Action(
        "trace.next-in-dialog",
        "Next message of this dialog",
        lambda context: _in_dialog(context, 1),
        ("right_curly_bracket",),
        refuse=_no_message,
        group="Message",
    ),
    Action(
        "trace.last-in-dialog",
        "Previous message of this dialog",
        lambda context: _in_dialog(context, -1),
        ("left_curly_bracket",),
        refuse=_no_message,
        group="Message",
    ),
    Action("trace.mark", "Mark to compare", _mark, ("space",), refuse=_no_message, group="Message", menu=True),
    Action(
        "trace.compare",
        "Compare",
        _compare,
        ("equals_sign",),
        refuse=no_trace,
        group="Message",
        menu=True,
        about="with the marked message, or with another call",
    ),
    Action("trace.copy", "Copy the ladder", _copy, ("y",), refuse=no_trace, group="Keep", menu=True),
    Action(
        "trace.copy-message",
        "Copy the message",
        _copy_raw,
        ("upper_y", "Y"),
        refuse=_no_message,
        group="Keep",
        menu=True,
    ),
    Action(
        "trace.save",
        "Save",
        _save,
        ("upper_s", "S"),
        "save",
        refuse=no_trace,
        group="Keep",
        menu=True,
        about="as text, SVG or capture; numbers and addresses masked if wanted",
    ),
    Action(
        "trace.attach",
        "Attach to a ticket",
        _attach,
        ("a",),
        "attach",
        refuse=no_trace,
        group="Keep",
        menu=True,
        about="ladder, verdict and figures as an internal note; masked if wanted",
    ),
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
        "Next message that has it",
        lambda context: view_of(context).find.step(1),
        ("n",),
        refuse=lambda context: "" if view_of(context).find.text else "nothing is looked for: / searches",
        group="Show",
    ),
    Action(
        "trace.find-last",
        "Previous message that has it",
        lambda context: view_of(context).find.step(-1),
        ("upper_n", "N"),
        refuse=lambda context: "" if view_of(context).find.text else "nothing is looked for: / searches",
        group="Show",
    ),
    Action(
        "trace.legs", "Both legs, source, destination", _legs, ("l",), "legs", refuse=_one_leg, group="Show", menu=True
    ),
    Action(
        "trace.repeats",
        "Retransmissions: counted, each, none",
        _repeats,
        ("u",),
        "resent",
        refuse=_no_repeats,
        group="Show",
        menu=True,
    ),
    Action("trace.keep-alives", "Hide OPTIONS", _keep_alives, ("o",), refuse=_no_keep_alives, group="Show", menu=True),
    Action("trace.sdp", "Only messages with SDP", _only_sdp, ("d",), "SDP", refuse=no_trace, group="Show", menu=True),
    Action("trace.all", "Show all again", _all, ("x",), refuse=no_trace, group="Show", menu=True),
    Action(
        "trace.clock",
        "Time: since the start, since the last, local",
        _clock,
        ("t",),
        "time",
        refuse=no_trace,
        group="Show",
        menu=True,
    ),
    Action("trace.menu", "Menu of what can be done", _menu, ("full_stop",), group="Show"),
    Action(
        "trace.left",
        "Columns at the left",
        lambda context: view_of(context).ladder.sideways(-1),
        ("less_than_sign",),
        group="Show",
    ),
    Action(
        "trace.right",
        "Columns at the right",
        lambda context: view_of(context).ladder.sideways(1),
        ("greater_than_sign",),
        group="Show",
    ),
    Action("trace.down", "Down", lambda context: _move(context, 1), ("j",), group="Show", palette=False),
    Action("trace.up", "Up", lambda context: _move(context, -1), ("k",), group="Show", palette=False),
    Action("trace.home", "First message", lambda context: _end(context, False), ("home",), group="Show", palette=False),
    Action(
        "trace.end",
        "Last message",
        lambda context: _end(context, True),
        ("end", "upper_g", "G"),
        group="Show",
        palette=False,
    ),
    Action("trace.refresh", "Read it again", lambda context: view_of(context).restart(), ("f5", "r"), group="Call"),
    Action("trace.escape", "Back", _escape, ("escape",), "back", group="Call", palette=False),
)
