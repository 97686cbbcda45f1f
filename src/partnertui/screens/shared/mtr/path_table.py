"""Text of an MTR test: a table of hops whose columns fit the width, then the findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from partnertui.domain.symbols import Symbols
from partnertui.kit.declare.styled_line import BLANK, Line, Piece
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import title_line, wrapped
from partnertui.kit.widgets.table.painter import fit
from partnertui.probes.mtr.findings import Finding, findings_of
from partnertui.probes.mtr.findings.examined_path import PathView
from partnertui.probes.mtr.findings.loss import LOSS_LEVELS
from partnertui.probes.mtr.path_snapshot import (
    SILENT,
    HopReport,
    Report,
    host_text,
    milliseconds,
    other_hosts,
    rows,
    times_text,
)

NUMBER = 6
LEAST_HOST = 17


@dataclass(frozen=True)
class Column:
    """A column of the table: heading, width, text, and rank (the highest ranks are dropped first)."""

    title: str
    cells: int
    text: Callable[[HopReport], str]
    rank: int


COLUMNS = (
    Column("Loss", 6, lambda hop: f"{hop.loss:.0f}%" if hop.due else "", 0),
    Column("Sent", 5, lambda hop: str(hop.sent), 3),
    Column("Rcvd", 5, lambda hop: str(hop.received), 8),
    Column("Last", 7, lambda hop: milliseconds(hop.last), 4),
    Column("Avg", 7, lambda hop: milliseconds(hop.avg), 1),
    Column("Best", 7, lambda hop: milliseconds(hop.best), 5),
    Column("Worst", 7, lambda hop: milliseconds(hop.worst), 2),
    Column("StDev", 7, lambda hop: milliseconds(hop.stdev), 7),
    Column("Jitter", 7, lambda hop: milliseconds(hop.jitter), 6),
)


def fitting(width: int, host: int) -> list[Column]:
    """The columns that fit beside a host of this width."""
    chosen = list(COLUMNS)
    host = max(LEAST_HOST, host)
    while len(chosen) > 3 and NUMBER + host + sum(column.cells for column in chosen) > width:
        chosen.remove(max(chosen, key=lambda column: column.rank))
    return chosen


def path_lines(report: Report, width: int, symbols: Symbols, *, named: bool) -> list[Line]:
    """The table: a line per hop, and one for each other host that replied there."""
    view = PathView(report)
    quiet = {hop.hop for hop in view.rate_limited} | view.refusing
    bare = max((len(host) for hop in report.hops for host in hop.hosts), default=0)
    columns = fitting(width, bare)
    room = width - NUMBER - sum(column.cells for column in columns)
    lines = [_heading(columns, room)]
    for label, hop in rows(report):
        role = "muted" if hop.hop in quiet else loss_role(hop)
        host = fit(host_of(hop, room - 1, named), room, "left", symbols.cut)
        lines.append(_row(hop, label.removesuffix("."), host, columns, role))
        others = other_hosts(hop) if named else hop.hosts[1:]
        lines += [_aside(f"also {other}", width, symbols) for other in others]
    for who in report.unreachable_reports:
        lines.append(_aside(f"{who.host} reported {times_text(who.times)}: {who.words}", width, symbols, "warn"))
    return [*lines, BLANK, title_line("What it means", width, symbols.line), *finding_lines(findings_of(report), width)]


def _heading(columns: Sequence[Column], room: int) -> Line:
    cells = "".join(f"{column.title:>{column.cells}}" for column in columns)
    return Line(((f"{'Hop':>{NUMBER - 2}}  {'Host':<{room}}{cells}", "key"),))


def _row(hop: HopReport, number: str, host: str, columns: Sequence[Column], loss: str) -> Line:
    """The cells of a hop; `loss` is the colour role of its loss."""
    look = "muted" if hop.silent else "value"
    pieces: list[Piece] = [(f"{number:>{NUMBER - 2}}  ", "muted"), (host, look)]
    pieces += [(f"{column.text(hop):>{column.cells}}", loss if column.title == "Loss" else look) for column in columns]
    copied = " ".join(text.strip() for text, _ in pieces)
    return Line(tuple(pieces), copy=copied, name=hop.host)


def loss_role(hop: HopReport) -> str:
    """The colour role of a hop's loss; a hop that never replies is muted."""
    if hop.silent:
        return "muted"
    heard = next((role for least, role, _ in LOSS_LEVELS if least and hop.loss >= least), "good")
    return heard if hop.due else "muted"


def host_of(hop: HopReport, room: int, named: bool) -> str:
    """Name and address if they fit, otherwise the name; only the address if names are off."""
    if hop.silent:
        return SILENT
    name = one_line(hop.names[0])
    if not named or not name:
        return hop.host
    whole = host_text(hop)
    return whole if cell_len(whole) <= room else name


def _aside(text: str, width: int, symbols: Symbols, role: str = "muted") -> Line:
    return Line(((" " * NUMBER, ""), (fit(one_line(text), width - NUMBER, "left", symbols.cut), role)))


def finding_lines(findings: Sequence[Finding], width: int) -> list[Line]:
    """Findings in their colours, advice below each."""
    lines: list[Line] = []
    for finding in findings:
        lines += wrapped(finding.text, width, finding.role)
        lines += wrapped(finding.advice, width, "muted", "  ") if finding.advice else []
    return lines
