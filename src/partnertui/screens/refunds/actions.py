"""Refund actions: approve, reject, mark as paid out, look up at the gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.drafts import DraftOf
from partnertui.domain.money import format_money
from partnertui.domain.operators import STAFF
from partnertui.domain.refunds import UNSETTLED, RefundState
from partnertui.errors import UserError
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Values, ask_form
from partnertui.kit.views.unit_of_work_job import NOT_SIGNED_IN
from partnertui.payment_gateways.installed import MANUAL
from partnertui.screens.shared.gateway_answer import reveal_action
from partnertui.screens.shared.refund_payouts import Outcome, outcome, payout_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.kit.declare.kinds import Row

    Write = Callable[[UnitOfWork, Values], int]


def through(gateway: str) -> str:
    """How the money goes back."""
    return "manually" if gateway == MANUAL else f"through {gateway}"


def _words(row: Row) -> str:
    return f"{format_money(row['amount'], row['currency'])} to {one_line(row['customer'] or '', 30)}"


def _only(context: ActionContext, state: RefundState, words: str) -> str:
    row = context.row or {}
    return signed_in(context) or (
        "" if row.get("state") == state else f"this refund's state is “{row.get('state')}”: {words}"
    )


def _approvable(context: ActionContext) -> str:
    refusal = _only(context, RefundState.WAITING, "it isn't waiting for approval")
    row, operator = context.row or {}, context.operator
    if not refusal and operator is not None and row.get("requested_by_id") == operator.id:
        return "you requested this refund: a second person has to decide"
    return refusal


def _by_hand(context: ActionContext) -> str:
    return _only(context, RefundState.BY_HAND, "there is nothing to pay out manually")


def _payable(context: ActionContext) -> str:
    """An unknown one may have been found in the gateway's own records."""
    return "" if (context.row or {}).get("state") == RefundState.UNKNOWN else _by_hand(context)


def _rejectable(context: ActionContext) -> str:
    row = context.row or {}
    return _by_hand(context) if row.get("state") == RefundState.BY_HAND else _approvable(context)


def _unsettled(context: ActionContext) -> str:
    row = context.row or {}
    return signed_in(context) or (
        ""
        if row.get("state") in UNSETTLED
        else f"this refund's state is “{row.get('state')}”: there is nothing to look up"
    )


def _finish(context: ActionContext, answer: Outcome) -> None:
    context.services.notify(answer[0], answer[1])
    context.refresh_rows()


def _sent(context: ActionContext, refund_id: int) -> Outcome:
    """Sends it, or looks it up, in the job; what to say then."""
    from partnertui.db.refund_payout import pay_out  # the mapped models, in the job

    row = context.row or {}
    return outcome(pay_out(payout_of(context.services), refund_id), row["amount"], row["currency"])


def _ask(context: ActionContext, title: str, verb: str, field: Field, write: Write) -> None:
    row = context.row or {}
    form = Form(
        f"{title}: {_words(row)}",
        (field,),
        write=lambda unit, values, seen: write(unit, values),
        after=lambda refund_id: _sent(context, refund_id),
        verb=verb,
        draft=DraftOf("refunds", row["id"], verb),
    )
    ask_form(context.services, form, lambda answer: _finish(context, answer))


def paid_out(context: ActionContext) -> None:
    """Ticks off what was paid out by hand."""
    key = (context.row or {})["id"]

    def write(unit: UnitOfWork, values: Values) -> int:
        from partnertui.db.refund_booking import paid_by_hand

        return paid_by_hand(unit, key, values["reference"], utc_now())

    field = Field(
        "reference", required=True, help="The transfer or cheque reference, or the one in the gateway's own records."
    )
    _ask(context, "Paid out", "mark as paid", field, write)


def reject(context: ActionContext) -> None:
    """Rejects it, or says that it can't be paid out by hand: the bookings are taken back."""
    row: Row = context.row or {}
    is_by_hand = row["state"] == RefundState.BY_HAND

    def write(unit: UnitOfWork, values: Values) -> int:
        from partnertui.db.refund_booking import not_paid_by_hand, reject_refund

        end = not_paid_by_hand if is_by_hand else reject_refund
        return end(unit, row["id"], values["reason"], utc_now())

    field = Field("reason", required=True, help="Everything booked for it will be reversed.")
    _ask(context, "Can't be paid out" if is_by_hand else "Reject", "reject", field, write)


def approve(context: ActionContext) -> None:
    """Asks once more, then approves it and sends it."""
    from partnertui.db.idempotent_writes import new_key  # the mapped models, as below
    from partnertui.kit.widgets.text_dialogs import Confirm

    row, services, key = context.row or {}, context.services, new_key()

    def work() -> Outcome:
        from partnertui.db.idempotent_writes import commit_once
        from partnertui.db.refund_booking import approve_refund
        from partnertui.db.refund_payout import check_before_approval

        if services.operator is None:
            raise UserError(NOT_SIGNED_IN)
        check_before_approval(payout_of(services), row["id"])
        # Committed before the gateway is asked: no rollback brings back money that was sent.
        commit_once(services.database, services.operator, key, lambda unit: approve_refund(unit, row["id"], utc_now()))
        return _sent(context, row["id"])

    def failed(error: UserError) -> None:
        _finish(context, [f"The refund wasn't approved, or wasn't sent: {error} {error.advice}".strip(), "bad"])

    def confirmed(yes: bool) -> None:
        services.jobs.write("approve a refund", work, lambda answer: _finish(context, answer), failed)

    by = one_line(row["requested_by"] or "", 30)
    text = f"{_words(row)}, {through(row['gateway'])}.\nRequested by {by}: {one_line(row['reason'], 200)}"
    services.show_dialog(Confirm(services, "Approve this refund?", text, "approve it"), confirmed)


def look_up(context: ActionContext) -> None:
    """Asks the gateway what became of it."""
    services, key = context.services, (context.row or {})["id"]

    def failed(error: UserError) -> None:
        _finish(context, [f"Couldn't look up the refund: {error} {error.advice}".strip(), "bad"])

    services.jobs.write(
        "look up a refund", lambda: _sent(context, key), lambda answer: _finish(context, answer), failed
    )


ACTIONS = (
    Action(
        "refunds.approve",
        "Approve",
        approve,
        ("underscore",),
        "approve",
        rows="one",
        refuse=_approvable,
        roles=STAFF,
        group="Refund",
        about="by someone other than the person who requested it; then it is sent",
    ),
    Action(
        "refunds.advance",
        "Mark as paid out",
        paid_out,
        ("upper_s", "S"),
        "paid out",
        rows="one",
        refuse=_payable,
        roles=STAFF,
        group="Refund",
        about="marks it as paid, with its reference; if its outcome is unknown, check the gateway's own records first",
    ),
    Action(
        "refunds.reject",
        "Reject, or report that it can't be paid out",
        reject,
        ("minus",),
        "reject",
        rows="one",
        refuse=_rejectable,
        roles=STAFF,
        group="Refund",
        about="reverses everything that was booked for it",
    ),
    Action(
        "refunds.look-up",
        "Look it up at the gateway",
        look_up,
        ("left_parenthesis",),
        "look up",
        rows="one",
        refuse=_unsettled,
        roles=STAFF,
        group="Refund",
        about="asks the gateway for the refund's outcome; nothing is sent again",
    ),
    reveal_action("refunds", "Refund"),
)
