"""The state of a basket item as an SQL expression, derived from its payment, its due date and the current time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, String, and_, bindparam, case, func, literal, null, select, type_coerce

from partnertui.db.models import BasketItem, Payment
from partnertui.db.models.types import EnumText, Utc
from partnertui.domain.billing_enums import BasketState, PaymentState


def item_state(at: datetime | Callable[[], datetime]) -> ColumnElement[StrEnum]:
    """The state of an item at a time; a clock is asked whenever the statement runs, as a list may stay open for days.

    Paid stays paid, and attached attached as long as the payment didn't fail; else it is hidden until its time comes.
    """
    moment = literal(at, Utc()) if isinstance(at, datetime) else bindparam("item_state_now", callable_=at, type_=Utc())
    item = BasketItem
    hidden, attached = (
        type_coerce(item.state, String) == one.value for one in (BasketState.HIDDEN, BasketState.ATTACHED)
    )
    until = func.coalesce(item.hidden_until, case((hidden, item.due_at), else_=null()), type_=Utc())
    state = case(
        (type_coerce(item.state, String) == BasketState.PAID.value, literal(BasketState.PAID.value)),
        (and_(attached, ~is_free()), literal(BasketState.ATTACHED.value)),
        (until > moment, literal(BasketState.HIDDEN.value)),
        (and_(hidden, until.is_(None)), literal(BasketState.HIDDEN.value)),
        else_=literal(BasketState.DUE.value),
    )
    return type_coerce(state, EnumText(BasketState))


def is_free() -> ColumnElement[bool]:
    """Whether no payment holds an item: it has none, or one that failed."""
    alive = (
        select(Payment.id)
        .where(Payment.id == BasketItem.payment_id, Payment.state != PaymentState.FAILED)
        .correlate(BasketItem)
        .exists()
    )
    return ~alive
