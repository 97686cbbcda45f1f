"""Actions while a reply or note is written: send, attach, insert a canned response, language, $EDITOR, send later."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.lazy import lazy
from partnertui.screens.support.composer import REPLY
from partnertui.screens.support.ticket_view_actions import ticket_of

if TYPE_CHECKING:
    from partnertui.screens.support.ticket_view_parts import TicketBase


def _ticket(context: ActionContext) -> TicketBase:
    return ticket_of(context)


def _only_reply(context: ActionContext) -> str:
    return "" if _ticket(context).composer.kind == REPLY else "a note isn't sent: {key:compose.save} saves it"


def _lazily(where: str) -> Callable[[ActionContext], object]:
    found = lazy(where)
    return lambda context: found(_ticket(context))


def _field(by: int) -> Callable[[ActionContext], None]:
    return lambda context: _ticket(context).composer.next_field(by)


COMPOSE_ACTIONS = (
    Action(
        "compose.save",
        "Send and choose the state, or save the note",
        _lazily("partnertui.screens.support.reply_sending:send_or_save"),
        ("ctrl+s",),
        "send",
        group="Reply",
        palette=False,
    ),
    Action(
        "compose.send-solve-next",
        "Send, solve and open the next ticket",
        _lazily("partnertui.screens.support.reply_sending:send_solve_next"),
        ("ctrl+n",),
        "solve+next",
        refuse=_only_reply,
        group="Reply",
    ),
    Action(
        "compose.canned",
        "Insert a canned response at the cursor",
        _lazily("partnertui.screens.support.canned_picker:pick_canned"),
        ("ctrl+r",),
        "canned",
        group="Reply",
    ),
    Action(
        "compose.similar",
        "What helped last time: insert an earlier reply",
        lazy("partnertui.screens.support.similar_tickets:show_similar"),
        rows="one",
        group="Reply",
        about="from solved tickets with the same verdict, phone and carrier",
        leads_to=("In “What helped last time”", "partnertui.screens.support.similar_tickets:SIMILAR_ACTIONS"),
    ),
    Action(
        "compose.close",
        "Back to the thread; the text is kept as a draft",
        lambda context: _ticket(context).close_composer(),
        ("escape",),
        "close",
        group="Reply",
        palette=False,
    ),
    Action(
        "compose.help",
        "Keys",
        lazy("partnertui.kit.shell.help:show_help"),
        ("f1",),
        "keys",
        group="Reply",
        palette=False,
    ),
    Action(
        "compose.attach-file",
        "Attach a file, an invoice, or evidence from this ticket",
        _lazily("partnertui.screens.support.own_attachments:attach"),
        ("ctrl+g",),
        "attach",
        group="Reply",
    ),
    Action(
        "compose.calendar",
        "Send later, and be reminded of promised days",
        _lazily("partnertui.screens.support.send_later:ask_when"),
        ("f8",),
        "when",
        refuse=_only_reply,
        group="Reply",
    ),
    Action(
        "compose.language",
        "Reply language",
        _lazily("partnertui.screens.support.reply_language:ask_language"),
        ("ctrl+l",),
        "language",
        refuse=_only_reply,
        group="Reply",
        about="used for canned responses, dates and amounts, and stored with the ticket",
    ),
    Action(
        "compose.prove",
        "Repeat the ticket's test to prove it's solved",
        lazy("partnertui.screens.support.repeat_test:prove"),
        ("ctrl+t",),
        rows="one",
        group="Reply",
    ),
    Action(
        "compose.editor",
        "Write it in $EDITOR",
        _lazily("partnertui.screens.support.outside_editor:edit_outside"),
        ("ctrl+o",),
        "editor",
        group="Reply",
    ),
    Action(
        "compose.clear",
        "Start without the draft, or restore it",
        lambda context: _ticket(context).composer.swap(),
        ("f4",),
        group="Reply",
        palette=False,
    ),
    Action("compose.next", "Next field", _field(1), ("tab",), group="Reply", palette=False),
    Action("compose.previous", "Previous field", _field(-1), ("shift+tab",), group="Reply", palette=False),
)
