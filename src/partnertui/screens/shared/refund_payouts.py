"""Sends refunds to the gateways of the settings, in the operator's name, for the screens that offer it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.money import format_money
from partnertui.domain.refunds import RefundState
from partnertui.errors import UserError
from partnertui.kit.views.unit_of_work_job import NOT_SIGNED_IN
from partnertui.payment_gateways.installed import open_gateway

if TYPE_CHECKING:
    from partnertui.db.refund_payout import Payout
    from partnertui.kit.declare.actions import Services

Outcome = list[str]
"""A sentence and its colour role."""
SENTENCES = {
    RefundState.WAITING: ("{amount} is waiting for approval by a second person; see Refunds.", "warn"),
    RefundState.BY_HAND: ("{amount} is booked; pay it out manually, then mark it as paid under Refunds.", "warn"),
    RefundState.PENDING: ("{amount} is on its way; the gateway is still processing it.", "info"),
    RefundState.COMPLETED: ("{amount} was refunded.", "good"),
    RefundState.UNKNOWN: (
        "It isn't known whether {amount} was refunded. Nothing will be sent again: look it up under Refunds.",
        "warn",
    ),
    RefundState.FAILED: ("{amount} wasn't refunded; nothing is booked. See Refunds for the reason.", "bad"),
    RefundState.REJECTED: ("The refund of {amount} was rejected; nothing is booked.", "warn"),
}


def payout_of(services: Services) -> Payout:
    """Sends in the operator's name, in a job. Raises VaultError, DatabaseError; UserError where nobody is signed in."""
    from partnertui.db.refund_payout import Payout  # the mapped models, in the job
    from partnertui.db.vault_data_keys import open_vault

    if services.operator is None:
        raise UserError(NOT_SIGNED_IN)
    settings = services.settings.gateways
    embedded = services.settings.database_url == services.folders.database_url
    vault = open_vault(services.database, services.settings.vault, services.folders.data, create=embedded)
    return Payout(services.database, services.operator, lambda name: open_gateway(name, settings), vault)


def outcome(state: str, amount: int, currency: str) -> Outcome:
    """What to say of a refund in this state."""
    words, role = SENTENCES[RefundState(state)]
    return [words.format(amount=format_money(amount, currency)), role]
