"""Service levels: when a ticket's first answer and solution are due, with an explanation.

First answer and solution are counted apart, both from when the ticket was made, in business time. While the ticket
waits for the customer or a third party the clock stands still; the pause is added to what is still due.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from partnertui.domain.business_hours import ROUND_THE_CLOCK, BusinessHours
from partnertui.domain.ticket_enums import CLOCK_PAUSED, TicketState


@dataclass(frozen=True)
class Terms:
    """What is promised: time to the first answer and to the solution, and how long before it a warning starts."""

    first_answer: timedelta
    solution: timedelta
    warn: timedelta = timedelta(hours=1)
    hours: BusinessHours = ROUND_THE_CLOCK


@dataclass(frozen=True)
class SlaClock:
    """The clock of one ticket."""

    created: datetime
    first_answered: datetime | None = None
    paused_since: datetime | None = None
    paused: timedelta = timedelta()
    """Business time of the pauses that have ended."""
    first_answer_due: datetime | None = None
    solution_due: datetime | None = None

    @property
    def due(self) -> datetime | None:
        """What runs now: the first answer until there is one, then the solution."""
        return self.first_answer_due if self.first_answered is None else self.solution_due

    def promise(self, terms: Terms) -> SlaClock:
        """The clock under these terms; a first answer that was given keeps its due time."""
        first, solution = (
            terms.hours.add(self.created, span + self.paused) for span in (terms.first_answer, terms.solution)
        )
        if self.first_answered is not None and self.first_answer_due is not None:
            first = self.first_answer_due
        return replace(self, first_answer_due=first, solution_due=solution)

    def change_state(self, old: TicketState, new: TicketState, now: datetime, hours: BusinessHours) -> SlaClock:
        """The clock after a change of state: pausing notes the time, going on moves the due times by the pause."""
        if (old in CLOCK_PAUSED) == (new in CLOCK_PAUSED):
            return self
        if new in CLOCK_PAUSED:
            return replace(self, paused_since=now)
        if self.paused_since is None:
            return self
        pause = hours.between(self.paused_since, now)
        first = (
            self.first_answer_due if self.first_answered is not None else _later(self.first_answer_due, pause, hours)
        )
        return replace(
            self,
            paused_since=None,
            paused=self.paused + pause,
            first_answer_due=first,
            solution_due=_later(self.solution_due, pause, hours),
        )

    def left(self, now: datetime, hours: BusinessHours) -> timedelta | None:
        """Business time until the promise is broken, below zero when it is; None without a promise."""
        if self.due is None:
            return None
        at = self.paused_since or now
        return hours.between(at, self.due) if at <= self.due else -hours.between(self.due, at)


def _later(due: datetime | None, pause: timedelta, hours: BusinessHours) -> datetime | None:
    return None if due is None else hours.add(due, pause)


@dataclass(frozen=True)
class CountedDay:
    """A day on the way to a due time: how much of it counted, and why it had other hours than usual."""

    day: date
    counted: timedelta
    paused: timedelta
    reason: str


def counted_days(
    start: datetime, due: datetime, pauses: tuple[tuple[datetime, datetime], ...], hours: BusinessHours
) -> list[CountedDay]:
    """What each local day added on the way from `start` to `due`; what lay in a pause is apart."""
    found: list[CountedDay] = []
    day, last = start.astimezone(hours.zone).date(), due.astimezone(hours.zone).date()
    while day <= last:
        told = hours.day(day)
        total = paused = timedelta()
        for opens, closes in told.spans:
            opens, closes = max(opens, start), min(closes, due)
            if closes <= opens:
                continue
            total += closes - opens
            paused += sum(
                (max(min(closes, end) - max(opens, begin), timedelta()) for begin, end in pauses), timedelta()
            )
        reason = told.reason or ("" if told.spans else "day off")
        found.append(CountedDay(day, total - paused, paused, reason))
        day += timedelta(days=1)
    return found
