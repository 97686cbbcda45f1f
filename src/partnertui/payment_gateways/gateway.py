"""The protocol of a payment gateway; amounts are in the currency's smallest unit (500 for ¥500)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from partnertui.errors import UserError


class AnswerState(StrEnum):
    """What became of an order."""

    COMPLETED = "completed"
    PENDING = "pending"
    FAILED = "failed"


@dataclass(frozen=True)
class ChargeOrder:
    """Money to take; `token` is the stored card's at the gateway."""

    key: str
    token: str
    amount: int
    currency: str
    description: str = ""


@dataclass(frozen=True)
class RefundOrder:
    """Money to give back of a payment, which the gateway knows by `payment_reference`."""

    key: str
    payment_reference: str
    amount: int
    currency: str
    reason: str = ""


@dataclass(frozen=True)
class Answer:
    """The gateway's answer; `text` is all of it, to be stored encrypted."""

    state: AnswerState
    reference: str = ""
    failure_code: str = ""
    text: str = ""


class GatewayError(UserError):
    """The gateway certainly did nothing: it isn't set up, or refused the request before doing anything."""


class OutcomeUnclear(UserError):
    """The order may or may not have been carried out: only the gateway knows. It is looked up, never sent again."""


class Gateway(Protocol):
    """A payment gateway. Every order carries an idempotency key.

    All raise GatewayError if certainly nothing was done, OutcomeUnclear if nobody can tell; both within the settings'
    time limit.
    """

    by_hand: bool
    """True where a person pays, so that nothing is ever sent."""

    def charge(self, order: ChargeOrder) -> Answer:
        """Takes money."""

    def refund(self, order: RefundOrder) -> Answer:
        """Gives money back."""

    def look_up(self, order: ChargeOrder | RefundOrder) -> Answer | None:
        """What became of an order, by its key; None if the gateway has never seen it."""
