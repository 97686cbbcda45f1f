"""The manual gateway: a refund becomes a task for a person who pays it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.payment_gateways.gateway import Answer, AnswerState, ChargeOrder, RefundOrder

if TYPE_CHECKING:
    from partnertui.config.settings import Gateways


class ManualGateway:
    """Sends nothing."""

    by_hand = True

    def __init__(self, settings: Gateways) -> None:
        self.settings = settings

    def charge(self, order: ChargeOrder) -> Answer:
        """See Gateway; somebody has to take the money."""
        return Answer(AnswerState.PENDING)

    def refund(self, order: RefundOrder) -> Answer:
        """See Gateway; somebody has to pay it out."""
        return Answer(AnswerState.PENDING)

    def look_up(self, order: ChargeOrder | RefundOrder) -> Answer | None:
        """See Gateway; nobody but the list knows."""
        return None
