"""Computes refunds: amount and tax per line, with rounding differences assigned to lines.

A sale's `amount` and `tax` are rounded once, on its total; its lines may be exact to the millionth. So each refund pays
what the refunded lines sum up to so far, rounded, less what was paid before: the last one ends at the amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from partnertui.domain import reasons
from partnertui.domain.billing_enums import PaymentState
from partnertui.domain.decline_codes import decline_words
from partnertui.domain.errors import DomainError
from partnertui.domain.money import divided, example_amount, format_money, from_smallest, rounded, to_smallest

REFUNDABLE = (PaymentState.COMPLETED, PaymentState.PART_REFUNDED)
"""States of a transaction or payment that money can go back of."""
MOST_ROUNDING = 5
"""Smallest units by which rounding can part a sale from its lines, where refunds between others were taken back."""


class RefundState(StrEnum):
    """State of a refund."""

    WAITING = "waiting for approval"
    PENDING = "pending"
    BY_HAND = "by hand"
    UNKNOWN = "unknown"
    COMPLETED = "completed"
    FAILED = "failed"
    REJECTED = "rejected"


UNSETTLED = (RefundState.PENDING, RefundState.UNKNOWN)
"""States whose outcome the gateway knows."""
OPEN = (RefundState.WAITING, RefundState.BY_HAND, *UNSETTLED)
"""States in which somebody or something still has to act."""


class RefundScope(StrEnum):
    """What is refunded."""

    FULL = "full"
    ITEMS = "items"
    AMOUNT = "amount"


@dataclass(frozen=True)
class SoldLine:
    """A line of a sale with what was given back of it, in micro-units; `total` and `refunded` are net."""

    id: int
    description: str
    total: int
    tax: int
    refunded: int = 0
    refunded_tax: int = 0
    is_credit: bool = False

    @property
    def left(self) -> int:
        """What is left of it, with tax."""
        return self.total + self.tax - self.refunded - self.refunded_tax


@dataclass(frozen=True)
class Sale:
    """A transaction with its lines; `refunded` is gross, as `amount` is."""

    amount: int
    tax: int
    refunded: int
    refunded_tax: int
    currency: str
    lines: tuple[SoldLine, ...]

    @property
    def left(self) -> int:
        """What can still be refunded."""
        return self.amount - self.refunded


@dataclass(frozen=True)
class Wanted:
    """What the agent asked for; `amount` with items is an amount within them."""

    scope: RefundScope
    items: tuple[int, ...] = ()
    amount: int | None = None


@dataclass(frozen=True)
class Returned:
    """What goes back of a line."""

    line: SoldLine
    net: int
    tax: int

    @property
    def gross(self) -> int:
        """Both."""
        return self.net + self.tax


@dataclass(frozen=True)
class RefundPlan:
    """What a refund pays: `amount` with `tax` in it, by line; `rounding` says who gets which cent, and why."""

    amount: int
    tax: int
    lines: tuple[Returned, ...]
    rounding: str = ""

    @property
    def credit(self) -> int:
        """What is taken off the customer's PSTN credit: credit is sold net."""
        return sum(part.net for part in self.lines if part.line.is_credit)


def refund_refusal(state: str, amount: int, refunded: int, failure_code: str | None = None) -> str:
    """Why a transaction can't be refunded, or ""."""
    if amount <= 0:
        return "this is itself a refund or a negative adjustment" if amount < 0 else "nothing was paid"
    if state == PaymentState.PENDING:
        return "this transaction is pending: nothing has been paid yet"
    if state == PaymentState.FAILED:
        words = decline_words(failure_code)
        return f"this transaction failed{f' ({words})' if words else ''}: nothing was paid"
    if state == PaymentState.REFUNDED or refunded >= amount:
        return "it has already been refunded in full"
    return ""


def checked_reason(reason: str | None) -> str:
    """The reason on one line; raises DomainError without one, or for one that is too long."""
    return reasons.checked_reason(reason, "It is stored with the refund.")


def plan_refund(sale: Sale, wanted: Wanted) -> RefundPlan:
    """What a refund pays. Raises DomainError, with the field, for more than is left or no amount of the currency."""
    if sale.left <= 0:
        raise DomainError("It has already been refunded in full.")
    amount, currency = _checked_amount(sale, wanted), sale.currency
    open_lines = [line for line in sale.lines if line.left or line.total - line.refunded]
    if wanted.scope is RefundScope.FULL or (wanted.scope is RefundScope.AMOUNT and amount == sale.left):
        return _paid(sale, [_whole(line) for line in open_lines], sale.left)
    if wanted.scope is RefundScope.AMOUNT:
        assert amount is not None
        return _paid(sale, _within([line for line in open_lines if line.left > 0], amount, currency), amount)
    chosen = [line for line in open_lines if line.id in set(wanted.items) and line.left > 0]
    if not chosen:
        raise DomainError("No item is chosen.", field="items", advice="Choose the items to refund.")
    all_of_them = [_whole(line) for line in chosen]
    most = _whole_amount(sale, all_of_them)
    if most > sale.left and amount in (None, most):
        raise _too_much(sale, "items")
    if sale.left == (most if amount is None else amount):  # what rounding left of other lines goes with it
        return _paid(sale, [_whole(line) for line in open_lines], sale.left)
    if amount is None or amount == most:
        return _paid(sale, all_of_them, most)
    if amount > most:
        raise DomainError(
            f"These items have only {format_money(most, currency)} left to refund.",
            field="amount",
            advice="Enter a smaller amount, or leave it empty.",
        )
    return _paid(sale, _within(chosen, amount, currency), amount)


def _checked_amount(sale: Sale, wanted: Wanted) -> int | None:
    amount = wanted.amount if wanted.scope is not RefundScope.FULL else None
    example = f"Enter an amount such as {example_amount(sale.currency)}."
    if amount is None:
        if wanted.scope is RefundScope.AMOUNT:
            raise DomainError("An amount is required.", field="amount", advice=example)
        return None
    if amount <= 0:
        raise DomainError("The amount must be greater than zero.", field="amount", advice=example)
    if from_smallest(to_smallest(amount, sale.currency), sale.currency) != amount:
        least = format_money(from_smallest(1, sale.currency), sale.currency)
        raise DomainError(f"Amounts in {sale.currency} are multiples of {least}.", field="amount")
    if amount > sale.left:
        raise _too_much(sale, "amount")
    return amount


def _too_much(sale: Sale, field: str) -> DomainError:
    left = format_money(sale.left, sale.currency)
    return DomainError(
        f"Only {left} of this payment is left to refund.", field=field, advice="Enter that much or less."
    )


def _whole(line: SoldLine) -> Returned:
    return Returned(line, line.total - line.refunded, line.tax - line.refunded_tax)


def _explained(sale: Sale) -> bool:
    """Whether what was refunded before is what the lines say, but for rounding; other programs may have left it out."""
    exact = sum(line.refunded + line.refunded_tax for line in sale.lines)
    return abs(sale.refunded - exact) < from_smallest(MOST_ROUNDING, sale.currency)


def _whole_amount(sale: Sale, parts: Sequence[Returned]) -> int:
    """What whole lines pay: all refunded so far and these, rounded once, less what was paid before."""
    taken = sum(part.gross for part in parts)
    if not _explained(sale):
        return rounded(taken, sale.currency)
    before = sum(line.refunded + line.refunded_tax for line in sale.lines)
    if _ends(sale, parts):
        return sale.left
    return rounded(before + taken, sale.currency) - sale.refunded


def _ends(sale: Sale, parts: Sequence[Returned]) -> bool:
    """Whether nothing is left of any line after this."""
    return sum(line.left for line in sale.lines) == sum(part.gross for part in parts)


def _paid(sale: Sale, parts: Sequence[Returned], amount: int) -> RefundPlan:
    parts = [part for part in parts if part.net or part.tax]
    if amount <= 0:
        raise DomainError("What is left of these items rounds to zero.", field="items")
    tax_left = sale.tax - sale.refunded_tax
    if amount == sale.left:
        tax = tax_left
    else:
        before, taken = sum(line.refunded_tax for line in sale.lines), sum(part.tax for part in parts)
        is_explained = abs(before - sale.refunded_tax) < from_smallest(MOST_ROUNDING, sale.currency)
        exact = before + taken - sale.refunded_tax if is_explained else taken
        tax = rounded(exact, sale.currency)
    net_left = sale.left - tax_left  # a refund of neither net amount nor tax may take more than there is
    tax = max(0, amount - net_left, min(tax, tax_left, amount))
    return RefundPlan(amount, tax, tuple(parts), _rounding(sale, parts, amount))


def _rounding(sale: Sale, parts: Sequence[Returned], amount: int) -> str:
    """Which cent rounding leaves, and who gets it; "" where there is none."""
    currency = sale.currency
    taken = sum(part.gross for part in parts)
    alone = sum(rounded(part.gross, currency) for part in parts)
    shown, total = format_money(amount, currency), format_money(sale.amount, currency)
    if alone != amount and taken != amount:
        which = f"“{parts[0].line.description}” alone" if len(parts) == 1 else "Rounded one by one, these items"
        cent, more = format_money(abs(alone - amount), currency), "less" if amount < alone else "more"
        return (
            f"{which} would come to {format_money(alone, currency)}. {shown} is refunded, {cent} {more}, because VAT"
            f" was rounded once, on the total: all refunds of this sale add up to {total}."
        )
    if taken != amount:
        exact = format_money(taken, currency, exact=True)
        return f"Exactly {exact}, rounded to {shown}; later refunds even this out, so that all of them total {total}."
    return ""


def _within(lines: Sequence[SoldLine], amount: int, currency: str) -> list[Returned]:
    """An amount spread over lines by what is left of each, in whole cents; the rest of rounding is carried on."""
    total, seen, given = sum(line.left for line in lines), 0, 0
    shares: list[int] = []
    for line in lines:
        seen += line.left
        share = min(rounded(divided(seen * amount, total), currency) - given, line.left)
        shares.append(max(0, share))
        given += shares[-1]
    rest = amount - given
    for index, line in enumerate(lines):  # a line can't take more than it has left
        more = min(rest, line.left - shares[index])
        shares[index] += more
        rest -= more
    if rest:
        raise DomainError(
            "The items have less than that left to refund.", field="amount", advice="Enter a smaller amount."
        )
    return [_part(line, share, currency) for line, share in zip(lines, shares, strict=True) if share]


def _part(line: SoldLine, gross: int, currency: str) -> Returned:
    """A part of a line with its share of the tax; all that is left where that is all."""
    net_left, tax_left = line.total - line.refunded, line.tax - line.refunded_tax
    tax = rounded(divided(tax_left * gross, line.left), currency)
    # Rounding must not take more net amount or more tax than the line has left.
    tax = max(gross - net_left, min(tax, tax_left))
    return Returned(line, gross - tax, tax)


def share_words(plan: RefundPlan, currency: str) -> str:
    """The lines with their amounts, the first ones by name."""
    named = [f"{part.line.description} {format_money(part.gross, currency)}" for part in plan.lines[:3]]
    more = len(plan.lines) - len(named)
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")
