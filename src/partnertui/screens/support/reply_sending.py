"""Sends a reply or saves a note, and recalls a reply just sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.tickets.reminders import site_today
from partnertui.db.tickets.replies import note, reply
from partnertui.db.tickets.reply_mail import Mailing
from partnertui.db.tickets.reply_recall import newest_waiting, recall
from partnertui.domain.default_language import DEFAULT_LANGUAGE
from partnertui.domain.drafts import DraftOf
from partnertui.domain.mail_recipients import read_recipients
from partnertui.domain.promised_dates import find_promises
from partnertui.domain.reply_recall import RECALL_SECONDS
from partnertui.domain.ticket_enums import TicketState
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.undo_action import ask_undo
from partnertui.kit.views.unit_of_work_job import run_unit_of_work
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.text_dialogs import Confirm
from partnertui.screens.support.composer import NOTE, REPLY
from partnertui.screens.support.composer_opening import open_ticket

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from partnertui.db.rows.type_aliases import RowDict
    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.screens.support.reply_options import Answer
    from partnertui.screens.support.ticket_view_parts import TicketBase

AFTER_REPLY = (
    (TicketState.PENDING, "Send and set to “pending”", "p"),
    (TicketState.SOLVED, "Send and solve", "s"),
    (TicketState.OPEN, "Send and keep it open", "o"),
)
SENT = f"Sent. {{key:support.undo}} recalls it within {RECALL_SECONDS} seconds."


def send_or_save(view: TicketBase) -> None:
    """Asks what state comes after the reply, with the text still in sight; a note is saved at once."""
    composer, services = view.composer, view.services
    if composer.saving:
        return
    if not composer.text.strip():
        close = services.keymap.label("compose.close")
        composer.failure = f"The text is empty: write something, or press {close} to close."
        composer.refresh_status()
    elif composer.kind == NOTE:
        _save_note(view)
    else:
        items = [Item(state, words, "", key) for state, words, key in AFTER_REPLY]
        picker = Picker(services, "Send the reply", items, by_key=True)
        _when_confirmed(view, lambda: services.show_dialog(picker, lambda state: _send(view, state)))


def send_solve_next(view: TicketBase) -> None:
    """Sends the reply, solves the ticket and opens the next one of the list."""
    if not view.composer.text.strip():
        send_or_save(view)
    elif not view.composer.saving:
        _when_confirmed(view, lambda: _send(view, TicketState.SOLVED, then_next=True))


def _when_confirmed(view: TicketBase, send: Callable[[], object]) -> None:
    """Sends at once, but for a text that was written for a merged ticket: its recipient is asked for first.

    Nothing is sent until the thread was read.
    """
    composer, services = view.composer, view.services
    if composer.read_to is None:
        composer.tell("The ticket is still loading: send it again in a moment.")
        return
    if not composer.moved_from:
        send()
        return

    def answered(yes: bool) -> None:
        if yes:
            composer.moved_from = ""
            send()

    to = one_line(composer.typed["to"], 200)
    text = (
        f"This text was written for {composer.moved_from}, which was merged into this ticket. It will be sent to {to}."
    )
    services.show_dialog(Confirm(services, "Is this the right recipient?", text, "send it"), answered)


def _save_note(view: TicketBase) -> None:
    composer, ticket = view.composer, view.location.record
    text, files = composer.text, tuple(composer.answer.files)

    def work(unit: UnitOfWork) -> None:
        note(unit, ticket, text, files)

    composer.sent = view.to_the_newest
    run_unit_of_work(view.context(), "add the note", work, "Note added.", dialog=composer)


def _send(view: TicketBase, state: TicketState, *, then_next: bool = False) -> None:
    composer, ticket = view.composer, view.location.record
    text, typed, read_to, answer = composer.text, composer.typed, composer.read_to, composer.answer
    number = one_line(str(composer.row.get("number") or "the ticket"), 20)

    def sent() -> None:
        if then_next:
            _to_the_next(view)
        else:
            view.to_the_newest()

    def work(unit: UnitOfWork) -> int:
        today = site_today(unit.session, ticket, utc_now())
        mailing = Mailing(
            read_recipients(typed),
            answer.send_at,
            answer.subject,
            tuple(answer.canned),
            tuple(answer.files),
            tuple(answer.evidence),
            find_promises(text, composer.language or DEFAULT_LANGUAGE, today) if answer.remind else (),
            answer.language,
        )
        return reply(unit, ticket, text, state, read_to=read_to, mailing=mailing)

    def done(message_id: int) -> str:
        return _done(answer, number, state, _way_to(view))

    composer.sent = sent
    run_unit_of_work(view.context(), "send the reply", work, done, dialog=composer)


def _way_to(view: TicketBase) -> str:
    """How to get from what is in front now to the ticket, with {} for its number; "" if it still is in front."""
    front = view.services.location()
    if front is None or front == view.location:
        return ""
    return "Open {} again: " if front.record is None else "{{key:record.previous}} goes back to {}, "


def _done(answer: Answer, number: str, state: TicketState, way: str) -> str:
    """What is said of a reply that was sent; where it solves the ticket, the test to repeat is offered."""
    later = answer.send_at
    sent = SENT if later is None else f"It will be sent on {later.astimezone():%a %d %b at %H:%M}."
    if state != TicketState.SOLVED or not answer.unproved:
        return sent
    return f"{sent} {answer.unproved.sentences_after_sending(way.format(number))}"


def _to_the_next(view: TicketBase) -> None:
    """The next ticket of the list; behind the last one, the list."""
    services, before = view.services, view.services.location()
    services.neighbour(1)
    previous = services.previous_location()
    if services.location() == before and previous is not None and previous.record is None:
        services.go_back()


def recall_reply(context: ActionContext) -> None:
    """Takes back the reply of the last seconds, or one of this ticket that waits; else the last change of the rows."""
    services, operator = context.services, context.operator
    ticket = (context.row or {}).get("id")
    if operator is None:
        return

    def read(connection: Connection) -> RowDict | None:
        return newest_waiting(connection, operator.id, ticket)

    def found(reply: RowDict | None) -> None:
        if reply is not None:
            _recall(context, reply)
        elif context.rows:
            ask_undo(context)
        else:
            services.notify("There is nothing to undo.", "warn")

    services.read(context.view, "reply to recall", read, found, opens=True)


def _recall(context: ActionContext, reply: RowDict) -> None:
    services = context.services

    def work(unit: UnitOfWork) -> None:
        recall(unit, reply["message_id"])

    def done(result: None) -> str:
        to = {name: ", ".join(reply["recipients"].get(name) or []) for name in ("to", "cc", "bcc")}
        canned = ((reply["facts"] or {}).get("before") or {}).get("canned") or []
        kept = {"canned": canned, "evidence": reply["attached"], "language": reply["language"]}
        values = {"text": reply["body"], **kept, **to}
        services.drafts.keep(DraftOf("tickets", reply["ticket_id"], REPLY), values)
        open_ticket(services, Location("support", reply["ticket_id"]), REPLY)
        return f"Recalled: nothing was sent for {reply['number']}."

    run_unit_of_work(context, "recall the reply", work, done)
