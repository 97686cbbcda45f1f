"""Adds, edits and swaps DDIs and changes their states, each in one unit of work."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, or_, select
from sqlalchemy.exc import IntegrityError

from partnertui.db.ddi_clashes import stock_or_clashes
from partnertui.db.ddi_prices import fitting_price
from partnertui.db.insert_alike_with_history import add_alike
from partnertui.db.models import Customer, Ddi
from partnertui.db.models.base import now
from partnertui.db.route_targets import checked_route
from partnertui.db.rows.read_limits import IDS_PER_QUERY
from partnertui.db.rows.type_aliases import Row, RowDict
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.ddis import Addition, NumbersTaken, require_next_state
from partnertui.domain.errors import DomainError
from partnertui.domain.number_ranges import NumberRange, require_plan
from partnertui.domain.pbx_enums import DdiState, TargetType
from partnertui.domain.phone_numbers import format_number, typed_digits

ROUTE_COLUMNS = ("route_type", "target_id", "target", "user_id")
LISTED = 50
"""Numbers offered for a swap at once; typing narrows them."""


def add_ddis(unit: UnitOfWork, customer_id: int, addition: Addition, *, order_id: int = 0) -> list[int]:
    """Gives numbers to a customer, all or none; returns their IDs. Those in stock are taken from there.

    order_id: the order that they come from. Raises DomainError, NumbersTaken with the numbers that others have.
    """
    customer, numbers = unit.get(Customer, customer_id), addition.numbers
    if addition.pattern_reason is None:
        require_plan(numbers)
    connection = unit.session.connection()
    stock, clashes = stock_or_clashes(connection, unit.operator, numbers, now(), order_id=order_id)
    if clashes:
        raise NumbersTaken(clashes, len(numbers))
    columns = _columns(connection, customer, addition)
    found = _from_stock(unit, stock, columns)
    known = {ddi.number for ddi in found}
    try:
        unit.session.flush()
        new = add_alike(unit, Ddi, "number", [number for number in numbers if number not in known], columns)
    except IntegrityError:
        raise DomainError(
            "Someone else has just added one of these numbers, so none were added.",
            "Save again to see which.",
            field="numbers",
        ) from None
    return [*(ddi.id for ddi in found), *new]


def _columns(connection: Connection, customer: Customer, addition: Addition) -> RowDict:
    fees: RowDict = {"price_list_entry_id": None, "setup_fee": 0, "monthly_fee": 0}
    if addition.price_id is not None:
        price = fitting_price(connection, customer.id, addition.price_id, addition.numbers, addition.country)
        fees = {"price_list_entry_id": price.id, "setup_fee": price.setup_fee, "monthly_fee": price.monthly_fee}
    return {
        **fees,
        "country": addition.country,
        "area": addition.area,
        "customer_id": customer.id,
        "partner_id": customer.partner_id,
        "currency": customer.currency,
        "in_unlimited_plan": addition.in_unlimited_plan,
        "special_case": addition.special_case,
        "pattern_reason": addition.pattern_reason,
        "billing_starts_at": addition.billing_starts_at,
        "state": DdiState.ACTIVE,
        "quarantined_until": None,
    }


def _from_stock(unit: UnitOfWork, ids: list[int], columns: RowDict) -> list[Ddi]:
    found: list[Ddi] = []
    for start in range(0, len(ids), IDS_PER_QUERY):
        rows = select(Ddi).where(Ddi.id.in_(ids[start : start + IDS_PER_QUERY])).order_by(Ddi.id).with_for_update()
        for ddi in unit.session.scalars(rows):
            for name, value in columns.items():
                if name != "area" or value is not None:  # the area that is known of it stays
                    setattr(ddi, name, value)
            found.append(ddi)
    return found


def load_ddi(connection: Connection, ddi_id: int) -> RowDict:
    """All columns of a number. Raises DomainError if there is no such row."""
    row = connection.execute(select(Ddi.__table__).where(Ddi.id == ddi_id)).mappings().first()
    if row is None:
        raise DomainError("This number was deleted.")
    return dict(row)


def edit_ddi(unit: UnitOfWork, ddi_id: int, values: Row, seen: Row) -> int:
    """Changes route, price and what else differs from what the agent saw; returns the ID.

    Raises DomainError for a target or price that isn't the customer's, ConcurrentChange if it was changed since.
    """
    ddi = unit.get(Ddi, ddi_id, version=seen["version"])
    connection, wanted = unit.session.connection(), dict(values)
    if ddi.customer_id is None:
        raise DomainError(
            "This number isn't assigned to a customer, so it has no route.", "Assign it to a customer first."
        )
    route = checked_route(connection, ddi.customer_id, wanted["route_type"], wanted["target_id"], wanted["target"])
    wanted |= {"target_id": route.id, "target": route.words, "user_id": route.user_id}
    price_id = wanted["price_list_entry_id"]
    if price_id != seen["price_list_entry_id"]:
        wanted |= {"setup_fee": 0, "monthly_fee": 0}
        if price_id is not None:
            numbers = NumberRange(ddi.number, ddi.number)
            price = fitting_price(connection, ddi.customer_id, price_id, numbers, ddi.country)
            wanted |= {"setup_fee": price.setup_fee, "monthly_fee": price.monthly_fee}
    unit.change(ddi, seen, wanted)
    return ddi_id


def swap_routes(unit: UnitOfWork, ddi_id: int, version: int, other_id: int, other_version: int) -> str:
    """Gives each of two numbers the other's route; returns a sentence. Both or neither is changed.

    Raises DomainError where a number would be left without a route, or one was changed since the agent saw it.
    """
    if ddi_id == other_id:
        raise DomainError("This is the same number.", "Choose another one.", field="other_id")
    seen = {ddi_id: version, other_id: other_version}
    # locked in one order, so that two agents who swap the same pair don't wait for each other
    locked = {key: unit.get(Ddi, key, lock=True) for key in sorted(seen)}
    for key, ddi in locked.items():
        _require_unchanged(ddi, seen[key])
    first, second = locked[ddi_id], locked[other_id]
    if first.customer_id != second.customer_id or first.customer_id is None:
        raise DomainError("Only numbers of the same customer can be swapped.", field="other_id")
    for ddi in (first, second):
        if ddi.route_type == TargetType.NONE or ddi.state != DdiState.ACTIVE:
            what = "has no route" if ddi.route_type == TargetType.NONE else f"is {ddi.state.value}"
            raise DomainError(
                f"{format_number(ddi.number)} {what}, so the other number would become unreachable.",
                "Edit the route instead.",
                field="other_id",
            )
    for name in ROUTE_COLUMNS:
        mine, theirs = getattr(first, name), getattr(second, name)
        setattr(first, name, theirs)
        setattr(second, name, mine)
    shown = [f"{format_number(ddi.number)} → {ddi.target or ddi.route_type.value}" for ddi in (first, second)]
    return f"Swapped: {', '.join(shown)}."


def _require_unchanged(ddi: Ddi, version: int) -> None:
    """Raises DomainError: nothing was typed that two versions could be shown of, and what is to be done isn't sure."""
    if ddi.version != version:
        raise DomainError(
            f"{format_number(ddi.number)} has been changed since you opened it.", "Close this, refresh and try again."
        )


def change_state(unit: UnitOfWork, ddi_id: int, version: int, wanted: DdiState, quarantine_days: float) -> str:
    """Reserves or frees a number in stock, or takes an active one from its customer; returns the new state.

    A number taken away rests for so many days before it is offered again. Raises DomainError.
    """
    ddi = unit.get(Ddi, ddi_id, lock=True)
    _require_unchanged(ddi, version)
    require_next_state(ddi.state, wanted)
    if wanted == DdiState.QUARANTINED:
        ddi.route_type, ddi.target_id, ddi.target, ddi.user_id = TargetType.NONE, None, None, None
        ddi.customer_id = ddi.partner_id = ddi.price_list_entry_id = ddi.billing_starts_at = None
        ddi.setup_fee, ddi.monthly_fee, ddi.currency = 0, 0, None
        ddi.in_unlimited_plan = ddi.special_case = False
        ddi.quarantined_until = now() + timedelta(days=quarantine_days)
    elif wanted == DdiState.FREE:
        ddi.quarantined_until = None
    ddi.state = wanted
    return wanted.value


def swappable(connection: Connection, customer_id: int, ddi_id: int, typed: str) -> list[RowDict]:
    """Other numbers of the customer that have a route, by number or target; the first 50."""
    query = select(Ddi.id, Ddi.version, Ddi.number, Ddi.route_type, Ddi.target).where(
        Ddi.customer_id == customer_id,
        Ddi.id != ddi_id,
        Ddi.state == DdiState.ACTIVE,
        Ddi.route_type != TargetType.NONE,
    )
    wanted = typed.strip()
    if wanted:
        digits = typed_digits(wanted).lstrip("+").lstrip("0")
        named = Ddi.target.icontains(wanted, autoescape=True)
        query = query.where(or_(named, Ddi.number.contains(digits)) if digits else named)
    return [dict(row) for row in connection.execute(query.order_by(Ddi.number).limit(LISTED)).mappings()]
