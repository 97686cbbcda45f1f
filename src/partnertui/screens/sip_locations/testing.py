"""One SIP test as it goes: what was sent, what came, what it means. Knows no terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from partnertui.config import SipTest as Settings
from partnertui.domain.errors import DomainError
from partnertui.kit.jobs import in_thread
from partnertui.kit.kinds import Row
from partnertui.kit.safe_text import one_line
from partnertui.probes.events import Answered, BadAnswer, Event, Provisional, Refused, Retransmitted, Sent, TimedOut
from partnertui.probes.options import send_options
from partnertui.probes.options_words import Meaning, explain
from partnertui.probes.targets import Registration, Target, address_of, direct, through


@dataclass
class Probe:
    """A test of one phone."""

    row: Row
    target: Target | None = None
    events: list[Event] = field(default_factory=list)
    meaning: Meaning | None = None
    refused: str = ""
    """Why nothing was sent."""

    @property
    def role(self) -> str:
        """The colour of how it stands."""
        return "warn" if self.refused else self.meaning.role if self.meaning is not None else "muted"

    @property
    def words(self) -> str:
        """How it stands, in a few words."""
        if self.refused:
            return self.refused
        return self.meaning.headline if self.meaning is not None else "waiting for an answer …"

    @property
    def rank(self) -> tuple[int, float]:
        """The dead and the slow come first."""
        last = self.events[-1] if self.events else None
        slow = last.milliseconds if isinstance(last, Answered) else 0.0
        return {"bad": 0, "warn": 1, "muted": 2}.get(self.role, 3), -slow


async def run(probe: Probe, settings: Settings, changed: Callable[[], None]) -> None:
    """Sends the OPTIONS and notes every event; ends with a meaning or a reason why nothing was sent."""
    row = probe.row
    registration = Registration(row["aor"], row["contact"] or "", row["received"], row["path"])
    try:
        target = through(registration, settings.proxy) if settings.proxy else direct(registration)
        probe.target = target
        address = await in_thread(lambda: address_of(target, settings.allow))
        async for event in send_options(target, address, deadline=settings.deadline, from_uri=settings.from_address):
            probe.events.append(event)
            if event.final:
                probe.meaning = explain(event, target)  # type: ignore[arg-type]
            changed()
    except DomainError as error:
        probe.refused = f"{error} {error.advice}".strip()
        changed()


def event_words(event: Event) -> tuple[str, str, str]:
    """When, what and its colour role, as one line of the log."""
    match event:
        case Sent():
            return "0 ms", "OPTIONS sent", ""
        case Retransmitted(number, after):
            return f"{after * 1000:.0f} ms", f"sent again, for the {number}. time", "warn"
        case Provisional(status, reason, after):
            return f"{after * 1000:.0f} ms", f"{status} {one_line(reason)}", "muted"
        case Answered():
            role = "good" if event.status < 300 else "warn"
            return f"{event.milliseconds:.0f} ms", f"{event.status} {one_line(event.reason)}", role
        case TimedOut(after, sent):
            return f"{after * 1000:.0f} ms", f"no answer to {sent} requests", "bad"
        case Refused(_, words, after):
            return f"{after * 1000:.0f} ms", one_line(words), "bad"
        case BadAnswer(why, after):
            return f"{after * 1000:.0f} ms", one_line(why), "bad"
