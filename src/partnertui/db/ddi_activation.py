"""Activates the numbers of an order as DDIs, and finds the first call to each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from partnertui.db.ddis import add_ddis
from partnertui.db.models import Cdr, Ddi, PendingDdiNumber
from partnertui.db.models.base import now
from partnertui.db.models.cdr_indexes import SHARDS
from partnertui.db.pending_ddis import Seen, chosen_numbers, sum_up
from partnertui.db.route_targets import checked_route
from partnertui.db.rows.type_aliases import Row
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.call_enums import LegCategory
from partnertui.domain.ddis import Addition
from partnertui.domain.errors import DomainError
from partnertui.domain.number_ranges import NumberRange
from partnertui.domain.pbx_enums import PendingState, TargetType
from partnertui.domain.phone_numbers import format_number

INBOUND = (LegCategory.RECEIVED, LegCategory.MISSED)
MOST_CALLS = 100
"""Numbers of an order whose first call is looked up."""


def activate(unit: UnitOfWork, order_id: int, seen: Seen, billing_starts_at: datetime) -> str:
    """Makes the chosen numbers the customer's DDIs, all or none, each with its planned route and price.

    Raises DomainError for a number without a confirmed date, route or price, NumbersTaken for what others have.
    """
    order, chosen = chosen_numbers(unit, order_id, seen)
    _require_ready(chosen)
    for group in _blocks(chosen):
        numbers = NumberRange(group[0].number, group[-1].number)
        addition = Addition(
            numbers,
            order.country,
            price_id=group[0].price_list_entry_id,
            billing_starts_at=billing_starts_at,
            pattern_reason=f"from order {order.order_number}",
        )
        ids = add_ddis(unit, order.customer_id, addition, order_id=order_id)
        ddis = {ddi.number: ddi for ddi in (unit.get(Ddi, found) for found in ids)}
        for number in group:
            _route(unit, number, ddis[number.number])
    sum_up(unit, order)
    count = len(chosen)
    return f"{count:,} number{'s are' if count > 1 else ' is'} active; the record shows the first call of each."


def _require_ready(chosen: Sequence[PendingDdiNumber]) -> None:
    for number in chosen:
        shown = format_number(number.number)
        if number.state != PendingState.DATE_CONFIRMED:
            raise DomainError(f"{shown} is {number.state.value}.", "Advance it to “date confirmed” first.")
        if number.route_type == TargetType.NONE:
            raise DomainError(f"{shown} has no target: calls would go nowhere.", "Edit the order to set it.")
        if number.price_list_entry_id is None:
            raise DomainError(f"{shown} has no price.", "Edit the order to set it.")


def _route(unit: UnitOfWork, number: PendingDdiNumber, ddi: Ddi) -> None:
    connection = unit.session.connection()
    route = checked_route(connection, number.customer_id, number.route_type, number.target_id, number.target)
    ddi.route_type, ddi.target_id, ddi.target, ddi.user_id = route.kind, route.id, route.words, route.user_id
    number.state, number.ddi_id, number.reason = PendingState.ACTIVATED, ddi.id, None
    number.activated_at = number.changed_at = now()
    number.acting_party = number.required_action = number.documents_missing = None


def _blocks(chosen: Iterable[PendingDdiNumber]) -> Iterator[list[PendingDdiNumber]]:
    """Numbers that follow each other and have one price, so that a block is added at once."""
    block: list[PendingDdiNumber] = []
    for number in sorted(chosen, key=lambda one: int(one.number)):
        last = block[-1] if block else None
        follows = last is not None and int(number.number) == int(last.number) + 1
        if last is not None and (not follows or number.price_list_entry_id != last.price_list_entry_id):
            yield block
            block = []
        block.append(number)
    if block:
        yield block


def first_calls(connection: Connection, numbers: Sequence[Row]) -> dict[str, datetime]:
    """When the first inbound call since its activation reached each of these numbers, answered or not.

    Of the first 100 numbers; one index range each, read until the first hit.
    """
    found: dict[str, datetime] = {}
    active = [row for row in numbers if row["activated_at"] is not None][:MOST_CALLS]
    for row in active:
        shard = row["customer_id"] % SHARDS
        firsts = list[datetime]()
        for category in INBOUND:
            statement = select(Cdr.started_at).where(
                Cdr.slot == list(LegCategory).index(category) * SHARDS + shard,
                Cdr.destination_number == row["number"],
                Cdr.customer_id == row["customer_id"],
                Cdr.started_at >= row["activated_at"],
            )
            firsts += connection.execute(statement.order_by(Cdr.id).limit(1)).scalars()
        if firsts:
            found[row["number"]] = min(firsts)
    return found
