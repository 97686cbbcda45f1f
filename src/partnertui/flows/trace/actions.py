"""What can be done with a trace."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from partnertui.kit.actions import Action
from partnertui.kit.context import Here
from partnertui.kit.desk import Spot
from partnertui.sip.ladder.model import Options, Repeats, RowKind
from partnertui.sip.ladder.times import Clock
from partnertui.sip.trace.model import Message, Side

if TYPE_CHECKING:
    from partnertui.flows.trace.view import TraceView
    from partnertui.sip.trace.model import Trace


def view_of(here: Here) -> TraceView:
    """The trace in front."""
    return cast("TraceView", here.view)


def _trace(here: Here) -> Trace:
    trace = view_of(here).trace
    assert trace is not None
    return trace


def no_trace(here: Here) -> str:
    """Why nothing can be done with messages."""
    return "" if view_of(here).trace is not None else "there is no message here"


def _not_judged(here: Here) -> str:
    study = view_of(here).study
    judged = study is not None and study.judgement is not None
    return no_trace(here) or ("" if judged else "the verdict is being worked out")


def _no_message(here: Here) -> str:
    return no_trace(here) or ("" if isinstance(view_of(here).current, Message) else "the cursor is not on a message")


# what was found out


def _verdict(here: Here) -> None:
    from partnertui.flows.trace.verdict_lines import verdict_lines
    from partnertui.kit.text_box import LinesBox

    view, desk = view_of(here), here.desk
    judgement = view.study.judgement if view.study else None
    if judgement is None:
        return

    def went(spot: Spot | None) -> None:
        if spot is not None:
            view.go_to(spot.record)

    lines = LinesBox(
        desk,
        "Why it went as it went",
        lambda width: verdict_lines(_trace(here), judgement, width, desk.glyphs.line, view.between),
        "Enter goes to the message  y copies  Esc closes",
    )
    desk.ask(lines, went)


def _evidence(here: Here) -> None:
    """The next message that the verdict rests on, in the order of its story."""
    view = view_of(here)
    evidence = view.options.evidence
    view.told = (view.told + 1) % len(evidence)
    view.go_to(evidence[view.told])
    here.desk.say(f"Evidence {view.told + 1} of {len(evidence)}.", "")


def _no_evidence(here: Here) -> str:
    return no_trace(here) or ("" if view_of(here).options.evidence else "the verdict cites no message")


def _statistics(here: Here) -> None:
    from partnertui.flows.trace.statistics_lines import statistics_lines
    from partnertui.kit.text_box import LinesBox

    desk, found = here.desk, view_of(here).study
    if found is None or found.statistics is None:
        return
    figures, trace, sound = found.statistics, found.trace, found.sound
    box = LinesBox(
        desk, "Statistics", lambda width: statistics_lines(figures, trace.streams, sound, width, desk.glyphs.line)
    )
    desk.ask(box, lambda answer: None)


# what is shown


def _options(here: Here, options: Options) -> None:
    view_of(here).lay_out(options)


def _legs(here: Here) -> None:
    order = (None, Side.SOURCE, Side.DESTINATION)
    now = view_of(here).options
    _options(here, replace(now, side=order[(order.index(now.side) + 1) % len(order)]))


def _one_leg(here: Here) -> str:
    return no_trace(here) or ("" if len(set(_trace(here).sides)) > 1 else "this trace has one leg only")


def _repeats(here: Here) -> None:
    order = (Repeats.FOLDED, Repeats.SHOWN, Repeats.HIDDEN)
    now = view_of(here).options
    _options(here, replace(now, repeats=order[(order.index(now.repeats) + 1) % len(order)]))


def _no_repeats(here: Here) -> str:
    return no_trace(here) or ("" if _trace(here).sent_again else "nothing was sent again")


def _keep_alives(here: Here) -> None:
    now = view_of(here).options
    _options(here, replace(now, keep_alives=not now.keep_alives))


def _no_keep_alives(here: Here) -> str:
    some = no_trace(here) or any(message.method == "OPTIONS" for message in _trace(here).messages)
    return some if isinstance(some, str) else "" if some else "there is no OPTIONS in this trace"


def _only_sdp(here: Here) -> None:
    now = view_of(here).options
    _options(here, replace(now, only_sdp=not now.only_sdp))


def _all(here: Here) -> None:
    _options(here, Options(evidence=view_of(here).options.evidence))


def _clock(here: Here) -> None:
    view, order = view_of(here), tuple(Clock)
    view.ladder.set_clock(order[(order.index(view.ladder.clock) + 1) % len(order)])
    view.paint()


# moving


def _move(here: Here, by: int) -> None:
    view = view_of(here)
    if view.raw.has_focus:
        view.raw.scroll_lines(by)
    else:
        view.ladder.move(by)


def _end(here: Here, last: bool) -> None:
    view = view_of(here)
    if view.raw.has_focus:
        view.raw.scroll_lines(99_999 if last else -99_999)
    else:
        view.ladder.go(len(view.ladder.ladder.rows) - 1 if last else 0)


def _in_dialog(here: Here, by: int) -> None:
    """The next message of the same Call-ID and CSeq; behind the last one, of the same Call-ID."""
    view = view_of(here)
    current, ladder = view.current, view.ladder
    if not isinstance(current, Message):
        return
    rows, messages = ladder.ladder.rows, _trace(here).messages
    ahead = range(ladder.cursor + 1, len(rows)) if by > 0 else range(ladder.cursor - 1, -1, -1)
    wanted = (current.call_id, current.reading.cseq)
    sent = [n for n in ahead if rows[n].kind == RowKind.MESSAGE]
    same = [n for n in sent if messages[rows[n].place].call_id == current.call_id]
    found = next((n for n in same if _key(messages, rows[n].place) == wanted), same[0] if same else None)
    if found is None:
        here.desk.say("That was the last message of this dialog." if by > 0 else "That was the first one.", "")
    else:
        ladder.go(found)


def _key(messages: tuple[Message, ...], place: int) -> tuple[str, int]:
    return messages[place].call_id, messages[place].reading.cseq


def _dissect(here: Here) -> None:
    view_of(here).dissect(not view_of(here).dissected)


def _pane(here: Here) -> None:
    view = view_of(here)
    if view.raw.has_class("away"):
        view.enlarge(True)
    else:
        (view.ladder if view.raw.has_focus else view.raw).focus()


def _escape(here: Here) -> None:
    view = view_of(here)
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
        here.desk.stage.back()


def _menu(here: Here) -> None:
    from partnertui.kit.menus import context_menu

    context_menu(here)


# comparing, copying, keeping


def _mark(here: Here) -> None:
    view = view_of(here)
    row = view.ladder.row
    if row is not None:
        view.ladder.marked = None if view.ladder.marked == row.place else row.place
        view.ladder.repaint()
        if view.ladder.marked is not None:
            here.desk.say("Marked: = on another message compares the two.", "")


def _compare(here: Here) -> None:
    from partnertui.flows.trace.comparing import compare

    compare(view_of(here))


def _copy(here: Here) -> None:
    from partnertui.flows.trace.saving import ladder_of

    here.desk.copy(ladder_of(view_of(here)), "the ladder")


def _copy_raw(here: Here) -> None:
    current = view_of(here).current
    tree = view_of(here).dissecting.trees.get(view_of(here).place) if view_of(here).dissected else None
    if tree is not None:
        from partnertui.flows.trace.tree_lines import tree_text

        here.desk.copy(tree_text(tree), "the tree of the message")
    elif isinstance(current, Message):
        here.desk.copy(current.data.decode("utf-8", "replace").replace("\r\n", "\n"), "the message")


def _save(here: Here) -> None:
    from partnertui.flows.trace.saving import ask_save

    ask_save(view_of(here))


def _attach(here: Here) -> None:
    from partnertui.flows.trace.attaching import ask_attach

    ask_attach(here, _trace(here), view_of(here).names, getattr(view_of(here).load, "customer_id", None))


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
        lambda here: view_of(here).enlarge(not view_of(here).full),
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
        lambda here: _in_dialog(here, 1),
        ("right_curly_bracket",),
        refuse=_no_message,
        group="Message",
    ),
    Action(
        "trace.last-in-dialog",
        "Previous message of this dialog",
        lambda here: _in_dialog(here, -1),
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
        lambda here: view_of(here).find.edit(),
        ("slash",),
        "search",
        refuse=no_trace,
        group="Show",
    ),
    Action(
        "trace.find-next",
        "Next message that has it",
        lambda here: view_of(here).find.step(1),
        ("n",),
        refuse=lambda here: "" if view_of(here).find.text else "nothing is looked for: / searches",
        group="Show",
    ),
    Action(
        "trace.find-last",
        "Previous message that has it",
        lambda here: view_of(here).find.step(-1),
        ("upper_n", "N"),
        refuse=lambda here: "" if view_of(here).find.text else "nothing is looked for: / searches",
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
        lambda here: view_of(here).ladder.sideways(-1),
        ("less_than_sign",),
        group="Show",
    ),
    Action(
        "trace.right",
        "Columns at the right",
        lambda here: view_of(here).ladder.sideways(1),
        ("greater_than_sign",),
        group="Show",
    ),
    Action("trace.down", "Down", lambda here: _move(here, 1), ("j",), group="Show", palette=False),
    Action("trace.up", "Up", lambda here: _move(here, -1), ("k",), group="Show", palette=False),
    Action("trace.home", "First message", lambda here: _end(here, False), ("home",), group="Show", palette=False),
    Action(
        "trace.end", "Last message", lambda here: _end(here, True), ("end", "upper_g", "G"), group="Show", palette=False
    ),
    Action("trace.refresh", "Read it again", lambda here: view_of(here).restart(), ("f5", "r"), group="Call"),
    Action("trace.escape", "Back", _escape, ("escape",), "back", group="Call", palette=False),
)
