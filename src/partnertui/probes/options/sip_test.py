"""One SIP test as it goes: which way, what was sent, what came, what it means."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from ipaddress import ip_network

from partnertui.config import SipTest as Settings
from partnertui.domain.errors import DomainError
from partnertui.probes.addresses import Network
from partnertui.probes.options.destination import Place
from partnertui.probes.options.events import (
    Answered,
    BadAnswer,
    Event,
    Final,
    Going,
    Refused,
    Shot,
    TimedOut,
)
from partnertui.probes.options.exchange import MOST, Exchanged
from partnertui.probes.options.links import Trust
from partnertui.probes.options.options import Manner, send_options
from partnertui.probes.options.request_client import Speaker
from partnertui.probes.options.resolving import Located, locate
from partnertui.probes.options.series import INTERVAL, NOT_THE_PHONE, send_series
from partnertui.probes.options.statistics import Figures
from partnertui.probes.options.targets import Registration, Target, direct, through, typed
from partnertui.probes.options.wording import Meaning, explain

AT_A_TIME = 8
AT_ONCE = 200
"""Phones tested at the same time, each with a socket of its own."""
ANYWHERE: tuple[Network, ...] = (ip_network("0.0.0.0/0"), ip_network("::/0"))
"""The proxy of the settings is named by the site itself and may be anywhere."""


@dataclass(frozen=True)
class Wish:
    """How to test: through a proxy or, without one, directly; over a transport of one's own choice; how often."""

    proxy: str = ""
    transport: str = ""
    count: int = 1
    interval: float = INTERVAL


@dataclass
class SipProbe:
    """A test of one phone, which `name` names; `aim` says where it goes, and raises ProbeRefused."""

    name: str
    aim: Callable[[Wish], Target]
    typed: bool = False
    """Whether a person named it at a shell: see addresses.AT_A_SHELL."""
    target: Target | None = None
    located: Located | None = None
    place: Place | None = None
    """Where it went last."""
    events: list[Event] = field(default_factory=list)
    exchanged: list[Exchanged] = field(default_factory=list)
    """Every message sent and received, retransmissions too."""
    figures: Figures = field(default_factory=Figures)
    end: Final | None = None
    meaning: Meaning | None = None
    refused: str = ""
    """Why nothing was sent."""

    @property
    def over(self) -> bool:
        """True when nothing more is to come."""
        return bool(self.refused) or self.end is not None

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
    def milliseconds(self) -> float | None:
        """How long the answer took, on average in a series; None without one."""
        if self.figures.times:
            return self.figures.average
        return self.end.milliseconds if isinstance(self.end, Answered) else None

    @property
    def outcome(self) -> str:
        """answered, untrusted, unreachable, timeout, refused, bad-answer, not-sent, or nothing while it goes on."""
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

    def keep(self, exchanged: Exchanged) -> None:
        """Keeps a message, unless there are far too many."""
        if len(self.exchanged) < MOST:
            self.exchanged.append(exchanged)

    def take(self, event: Event) -> None:
        """Notes an event."""
        self.events.append(event)
        if isinstance(event, Going):
            self.place, self.figures = event.place, Figures()
        elif isinstance(event, Shot):
            self.figures.shots.append(event)
        elif isinstance(event, Answered | TimedOut | Refused | BadAnswer) and self.target is not None:
            self.end, self.meaning = event, explain(event, self.target, self.figures)

    def stop(self, after: float = 0.0) -> None:
        """Ends it before its time, `after` seconds: what has come so far counts."""
        if self.over:
            return
        sent = sum(message.data.startswith(b"OPTIONS ") for message in self.exchanged)
        answers = [shot.end for shot in self.figures.shots if shot.end is not None]
        if answers:
            self.take(answers[-1])
        elif sent:
            self.take(TimedOut(after, sent))
        else:
            self.refused = "It was stopped before anything was sent."


def registered_phone(aor: str, contact: str, received: str | None, path: str | None) -> SipProbe:
    """A test of a registered phone."""
    registration = Registration(aor, contact, received, path)

    def aim(wish: Wish) -> Target:
        if wish.proxy:
            return through(registration, wish.proxy, wish.transport)
        return direct(registration, wish.transport)

    return SipProbe(aor, aim)


def typed_target(text: str) -> SipProbe:
    """A test of what somebody typed at a shell; raises ProbeRefused for what is no SIP address."""
    typed(text)
    return SipProbe(text, lambda wish: typed(text, wish.proxy, wish.transport), typed=True)


async def run(
    probe: SipProbe, wish: Wish, settings: Settings, changed: Callable[[], None], allow: Iterable[Network] = ()
) -> None:
    """Tests one phone and notes every event; ends with a meaning or a reason why nothing was sent.

    `allow` are networks that may be probed besides those of the settings.
    """
    begun = asyncio.get_running_loop().time()
    try:
        target = probe.target = probe.aim(wish)
        allowed = ANYWHERE if target.through_proxy and not probe.typed else (*settings.allow, *allow)
        probe.located = await locate(target.server, settings.nameservers, allowed, typed=probe.typed)
        async with aclosing(_events(probe, target, wish, settings)) as events:  # type: ignore[type-var]
            async for event in events:
                probe.take(event)
                changed()
    except asyncio.CancelledError:
        probe.stop(asyncio.get_running_loop().time() - begun)
        raise
    except DomainError as error:
        probe.refused = f"{error} {error.advice}".strip()
        changed()


def _events(probe: SipProbe, target: Target, wish: Wish, settings: Settings) -> AsyncIterator[Event]:
    assert probe.located is not None
    places = probe.located.places
    manner = Manner(settings.deadline, Speaker(settings.from_address), Trust(settings.tls_verify, settings.tls_ca))
    if wish.count > 1:
        return send_series(target, places, manner, wish.count, wish.interval, probe.keep)
    return send_options(target, places, manner, probe.keep)


async def run_all(
    probes: Sequence[SipProbe],
    wish: Wish,
    settings: Settings,
    changed: Callable[[], None],
    ended: Callable[[int], None] = lambda count: None,
    allow: Iterable[Network] = (),
) -> None:
    """Tests many phones at the same time, AT_ONCE at most; `ended` hears how many are over."""
    gate, over, allowed = asyncio.Semaphore(AT_ONCE), 0, tuple(allow)

    async def one(probe: SipProbe) -> None:
        nonlocal over
        async with gate:
            await run(probe, wish, settings, changed, allowed)
        over += 1
        ended(over)

    async with asyncio.TaskGroup() as group:
        for number, probe in enumerate(probes, 1):
            group.create_task(one(probe))
            if number % AT_A_TIME == 0:  # whoever else uses the loop has a turn, too
                await asyncio.sleep(0)
