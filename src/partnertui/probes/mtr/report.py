"""A path at one moment, as plain values: for the screen, for JSON, and as text like `mtr --report`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from partnertui.domain.safe_text import one_line
from partnertui.probes.mtr.engine import Pace
from partnertui.probes.mtr.path import Hop, Path
from partnertui.probes.mtr.sending import Method
from partnertui.probes.mtr.where import Place

SILENT = "no answer"


@dataclass(frozen=True)
class HopReport:
    """One hop: who answered, the most frequent first; loss in per cent, times in milliseconds, None where none came."""

    hop: int
    hosts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Name by host, empty where none is known."""
    loss: float = 0.0
    sent: int = 0
    received: int = 0
    last: float | None = None
    avg: float | None = None
    best: float | None = None
    worst: float | None = None
    stdev: float | None = None
    jitter: float | None = None

    @property
    def silent(self) -> bool:
        """True where nothing has answered from there."""
        return not self.received

    @property
    def lost(self) -> int:
        """Probes without an answer."""
        return round(self.loss * self.due / 100)

    @property
    def due(self) -> int:
        """Probes that are answered or given up."""
        return round(self.received / (1 - self.loss / 100)) if self.loss < 100 else self.sent

    @property
    def host(self) -> str:
        """The address that answered most; empty where none did."""
        return self.hosts[0] if self.hosts else ""


@dataclass(frozen=True)
class Refusal:
    """Somebody said that it goes no further."""

    hop: int
    host: str
    words: str
    times: int


@dataclass(frozen=True)
class Report:
    """A path as it stands; `reached` where the destination answered."""

    place: Place
    method: Method
    rounds: int
    interval: float
    size: int
    hops: tuple[HopReport, ...]
    reached: bool
    refusals: tuple[Refusal, ...] = ()


def report_of(
    place: Place, path: Path, method: Method, pace: Pace, names: Mapping[str, str], now: float | None = None
) -> Report:
    """The report; `now` in seconds of the loop's clock: without it, nothing is waited for any more."""
    hops = tuple(_hop(hop, names, now) for hop in path.shown)
    refusals = tuple(Refusal(*who, times) for who, times in path.refusals.items())
    return Report(place, method, path.rounds, pace.interval, pace.size, hops, path.reached, refusals)


def _hop(hop: Hop, names: Mapping[str, str], now: float | None) -> HopReport:
    hosts = tuple(sorted(hop.addresses, key=lambda host: -hop.addresses[host]))
    known = tuple(names.get(host, "") for host in hosts)
    loss = hop.loss(float("inf") if now is None else now)
    if not hop.figures.received:
        return HopReport(hop.ttl, loss=loss, sent=hop.sent)
    it = hop.figures
    return HopReport(
        hop.ttl, hosts, known, loss, hop.sent, it.received, it.last, it.avg, it.best, it.worst, it.stdev, it.jitter
    )  # fmt: skip


def as_json(report: Report, readings: list[str]) -> dict[str, Any]:
    """What `partnertui mtr --json` prints; times in milliseconds with three digits."""
    figures = ("last", "avg", "best", "worst", "stdev", "jitter")

    def hop(one: HopReport) -> dict[str, Any]:
        times = {name: None if (value := getattr(one, name)) is None else round(value, 3) for name in figures}
        facts = {"hop": one.hop, "hosts": list(one.hosts), "names": list(one.names), "loss": round(one.loss, 2)}
        return facts | {"sent": one.sent, "received": one.received} | times

    return {
        "target": report.place.host,
        "address": report.place.address,
        "method": report.method.value.lower(),
        "rounds": report.rounds,
        "interval": report.interval,
        "size": report.size,
        "hops": [hop(one) for one in report.hops],
        "refusals": [vars(refusal) for refusal in report.refusals],
        "reading": readings,
        "reached": report.reached,
    }


COLUMNS = (
    ("Loss%", 6, lambda hop: f"{hop.loss:.1f}%"),
    ("Snt", 5, lambda hop: str(hop.sent)),
    ("Last", 7, lambda hop: milliseconds(hop.last)),
    ("Avg", 7, lambda hop: milliseconds(hop.avg)),
    ("Best", 7, lambda hop: milliseconds(hop.best)),
    ("Wrst", 7, lambda hop: milliseconds(hop.worst)),
    ("StDev", 7, lambda hop: milliseconds(hop.stdev)),
    ("Jttr", 7, lambda hop: milliseconds(hop.jitter)),
)
"""Heading, width and text of the columns after the host, as mtr names them."""


def milliseconds(value: float | None) -> str:
    """A time with one digit; empty for none."""
    return "" if value is None else f"{value:.1f}"


def place_words(place: Place) -> str:
    """Host and address; the address alone where it is the host."""
    host = one_line(place.host)
    return host if host == place.address else f"{host} ({place.address})"


def head_words(report: Report) -> str:
    """How it was probed."""
    rounds = "1 round" if report.rounds == 1 else f"{report.rounds} rounds"
    return f"{report.method.words}, {rounds}, {report.interval:g} s apart, {report.size} bytes"


def as_text(report: Report, readings: list[str], begun: float | None = None) -> str:
    """The report as lines for a ticket; `begun` is a time of the wall clock in seconds."""
    hosts = [host_words(hop) for hop in report.hops]
    width = max([len(words) for words in hosts] + [24])
    lines = [f"Path to {place_words(report.place)}", head_words(report)]
    if begun is not None:
        lines.insert(0, f"Start: {time.strftime('%Y-%m-%dT%H:%M:%S%z', time.localtime(begun))}")
    lines.append(f"{'':4} {'Host':<{width}}" + "".join(f"{title:>{size}}" for title, size, _ in COLUMNS))
    for hop, host in zip(report.hops, hosts, strict=True):
        cells = "".join(f"{'' if hop.silent and size > 6 else text(hop):>{size}}" for _, size, text in COLUMNS)
        lines.append(f"{hop.hop:>3}. {host:<{width}}{cells}".rstrip())
        lines += [f"     {one_line(_named(*other))}" for other in list(zip(hop.hosts, hop.names, strict=True))[1:]]
    lines += [f"     {who.host} says: {who.words} ({who.times} times)" for who in report.refusals]
    return "\n".join([*lines, "", *readings]) + "\n"


def host_words(hop: HopReport) -> str:
    """Name and address of a hop."""
    return one_line(_named(hop.hosts[0], hop.names[0])) if hop.hosts else SILENT


def _named(host: str, name: str) -> str:
    return f"{name} ({host})" if name else host
