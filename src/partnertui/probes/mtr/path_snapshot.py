"""A snapshot of a path as plain values: for the screen, for JSON, and as text like `mtr --report`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from textwrap import wrap
from typing import Any

from partnertui.domain.evidence import TEXT_WIDTH
from partnertui.domain.safe_text import one_line
from partnertui.probes.mtr.path import Hop, Path
from partnertui.probes.mtr.probe_rounds import ProbeSettings
from partnertui.probes.mtr.prober_base import Method
from partnertui.probes.mtr.target_host import TargetHost

SILENT = "no answer"
TEXT_COLUMN = 6
"""Characters of a column in the text: a line with its host then fits a ticket at 80 columns."""
TEXT_HOST = TEXT_WIDTH - 6 - 8 * TEXT_COLUMN
"""Characters of the host: an IPv4 address fits; a longer name gets a line of its own above its figures."""
FOLDED = 4
"""Silent hops in a row that are folded into one line."""


@dataclass(frozen=True)
class HopReport:
    """One hop: the hosts that replied, the most frequent first; times in milliseconds, None without a reply."""

    hop: int
    hosts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Name of each host, empty when unknown."""
    sent: int = 0
    received: int = 0
    lost: int = 0
    """Probes without a reply; outstanding ones are neither lost nor received."""
    last: float | None = None
    avg: float | None = None
    best: float | None = None
    worst: float | None = None
    stdev: float | None = None
    jitter: float | None = None

    @property
    def silent(self) -> bool:
        """True if nothing has replied from there."""
        return not self.received

    @property
    def due(self) -> int:
        """Probes that are answered or lost."""
        return self.received + self.lost

    @property
    def loss(self) -> float:
        """Per cent of the due probes that are lost."""
        return 100 * self.lost / self.due if self.due else 0.0

    @property
    def host(self) -> str:
        """The address that replied most often; empty if none did."""
        return self.hosts[0] if self.hosts else ""


@dataclass(frozen=True)
class UnreachableReport:
    """A host reported that packets get no further, `times` times."""

    hop: int
    host: str
    words: str
    times: int


@dataclass(frozen=True)
class Report:
    """A path at one moment; `reached` if the destination replied."""

    target: TargetHost
    method: Method
    rounds: int
    interval: float
    size: int
    hops: tuple[HopReport, ...]
    reached: bool
    unreachable_reports: tuple[UnreachableReport, ...] = ()
    recorded: bool = False
    """True for a path that was played back: nothing was sent."""

    @property
    def method_text(self) -> str:
        """How it was probed."""
        return "recorded path, no probes sent" if self.recorded else self.method.words

    @property
    def begun(self) -> int:
        """Rounds including the one in progress."""
        return max([self.rounds, *(hop.sent for hop in self.hops[:1])])


def make_report(
    target: TargetHost,
    path: Path,
    method: Method,
    probe_settings: ProbeSettings,
    names: Mapping[str, str],
    now: float | None = None,
) -> Report:
    """Take a snapshot; `now` in seconds of the loop's clock: None counts all outstanding probes as lost."""
    hops = tuple(_hop(hop, names, now) for hop in path.shown)
    return Report(
        target, method, path.rounds, probe_settings.interval, probe_settings.size, hops, path.reached, _refusals(path)
    )


def _refusals(path: Path) -> tuple[UnreachableReport, ...]:
    """Each report once, with the nearest hop it came from."""
    found: dict[tuple[str, str], UnreachableReport] = {}
    for (hop, host, words), times in sorted(path.unreachable_reports.items()):
        first = found.setdefault((host, words), UnreachableReport(hop, host, words, 0))
        found[host, words] = replace(first, times=first.times + times)
    return tuple(found.values())


def _hop(hop: Hop, names: Mapping[str, str], now: float | None) -> HopReport:
    hosts = tuple(sorted(hop.addresses, key=lambda host: -hop.addresses[host]))
    known = tuple(names.get(host, "") for host in hosts)
    lost = hop.lost(float("inf") if now is None else now)
    if not hop.statistics.received:
        return HopReport(hop.ttl, sent=hop.sent, lost=lost)
    it = hop.statistics
    times = (it.last, it.avg, it.best, it.worst, it.stdev, it.jitter)
    return HopReport(hop.ttl, hosts, known, hop.sent, it.received, lost, *times)


def report_json(report: Report, findings: list[str]) -> dict[str, Any]:
    """The output of `partnertui mtr --json`; times in milliseconds with three decimals."""
    statistics = ("last", "avg", "best", "worst", "stdev", "jitter")

    def hop(one: HopReport) -> dict[str, object]:
        times = {name: None if (value := getattr(one, name)) is None else round(value, 3) for name in statistics}
        facts = {"hop": one.hop, "hosts": list(one.hosts), "names": list(one.names), "loss": round(one.loss, 2)}
        return facts | {"sent": one.sent, "received": one.received} | times

    return {
        "target": report.target.host,
        "address": report.target.address,
        "method": report.method.value.lower(),
        "rounds": report.rounds,
        "interval": report.interval,
        "size": report.size,
        "hops": [hop(one) for one in report.hops],
        "refusals": [vars(unreachable) for unreachable in report.unreachable_reports],
        "reading": findings,
        "reached": report.reached,
    }


COLUMNS: tuple[tuple[str, int, Callable[[HopReport], str]], ...] = (
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
    """A time with one decimal, from a second on with none; empty for None."""
    return "" if value is None else f"{value:.1f}" if value < 1000 else f"{value:.0f}"


def target_text(target: TargetHost) -> str:
    """Host and address; only the address if it was entered as such."""
    host = one_line(target.host)
    return host if host == target.address else f"{host} ({target.address})"


def settings_text(report: Report) -> str:
    """How it was probed."""
    return f"{report.method_text}, {rounds_text(report)}, {report.interval:g} s apart, {report.size} bytes"


def rounds_text(report: Report) -> str:
    """How many rounds have begun."""
    return "1 round" if report.begun == 1 else f"{report.begun} rounds"


def report_text(report: Report, findings: list[str], begun: float | None = None) -> str:
    """The report as text for a ticket; `begun` is a wall-clock time in seconds."""
    lines = [f"Path to {target_text(report.target)}", settings_text(report)]
    if begun is not None:
        lines.insert(0, f"Start: {time.strftime('%Y-%m-%dT%H:%M:%S%z', time.localtime(begun))}")
    lines.append(f"{'':5} {'Host':<{TEXT_HOST}}" + "".join(f"{title:>{TEXT_COLUMN}}" for title, _, _ in COLUMNS))
    for label, hop in rows(report):
        host = host_text(hop)
        if len(host) >= TEXT_HOST:
            lines.append(f"{label:>5} {host}")
            label = host = ""
        cells = "".join(f"{'' if hop.silent and size > 6 else text(hop):>{TEXT_COLUMN}}" for _, size, text in COLUMNS)
        lines.append(f"{label:>5} {host:<{TEXT_HOST}}{cells}".rstrip())
        lines += [f"      {other}" for other in other_hosts(hop)]
    lines += [f"      {one.host} reported {times_text(one.times)}: {one.words}" for one in report.unreachable_reports]
    findings_text = [line for words in findings for line in wrap(one_line(words, 1000), TEXT_WIDTH)]
    return "\n".join([*lines, "", *findings_text]) + "\n"


def rows(report: Report) -> Iterator[tuple[str, HopReport]]:
    """Hops with their number; several silent ones in a row are folded into one."""
    for silent, some in groupby(report.hops, lambda hop: hop.silent):
        hops = list(some)
        if silent and len(hops) >= FOLDED:
            yield f"{hops[0].hop}-{hops[-1].hop}", hops[-1]
        else:
            yield from ((f"{hop.hop}.", hop) for hop in hops)


def times_text(count: int) -> str:
    """“once” or “… times”."""
    return "once" if count == 1 else f"{count} times"


def host_text(hop: HopReport) -> str:
    """Name and address of a hop."""
    return one_line(_named(hop.hosts[0], hop.names[0])) if hop.hosts else SILENT


def other_hosts(hop: HopReport) -> list[str]:
    """Names and addresses of the hosts that replied there less often."""
    return [one_line(_named(*other)) for other in list(zip(hop.hosts, hop.names, strict=True))[1:]]


def _named(host: str, name: str) -> str:
    return f"{name} ({host})" if name else host
