"""Finds which numbers of a range are taken, and by which customer, in any stored spelling."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from partnertui.db.models import Customer, Ddi, PendingDdi, PendingDdiNumber
from partnertui.db.rows.type_aliases import Expression, Query, ResultRow
from partnertui.domain.ddis import Clash
from partnertui.domain.number_ranges import NumberRange
from partnertui.domain.operators import Operator, Role
from partnertui.domain.pbx_enums import DdiState
from partnertui.domain.pending_ddis import ENDED
from partnertui.domain.phone_numbers import SEPARATORS
from partnertui.domain.strict_e164 import country_code_of

TAKEN = "already taken"
"""All that a partner learns of numbers of others."""


def stock_or_clashes(
    connection: Connection, operator: Operator, numbers: NumberRange, now: datetime, *, order_id: int = 0
) -> tuple[list[int], list[Clash]]:
    """IDs of the rows in stock that these numbers have, and the numbers that can't be added, each with its reason.

    order_id: the order that the numbers come from; it is no clash with itself, and may have reserved them.
    """
    stock, clashes = list[int](), dict[str, Clash]()
    for row in connection.execute(_rows(numbers)):
        number = _number_of(row.number, numbers)
        if number is None:
            continue
        if row.number == number and _is_in_stock(row, now, reserved=bool(order_id)):
            stock.append(row.id)
        else:
            clashes[number] = Clash(number, _holder(row, operator))
    for row in connection.execute(_on_order(numbers, order_id)):
        shown = f"on {row.company}'s order {row.order_number}"
        clashes.setdefault(row.number, Clash(row.number, shown if _knows(operator, row) else TAKEN))
    return stock, sorted(clashes.values(), key=lambda clash: int(clash.number))


def _rows(numbers: NumberRange) -> Query:
    return (
        select(Ddi.id, Ddi.number, Ddi.state, Ddi.customer_id, Ddi.partner_id, Ddi.quarantined_until, Customer.company)
        .outerjoin(Customer, Customer.id == Ddi.customer_id)
        .where(or_(*_spelled_between(numbers)))
    )


def _spelled_between(numbers: NumberRange) -> Iterator[Expression]:
    """Ranges of the index for each spelling that other programs store: plain, with plus or 00, with a trunk zero."""
    code = country_code_of(numbers.first)
    for before, zero in (("", ""), ("+", ""), ("00", ""), ("", "0"), ("+", "0")):
        low, high = (f"{before}{code}{zero}{end.removeprefix(code)}" for end in (numbers.first, numbers.last))
        # Text sorts by its beginning, so longer and shorter numbers lie in the same range.
        yield and_(Ddi.number >= low, Ddi.number <= high, func.length(Ddi.number) == len(low))


def _number_of(stored: str, numbers: NumberRange) -> str | None:
    """Which number of the range a stored one is; None for one that only sorts between them."""
    digits = SEPARATORS.sub("", stored).removeprefix("+").removeprefix("00")
    if len(digits) == len(numbers.first) + 1:
        code = country_code_of(numbers.first)
        digits = code + digits.removeprefix(code + "0")
    inside = digits.isdigit() and len(digits) == len(numbers.first) and numbers.first <= digits <= numbers.last
    return digits if inside else None


def _is_in_stock(row: ResultRow, now: datetime, *, reserved: bool) -> bool:
    if row.customer_id is not None:
        return False
    rested = row.quarantined_until is not None and row.quarantined_until <= now
    return (
        row.state == DdiState.FREE
        or (row.state == DdiState.QUARANTINED and rested)
        or (reserved and row.state == DdiState.RESERVED)
    )


def _holder(row: ResultRow, operator: Operator) -> str:
    if row.customer_id is not None:
        return f"{row.company}, {row.state}" if _knows(operator, row) else TAKEN
    if operator.role == Role.PARTNER:
        return TAKEN
    until = f" until {row.quarantined_until.astimezone():%Y-%m-%d}" if row.quarantined_until is not None else ""
    spelled = "" if row.number.isdigit() else f", stored as {row.number}"
    return f"in stock, {row.state}{until}{spelled}"


def _knows(operator: Operator, row: ResultRow) -> bool:
    return operator.role != Role.PARTNER or (row.partner_id is not None and row.partner_id == operator.partner_id)


def _on_order(numbers: NumberRange, order_id: int) -> Query:
    return (
        select(PendingDdiNumber.number, PendingDdiNumber.partner_id, PendingDdi.order_number, Customer.company)
        .join(PendingDdi, PendingDdi.id == PendingDdiNumber.order_id)
        .join(Customer, Customer.id == PendingDdiNumber.customer_id)
        .where(
            PendingDdiNumber.number >= numbers.first,
            PendingDdiNumber.number <= numbers.last,
            func.length(PendingDdiNumber.number) == len(numbers.first),
            PendingDdiNumber.state.not_in(ENDED),
            PendingDdiNumber.order_id != order_id,
        )
    )
