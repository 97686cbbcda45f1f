"""A document's amounts, and whether they add up to the cent; the official rules tolerate 1.00 of VAT."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTHING = Decimal(0)


@dataclass(frozen=True)
class LineFigures:
    """A line; `allowances` are taken off, less charges."""

    name: str
    quantity: Decimal
    price: Decimal
    allowances: Decimal
    net: Decimal
    category: str
    rate: Decimal


@dataclass(frozen=True)
class GroupFigures:
    """VAT of one category and rate."""

    category: str
    rate: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Figures:
    """All figures of a document in units of its currency, as Factur-X has them: a credit note's are above zero."""

    currency: str
    places: int
    is_credit_note: bool
    lines: tuple[LineFigures, ...]
    groups: tuple[GroupFigures, ...]
    line_total: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    paid: Decimal
    due: Decimal
    allowances: tuple[GroupFigures, ...] = ()
    """Taken off the document as a whole, by category and rate; charges are below zero. They have no tax."""
    rounding: Decimal = NOTHING


def disagreements(figures: Figures) -> Iterator[str]:
    """A sentence for every sum that isn't exact."""
    yield from _lines(figures)
    yield from _groups(figures)
    off = sum((entry.net for entry in figures.allowances), NOTHING)
    checks = (
        ("The lines come to", sum((line.net for line in figures.lines), NOTHING), "sum of lines", figures.line_total),
        ("Lines less allowances come to", figures.line_total - off, "total excluding VAT", figures.net),
        (
            "VAT at all rates comes to",
            sum((group.tax for group in figures.groups), NOTHING),
            "total VAT",
            figures.tax,
        ),
        ("Net and VAT come to", figures.net + figures.tax, "total including VAT", figures.gross),
        (
            "The total less the amount paid leaves",
            figures.gross - figures.paid + figures.rounding,
            "amount due",
            figures.due,
        ),
    )
    for what, expected, name, found in checks:
        if expected != found:
            yield f"{what} {_shown(expected, figures)}, but the {name} is given as {_shown(found, figures)}."


def _lines(figures: Figures) -> Iterator[str]:
    for line in figures.lines:
        expected = _rounded(line.quantity * line.price - line.allowances, figures.places)
        if expected != line.net:
            less = f" less {_shown(line.allowances, figures)}" if line.allowances else ""
            yield (
                f"{line.name}: {line.quantity.normalize():f} at {line.price.normalize():f}{less} is "
                f"{_shown(expected, figures)}, but the line says {_shown(line.net, figures)}."
            )


def _groups(figures: Figures) -> Iterator[str]:
    nets: dict[tuple[str, Decimal], Decimal] = {}
    counts: Counter[tuple[str, Decimal]] = Counter()
    for line in figures.lines:
        key = (line.category, line.rate)
        nets[key] = nets.get(key, NOTHING) + line.net
        counts[key] += 1
    for entry in figures.allowances:
        key = (entry.category, entry.rate)
        nets[key] = nets.get(key, NOTHING) - entry.net
    for group in figures.groups:
        key = (group.category, group.rate)
        name = f"VAT {group.category} {group.rate.normalize():f}%"
        net = nets.pop(key, None)
        if net != group.net:
            yield f"{name}: its lines come to {_shown(net or NOTHING, figures)}, not {_shown(group.net, figures)}."
        expected = _rounded(group.net * group.rate / 100, figures.places)
        most = counts[key] + 1 if figures.is_credit_note and group.rate else 0
        slack = most * Decimal(1).scaleb(-figures.places)
        if abs(expected - group.tax) > slack:  # a credit note may carry the rest of its lines, and of refunds before it
            yield (
                f"{name}: VAT on {_shown(group.net, figures)} is {_shown(expected, figures)}, "
                f"not {_shown(group.tax, figures)}."
            )
    for category, rate in nets:
        yield f"VAT {category} {rate.normalize():f}% has lines, but no total."


def _rounded(value: Decimal, places: int) -> Decimal:
    """Half away from zero."""
    with localcontext() as context:
        # A number may have 40 digits, and quantize raises beyond the precision, which is 28 by default.
        context.prec = 60
        return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _shown(value: Decimal, figures: Figures) -> str:
    return f"{value:.{figures.places}f} {figures.currency}"
