"""Rules of DDIs: which state may follow which, and messages about numbers that are taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from partnertui.domain.errors import DomainError
from partnertui.domain.number_ranges import NumberRange
from partnertui.domain.pbx_enums import DdiState
from partnertui.domain.phone_numbers import format_number

LISTED = 5
"""Clashes that the sentence at the field names; the dialog lists all."""
NEXT_STATES: dict[DdiState, tuple[DdiState, ...]] = {
    DdiState.FREE: (DdiState.RESERVED,),
    DdiState.RESERVED: (DdiState.FREE,),
    DdiState.ACTIVE: (DdiState.QUARANTINED,),
    DdiState.QUARANTINED: (DdiState.FREE,),
}
"""What an agent may change a state to; a number becomes active by being added to a customer or by its order."""


@dataclass(frozen=True)
class Addition:
    """Numbers to be added to a customer, and what holds for all of them."""

    numbers: NumberRange
    country: str
    area: str | None = None
    price_id: int | None = None
    in_unlimited_plan: bool = False
    special_case: bool = False
    billing_starts_at: datetime | None = None
    pattern_reason: str | None = None
    """Why the numbering plan isn't checked; None checks it."""


@dataclass(frozen=True)
class Clash:
    """A number that can't be added, and who or what has it, in words."""

    number: str
    holder: str

    def words(self) -> str:
        """Number and holder."""
        return f"{format_number(self.number)}: {self.holder}"


class NumbersTaken(DomainError):
    """Some of the numbers to be added are taken; `details` names each."""

    def __init__(self, clashes: Sequence[Clash], count: int) -> None:
        named = "; ".join(clash.words() for clash in clashes[:LISTED])
        more = f"; and {len(clashes) - LISTED:,} more" if len(clashes) > LISTED else ""
        text = (
            f"This number can't be added. {named}"
            if count == 1
            else f"{len(clashes):,} of {count:,} numbers can't be added, so none were added. {named}{more}"
        )
        details = tuple(clash.words() for clash in clashes) if len(clashes) > LISTED else ()
        super().__init__(f"{text}.", field="numbers", details=details)


def require_next_state(now: DdiState, wanted: DdiState) -> None:
    """Raises DomainError if a number in one state can't be given another by hand."""
    if wanted not in NEXT_STATES[now]:
        possible = " or ".join(state.value for state in NEXT_STATES[now])
        raise DomainError(
            f"A number that is {now.value} can't become {wanted.value}.", f"Choose {possible}.", field="state"
        )
