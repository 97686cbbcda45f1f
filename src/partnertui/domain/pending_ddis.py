"""Rules of number orders: how a number advances, goes back or ends, and the state of the whole order."""

from __future__ import annotations

from collections.abc import Collection

from partnertui.domain.errors import DomainError
from partnertui.domain.pbx_enums import PendingState

ENDED = (PendingState.ACTIVATED, PendingState.CANCELLED)
"""States of an ordered number after which nothing is left to do."""
OPEN = tuple(state for state in PendingState if state not in ENDED)
"""States in which it still needs its target."""
PLANNED = ("documents_missing", "acting_party", "required_action")
"""Columns of a number that say what has to happen next, and by whom."""
PATH = (
    PendingState.DRAFT,
    PendingState.SUBMITTED,
    PendingState.IN_PROCESS,
    PendingState.DATE_CONFIRMED,
    PendingState.ACTIVATED,
)
"""How a number goes live."""


def next_state(state: PendingState) -> PendingState:
    """The state that *advance* leads to; what came back is submitted again. Raises DomainError if there is none."""
    if state == PendingState.EXCEPTION:
        return PendingState.SUBMITTED
    if state == PendingState.DATE_CONFIRMED:
        raise DomainError(
            "The date is confirmed: the next step is activation.", "Check readiness first, then activate."
        )
    if state in ENDED:
        raise DomainError(f"This number is {state.value}: there is nothing left to do for it.")
    return PATH[PATH.index(state) + 1]


def may_come_back(state: PendingState) -> bool:
    """Whether the other side can send it back: it has been submitted and isn't done."""
    return state in (PendingState.SUBMITTED, PendingState.IN_PROCESS, PendingState.DATE_CONFIRMED)


def state_of_order(states: Collection[PendingState]) -> PendingState:
    """The state that sums up those of an order's numbers: an exception, else the least advanced of those under way."""
    if PendingState.EXCEPTION in states:
        return PendingState.EXCEPTION
    under_way = [state for state in PATH[:-1] if state in states]
    if under_way:
        return under_way[0]
    return PendingState.ACTIVATED if PendingState.ACTIVATED in states else PendingState.CANCELLED
