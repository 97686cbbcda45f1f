"""SipProbe: the running test of one phone: destination, messages, outcome and its interpretation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from ipaddress import ip_network

from partnertui.config import SipTest as Settings
from partnertui.domain.errors import DomainError
from partnertui.probes.allowed_addresses import Network
from partnertui.probes.sip_options.connections import TlsTrust
from partnertui.probes.sip_options.destination import Destination
from partnertui.probes.sip_options.events import (
    Answered,
    BadAnswer,
    DestinationChosen,
    Event,
    Final,
    Refused,
    SeriesResult,
    TimedOut,
)
from partnertui.probes.sip_options.interpretation import Interpretation, interpret
from partnertui.probes.sip_options.message_log import MAX_MESSAGES, LoggedMessage
from partnertui.probes.sip_options.registration_target import (
    Registration,
    Target,
    direct_target,
    proxied_target,
    target_from_text,
)
from partnertui.probes.sip_options.request import Identity
from partnertui.probes.sip_options.resolver import Resolution, resolve_server
from partnertui.probes.sip_options.series import INTERVAL, NOT_THE_PHONE, send_series
from partnertui.probes.sip_options.series_statistics import SeriesStatistics
from partnertui.probes.sip_options.transaction import ProbeOptions, send_options

ANSWERED, NO_ANSWER, NOT_TESTED = "answered", "no answer", "not tested"
STATES = {"answered": ANSWERED, "untrusted": ANSWERED, "not-sent": NOT_TESTED}
"""The state of a phone by the outcome of its test; of all other outcomes, NO_ANSWER."""
ANYWHERE: tuple[Network, ...] = (ip_network("0.0.0.0/0"), ip_network("::/0"))
"""The configured proxy may be at any address: the site itself names it."""


@dataclass(frozen=True)
class ProbePlan:
    """How to test: through `proxy` if set, otherwise directly; over `transport` if set; how often."""

    proxy: str = ""
    transport: str = ""
    count: int = 1
    interval: float = INTERVAL


@dataclass
class SipProbe:
    """A test of the phone called `name`; `make_target` returns its target and raises ProbeRefused."""

    name: str
    make_target: Callable[[ProbePlan], Target]
    user: str = ""
    """Who has the phone, by name."""
    planned: int = 1
    """Requests of the plan."""
    from_shell: bool = False
    """True when a person typed the target at a shell: see addresses.AT_A_SHELL."""
    target: Target | None = None
    resolution: Resolution | None = None
    destination: Destination | None = None
    """The destination tried last."""
    events: list[Event] = field(default_factory=list)
    exchanged: list[LoggedMessage] = field(default_factory=list)
    """Every message sent and received, retransmissions included."""
    statistics: SeriesStatistics = field(default_factory=SeriesStatistics)
    end: Final | None = None
    meaning: Interpretation | None = None
    refused: str = ""
    """Why nothing was sent; empty otherwise."""

    @property
    def over(self) -> bool:
        """True once the test has ended."""
        return bool(self.refused) or self.end is not None

    @property
    def role(self) -> str:
        """The colour role of the current state."""
        return "warn" if self.refused else self.meaning.role if self.meaning is not None else "muted"

    @property
    def words(self) -> str:
        """The current state in a few words."""
        if self.refused:
            return self.refused
        if self.meaning is not None:
            return self.meaning.headline
        return self._so_far if self.statistics.results else "waiting for a response …"

    @property
    def _so_far(self) -> str:
        """What a series that is still running has found."""
        statistics = self.statistics
        ended, answered = len(statistics.results), len(statistics.times)
        lost = f", {ended - answered} lost" if ended > answered else ""
        took = f", {statistics.average:.0f} ms on average" if answered else ""
        return f"{ended} of {self.planned} requests so far: {answered} answered{lost}{took}"

    @property
    def state(self) -> str:
        """`answered`, whatever it answered; `no answer`; `not tested`, where nothing was sent; empty while it runs."""
        return STATES.get(self.outcome, NO_ANSWER) if self.over else ""

    @property
    def milliseconds(self) -> float | None:
        """Response time, the average in a series; None without a response."""
        if self.statistics.times:
            return self.statistics.average
        return self.end.milliseconds if isinstance(self.end, Answered) else None

    @property
    def outcome(self) -> str:
        """answered, untrusted, unreachable, timeout, refused, bad-answer or not-sent; empty while it runs."""
        if self.refused:
            return "not-sent"
        match self.end:
            case Answered() if self.end.status in NOT_THE_PHONE:
                return "unreachable"
            case Answered():
                return "untrusted" if self.end.untrusted else "answered"
            case TimedOut():
                return "timeout"
            case Refused():
                return "not-sent" if self.end.kind == "local" else "refused"
            case BadAnswer():
                return "bad-answer"
        return ""

    def record_message(self, exchanged: LoggedMessage) -> None:
        """Record a message, up to MAX_MESSAGES."""
        if len(self.exchanged) < MAX_MESSAGES:
            self.exchanged.append(exchanged)

    def take(self, event: Event) -> None:
        """Record an event."""
        self.events.append(event)
        if isinstance(event, DestinationChosen):
            self.destination, self.statistics = event.destination, SeriesStatistics()
        elif isinstance(event, SeriesResult):
            self.statistics.results.append(event)
        elif isinstance(event, Answered | TimedOut | Refused | BadAnswer) and self.target is not None:
            self.end, self.meaning = event, interpret(event, self.target, self.statistics)

    def stop(self, after: float = 0.0) -> None:
        """Stop early, `after` seconds: responses so far count."""
        if self.over:
            return
        sent = sum(message.data.startswith(b"OPTIONS ") for message in self.exchanged)
        answers = [result.end for result in self.statistics.results if result.end is not None]
        if answers:
            self.take(answers[-1])
        elif sent:
            self.take(TimedOut(after, sent))
        else:
            self.refused = "Stopped before anything was sent."


def probe_of_registration(aor: str, contact: str, received: str | None, path: str | None) -> SipProbe:
    """A test of a registered phone."""
    registration = Registration(aor, contact, received, path)

    def make_target(plan: ProbePlan) -> Target:
        if plan.proxy:
            return proxied_target(registration, plan.proxy, plan.transport)
        return direct_target(registration, plan.transport)

    return SipProbe(aor, make_target)


def probe_from_text(text: str) -> SipProbe:
    """A test of a target typed at a shell. Raises ProbeRefused when it isn't a valid SIP address."""
    target_from_text(text)
    return SipProbe(text, lambda plan: target_from_text(text, plan.proxy, plan.transport), from_shell=True)


async def run(
    probe: SipProbe, plan: ProbePlan, settings: Settings, changed: Callable[[], None], allow: Iterable[Network] = ()
) -> None:
    """Test one phone and record every event; ends with an interpretation, or with the reason why nothing was sent.

    `allow` are networks that may be probed in addition to the configured ones.
    """
    begun = asyncio.get_running_loop().time()
    probe.planned = plan.count
    try:
        target = probe.target = probe.make_target(plan)
        allowed = ANYWHERE if target.through_proxy and not probe.from_shell else (*settings.allow, *allow)
        probe.resolution = await resolve_server(
            target.server, settings.nameservers, allowed, from_shell=probe.from_shell
        )
        # Without aclosing, a cancelled loop would leave the generator to the collector, and its connection open until
        # then.
        async with aclosing(_events(probe, target, plan, settings)) as events:
            async for event in events:
                probe.take(event)
                changed()
    except asyncio.CancelledError:
        probe.stop(asyncio.get_running_loop().time() - begun)
        raise
    except DomainError as error:
        probe.refused = f"{error} {error.advice}".strip()
        changed()


def _events(probe: SipProbe, target: Target, plan: ProbePlan, settings: Settings) -> AsyncGenerator[Event, None]:
    assert probe.resolution is not None
    destinations = probe.resolution.destinations
    probe_options = ProbeOptions(
        settings.deadline, Identity(settings.from_address), TlsTrust(settings.tls_verify, settings.tls_ca)
    )
    if plan.count > 1:
        return send_series(target, destinations, probe_options, plan.count, plan.interval, probe.record_message)
    return send_options(target, destinations, probe_options, probe.record_message)
