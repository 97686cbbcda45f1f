"""Outbox actions: send again, cancel, mark as sent, open the ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.mail_states import CANCELLABLE, CONFIRMABLE, UNDECIDED, OutboxState
from partnertui.domain.operators import STAFF
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.unit_of_work_job import run_unit_of_work

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.unit_of_work import UnitOfWork

    Change = Callable[[UnitOfWork, int], None]


def _words(context: ActionContext) -> str:
    row = context.row or {}
    return f"“{one_line(row['subject'], 60)}” ({one_line(row['ticket'] or '', 20)})"


def _in(context: ActionContext, states: frozenset[OutboxState], words: str) -> str:
    state = (context.row or {}).get("state")
    return signed_in(context) or ("" if state in states else f"this e-mail's state is “{state}”: {words}")


def _failed(context: ActionContext) -> str:
    return _in(context, UNDECIDED, "there is nothing to send again")


def _cancellable(context: ActionContext) -> str:
    return _in(context, CANCELLABLE, "it can't be cancelled")


def _unknown(context: ActionContext) -> str:
    return _in(context, CONFIRMABLE, "only one whose outcome is unknown can be marked as sent")


def _ask(context: ActionContext, title: str, text: str, verb: str, done: str, change: Change) -> None:
    """Asks first, because nobody takes a mail back."""
    from partnertui.kit.widgets.text_dialogs import Confirm  # no other key of the list needs it

    key = (context.row or {})["id"]

    def confirmed(yes: bool) -> None:
        run_unit_of_work(context, title.lower(), lambda unit: change(unit, key), done)

    context.services.show_dialog(Confirm(context.services, f"{title}?", text, verb, "back"), confirmed)


def send_again(context: ActionContext) -> None:
    """Lets it be sent again."""
    from partnertui.db.mail.outbox_actions import send_again as change  # the mapped models, as below

    row = context.row or {}
    text = f"{_words(context)}.\n{one_line(row['problem'] or '', 300)}"
    if row["state"] == OutboxState.UNKNOWN:
        text += "\nIf it was delivered after all, the customer will get it twice."
    _ask(
        context,
        "Send this e-mail again",
        text,
        "send it",
        "It will be sent on the next run of the mail service.",
        change,
    )


def cancel(context: ActionContext) -> None:
    """Keeps it from being sent."""
    from partnertui.db.mail.outbox_actions import cancel as change

    _ask(context, "Cancel this e-mail", f"{_words(context)} won't be sent.", "cancel it", "It won't be sent.", change)


def mark_as_sent(context: ActionContext) -> None:
    """Keeps that it went out."""
    from partnertui.db.mail.outbox_actions import mark_as_sent as change

    text = f"{_words(context)}: check that the mail server's log shows it as sent."
    _ask(context, "Mark this e-mail as sent", text, "mark it", "Marked as sent.", change)


def open_ticket(context: ActionContext) -> None:
    """Opens the ticket of the mail."""
    context.services.open(Location("support", (context.row or {})["ticket_id"]))


ACTIONS = (
    Action(
        "outbox.activate",
        "Send again",
        send_again,
        ("underscore",),
        "send again",
        rows="one",
        refuse=_failed,
        roles=STAFF,
        group="Mail",
        about="e-mails that failed, were blocked, or have an unknown outcome",
    ),
    Action(
        "outbox.stop",
        "Cancel: don't send it",
        cancel,
        ("comma",),
        "cancel",
        rows="one",
        refuse=_cancellable,
        roles=STAFF,
        group="Mail",
    ),
    Action(
        "outbox.advance",
        "Mark as sent",
        mark_as_sent,
        ("upper_s", "S"),
        "mark as sent",
        rows="one",
        refuse=_unknown,
        roles=STAFF,
        group="Mail",
        about="if the outcome is unknown and the mail server's log shows it as sent",
    ),
    Action("outbox.tickets", "Open its ticket", open_ticket, ("number_sign",), "ticket", rows="one", group="Mail"),
)
