"""Changes number orders: advances, rejects and ends numbers, plans routes and prices, each in one unit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from partnertui.db.ddi_clashes import stock_or_clashes
from partnertui.db.ddi_prices import fitting_price
from partnertui.db.insert_alike_with_history import add_alike
from partnertui.db.models import Ddi, PendingDdi, PendingDdiNumber, PriceListEntry
from partnertui.db.models.base import now, table_of
from partnertui.db.route_targets import checked_route
from partnertui.db.rows.read_limits import IDS_PER_QUERY
from partnertui.db.rows.type_aliases import Row, RowDict
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.ddis import NumbersTaken
from partnertui.domain.errors import DomainError
from partnertui.domain.number_ranges import NumberRange
from partnertui.domain.pbx_enums import DdiState, PendingState, TargetType
from partnertui.domain.pending_ddis import ENDED, PLANNED, may_come_back, next_state, state_of_order
from partnertui.domain.phone_numbers import format_number

Seen = Mapping[str, int]
"""Versions of the chosen numbers that the agent saw, by number; 0 for one that has no row of its own yet."""


def numbers_of(connection: Connection, order_id: int) -> list[RowDict]:
    """The numbers of an order in order, each with the name of its price.

    A number that another program wrote into the order alone has version 0, and what the order says.
    """
    statement = (
        select(PendingDdiNumber.__table__, PendingDdi.country, PriceListEntry.name.label("price_name"))
        .join(PendingDdi, PendingDdi.id == PendingDdiNumber.order_id)
        .outerjoin(PriceListEntry, PriceListEntry.id == PendingDdiNumber.price_list_entry_id)
        .where(PendingDdiNumber.order_id == order_id)
    )
    found = [dict(row) for row in connection.execute(statement).mappings()]
    order = connection.execute(select(PendingDdi.__table__).where(PendingDdi.id == order_id)).mappings().first()
    if order is not None:
        bare = dict.fromkeys((*table_of(PendingDdiNumber).columns.keys(), "price_name"))
        missing = set(order["numbers"] or ()) - {part["number"] for part in found}
        found += [bare | _of_order(dict(order)) | {"number": number, "version": 0} for number in missing]
    return sorted(found, key=lambda part: str(part["number"]))


def _of_order(order: Row) -> RowDict:
    """What a number has of its order as long as it has no row of its own."""
    same = ("customer_id", "partner_id", "state", "documents_missing", "required_action", "agreed_at")
    route = {"route_type": TargetType.NONE, "reason": order["rejected_reason"], "country": order["country"]}
    return {"order_id": order["id"], **route, **{name: order[name] for name in same}}


def chosen_numbers(unit: UnitOfWork, order_id: int, seen: Seen) -> tuple[PendingDdi, list[PendingDdiNumber]]:
    """The order, locked, and the chosen numbers of it. Raises ConcurrentChange if one is of another version."""
    order = unit.get(PendingDdi, order_id, lock=True)
    new = _add_missing(unit, order)
    rows = select(PendingDdiNumber).where(PendingDdiNumber.order_id == order_id).order_by(PendingDdiNumber.number)
    found = [number for number in unit.session.scalars(rows) if number.number in seen]
    if not found or len(found) != len(seen):
        raise DomainError("Choose one or more numbers that are in this order.", field="chosen")
    for number in found:
        version = seen[number.number]
        if number.version != version and not (version == 0 and number.number in new):
            unit.get(PendingDdiNumber, number.id, version=version)
    return order, found


def _add_missing(unit: UnitOfWork, order: PendingDdi) -> set[str]:
    """Gives a row to each number that another program wrote into the order alone; returns these numbers."""
    parts = numbers_of(unit.session.connection(), order.id)
    columns = table_of(PendingDdiNumber).columns.keys()
    for part in parts:
        if part["version"] == 0:
            own = {name: value for name, value in part.items() if name in columns and value is not None}
            unit.add(PendingDdiNumber(**{**own, "version": 1}))
    unit.session.flush()
    return {part["number"] for part in parts if part["version"] == 0}


def advance(unit: UnitOfWork, order_id: int, seen: Seen, values: Row) -> str:
    """Moves the chosen numbers one state on; what came back is submitted again. Returns a sentence.

    values: `agreed_at`, needed for a confirmed date, and those of what is planned that were changed. Raises
    DomainError.
    """
    order, chosen = chosen_numbers(unit, order_id, seen)
    reached = set[PendingState]()
    for number in chosen:
        wanted = next_state(number.state)
        if wanted == PendingState.DATE_CONFIRMED and values.get("agreed_at") is None:
            raise DomainError("The agreed date is required.", "Enter a date, such as 2026-12-24.", field="agreed_at")
        _plan(number, values)
        if wanted == PendingState.SUBMITTED and number.documents_missing:
            raise DomainError(
                "The order can't be submitted while documents are missing.",
                "Clear this field once they have arrived.",
                field="documents_missing",
            )
        if wanted == PendingState.DATE_CONFIRMED:
            number.agreed_at = values["agreed_at"]
        number.state, number.reason, number.changed_at = wanted, None, now()
        reached.add(wanted)
    sum_up(unit, order)
    return f"{_count(chosen)} now {' and '.join(sorted(state.value for state in reached))}."


def come_back(unit: UnitOfWork, order_id: int, seen: Seen, values: Row) -> str:
    """Notes that the other side sent the chosen numbers back, with its `reason`; *advance* submits them again."""
    order, chosen = chosen_numbers(unit, order_id, seen)
    for number in chosen:
        if not may_come_back(number.state):
            raise DomainError(
                f"{format_number(number.number)} is {number.state.value}, so it can't have been sent back."
            )
        _plan(number, values)
        number.state, number.reason, number.changed_at = PendingState.EXCEPTION, values["reason"], now()
        number.agreed_at = None
    sum_up(unit, order)
    return f"{_count(chosen)} now in the “exception” state."


def reject(unit: UnitOfWork, order_id: int, seen: Seen, reason: str) -> str:
    """Ends the order of the chosen numbers, for a reason; those that were reserved in stock are free again."""
    order, chosen = chosen_numbers(unit, order_id, seen)
    for number in chosen:
        if number.state in ENDED:
            raise DomainError(f"{format_number(number.number)} is already {number.state.value}.", field="chosen")
        number.state, number.reason, number.changed_at = PendingState.CANCELLED, reason, now()
        number.acting_party = number.required_action = None
    _set_stock(unit, [number.number for number in chosen], DdiState.RESERVED, DdiState.FREE)
    sum_up(unit, order)
    return f"{_count(chosen)} rejected."


def plan_numbers(unit: UnitOfWork, order_id: int, seen: Seen, changed: Row) -> str:
    """Gives the chosen numbers what was changed: documents, who must act, route and price. Raises DomainError."""
    order, chosen = chosen_numbers(unit, order_id, seen)
    connection = unit.session.connection()
    for number in chosen:
        _plan(number, changed)
        if "agreed_at" in changed:
            number.agreed_at = changed["agreed_at"]
        if "route_type" in changed:
            kind, text = changed["route_type"], changed["target"]
            route = checked_route(connection, order.customer_id, kind, changed["target_id"], text)
            number.route_type, number.target_id, number.target = route.kind, route.id, route.words
        if price_id := changed.get("price_list_entry_id"):
            numbers = NumberRange(number.number, number.number)
            number.price_list_entry_id = fitting_price(
                connection, order.customer_id, price_id, numbers, order.country
            ).id
    sum_up(unit, order)
    return f"Saved for {len(chosen):,} number{'s' if len(chosen) > 1 else ''}."


def name_numbers(unit: UnitOfWork, order_id: int, version: int, numbers: NumberRange) -> str:
    """Names the numbers of an order that has none yet, and reserves those in stock.

    Raises DomainError, NumbersTaken for what others have.
    """
    order = unit.get(PendingDdi, order_id, version=version, lock=True)
    taken = select(PendingDdiNumber.id).where(PendingDdiNumber.order_id == order_id).limit(1)
    if unit.session.scalar(taken) is not None:
        raise DomainError("This order already has its numbers.", field="numbers")
    connection = unit.session.connection()
    _, clashes = stock_or_clashes(connection, unit.operator, numbers, now(), order_id=order_id)
    if clashes:
        raise NumbersTaken(clashes, len(numbers))
    _set_stock(unit, list(numbers), DdiState.FREE, DdiState.RESERVED)
    shared = {
        "order_id": order_id,
        "state": order.state,
        "customer_id": order.customer_id,
        "partner_id": order.partner_id,
        "documents_missing": order.documents_missing,
        "required_action": order.required_action,
        "agreed_at": order.agreed_at,
    }
    add_alike(unit, PendingDdiNumber, "number", list(numbers), shared)
    order.numbers, order.first_number, order.quantity = list(numbers), numbers.first, len(numbers)
    return f"{numbers.words()}."


def _set_stock(unit: UnitOfWork, numbers: Sequence[str], before: DdiState, after: DdiState) -> None:
    """Reserves or frees those of the numbers that are in stock."""
    for start in range(0, len(numbers), IDS_PER_QUERY):
        part = numbers[start : start + IDS_PER_QUERY]
        in_stock = select(Ddi).where(Ddi.number.in_(part), Ddi.customer_id.is_(None), Ddi.state == before)
        for ddi in unit.session.scalars(in_stock):
            ddi.state = after


def sum_up(unit: UnitOfWork, order: PendingDdi) -> None:
    """Makes the order say what its numbers say together."""
    unit.session.flush()
    rows = select(PendingDdiNumber).where(PendingDdiNumber.order_id == order.id).order_by(PendingDdiNumber.number)
    numbers = list(unit.session.scalars(rows))
    under_way = [number for number in numbers if number.state not in ENDED]
    order.state = state_of_order([number.state for number in numbers])
    order.documents_missing = _joined([number.documents_missing for number in under_way])
    order.required_action = _joined([number.required_action for number in under_way])
    order.rejected_reason = _joined([number.reason for number in numbers])
    order.agreed_at = min((number.agreed_at for number in numbers if number.agreed_at), default=None)


def _plan(number: PendingDdiNumber, values: Row) -> None:
    for name in PLANNED:
        if name in values:
            setattr(number, name, values[name])


def _joined(texts: Sequence[str | None]) -> str | None:
    return "; ".join(dict.fromkeys(text for text in texts if text)) or None


def _count(chosen: Sequence[PendingDdiNumber]) -> str:
    return f"{format_number(chosen[0].number)} is" if len(chosen) == 1 else f"{len(chosen):,} numbers are"
