"""VAT of a credit note: how much of each rate is given back, within what is left of the invoice.

Each refund is rounded once, on its total, and so is the invoice; by rate, the cents of rounding have to end exactly
where the invoice is, too. So what earlier credit notes left of a rate limits what the next one takes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from partnertui.domain.money import from_smallest, rounded
from partnertui.domain.refunds import MOST_ROUNDING

if TYPE_CHECKING:
    from partnertui.domain.billing_enums import TaxCategory
    from partnertui.invoices.document import Document


def left_by_rate(invoice: Document, notes: Iterable[Document]) -> dict[tuple[TaxCategory, int], tuple[int, int]]:
    """Net and VAT that credit notes leave of an invoice, by category and rate, in the invoice's order."""
    left = {(group.category, group.rate): (group.net, group.tax) for group in invoice.groups}
    for note in notes:
        for group in note.groups:
            net, tax = left.get((group.category, group.rate), (0, 0))
            left[group.category, group.rate] = (net + group.net, tax + group.tax)
    return left


def shares(exact: Sequence[int], total: int, most: Sequence[int], currency: str) -> list[int] | None:
    """Amounts in whole smallest units that come to the total, each between nothing and the most of it.

    Each is as near to the exact amount as can be; one of which nothing is wanted is only taken if all others are at
    their most. None where that is more than rounding explains.
    """
    smallest = from_smallest(1, currency)
    found = [max(0, min(rounded(amount, currency), limit)) for amount, limit in zip(exact, most, strict=True)]
    rest = total - sum(found)
    if rest % smallest or abs(rest) > len(found) * MOST_ROUNDING * smallest:
        return None
    sign = 1 if rest > 0 else -1
    for _ in range(abs(rest) // smallest):
        room = [at for at, amount in enumerate(found) if 0 <= amount + sign * smallest <= most[at]]
        if not room:
            return None
        best = min(room, key=lambda at: (not exact[at], sign * (found[at] - exact[at]), at))
        found[best] += sign * smallest
    is_near = all(abs(a - b) <= MOST_ROUNDING * smallest for a, b in zip(found, exact, strict=True))
    return found if is_near else None
