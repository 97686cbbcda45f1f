"""Demo orders and ports of numbers: in progress, late, stuck, done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from partnertui.db.models import Ddi, PendingDdi, PendingDdiNumber
from partnertui.demo.collected_rows import Row
from partnertui.demo.shared_state import Company, World

_CARRIERS = ("Old Oak Telecom", "Skyline Communications", "Baltic Line", "Télécom du Port", "Kupfernetz AG")
_LOA, _BILL, _PROOF = "Letter of authority", "Bill from the losing carrier", "Proof of address"
_REGISTER = "Company register extract"


@dataclass(frozen=True)
class Scene:
    """How an order stands; days from now to the day asked for, and to the day agreed."""

    state: str
    asked: tuple[int, int]
    agreed: tuple[int, int] | None = None
    ports: tuple[bool, ...] = (True, True, False)
    missing: tuple[str, ...] = ()
    action: str | None = None
    reason: str | None = None


SCENES = (
    Scene("draft", (8, 25), missing=(_LOA, _REGISTER), action="Ask the customer for: {missing}"),
    Scene(
        "exception",
        (2, 9),
        ports=(True,),
        missing=(_BILL,),
        reason="Losing carrier: the postcode doesn't match",
        action="Ask the customer for the latest bill and send it again",
    ),
    Scene("in process", (-9, -2), action="Overdue: ask {them} for a date"),
    Scene("date confirmed", (1, 5), (1, 20)),
    Scene("submitted", (5, 20)),
    Scene("activated", (-118, -112), (-110, -101)),
    Scene(
        "exception",
        (1, 12),
        ports=(True,),
        reason="Losing carrier: the number isn't on this account",
        action="Ask the customer whose name the line is in",
    ),
    Scene("in process", (3, 15), action="Wait for {them}"),
    Scene("date confirmed", (-6, -3), (-3, -1), action="The day has passed: test the number and activate it"),
    Scene(
        "exception",
        (-4, 6),
        ports=(False,),
        missing=(_PROOF,),
        reason="An address in the area is required",
        action="Ask the customer for proof of address in {country}",
    ),
    Scene("cancelled", (-15, 5), reason="The customer chose another provider"),
    Scene("draft", (-3, -1), missing=(_PROOF,), action="Overdue: ask the customer again for: {missing}"),
)


PARTIES = {
    "draft": "customer",
    "submitted": "losing carrier",
    "in process": "losing carrier",
    "exception": "customer",
    "date confirmed": "us",
}
"""Who must act in which state."""


def make_orders(world: World) -> None:
    """One for about every fifth customer, scene after scene."""
    stock = [row for row in world.rows.of(Ddi) if row["state"] == "free"]
    made = 0
    for company in world.companies:
        if company.row["status"] == "active" and (world.chance(22) or made == 0):
            _order(world, company, SCENES[made % len(SCENES)], made, stock)
            made += 1


def _order(world: World, company: Company, scene: Scene, number: int, stock: list[Row]) -> None:
    port, asked = world.pick(scene.ports), _day(world, scene.asked)
    agreed = _day(world, scene.agreed) if scene.agreed else None
    numbers = _numbers(world, company, scene.state, port, stock)
    if scene.state == "activated" and agreed:
        company.ddis[-1].update(created_at=agreed, billing_starts_at=agreed)
    missing = world.pick(scene.missing) if scene.missing else None
    them = "the losing carrier" if port else "the number supplier"
    action = scene.action.format(missing=missing, them=them, country=company.row["country"]) if scene.action else None
    order = world.rows.add(
        PendingDdi,
        **company.owner,
        order_number=f"ORD-{20260 + number:06d}",
        kind="port-in" if port else "new",
        country=company.country.code,
        first_number=numbers[0] if numbers else None,
        numbers=numbers,
        quantity=len(numbers) or world.pick((1, 5, 10)),
        losing_carrier=world.pick(_CARRIERS) if port else None,
        requested_at=asked,
        agreed_at=agreed,
        state=scene.state,
        documents_missing=missing,
        required_action=action,
        rejected_reason=scene.reason,
        created_at=min(asked, agreed or asked, world.now) - timedelta(days=world.random.uniform(5, 20)),
    )
    party = PARTIES.get(scene.state)
    _one_by_one(world, company, order, party if party != "losing carrier" or port else "number supplier")


def _one_by_one(world: World, company: Company, order: Row, party: str | None) -> None:
    """The order's numbers; the last of a longer port lags behind, as a split port does."""
    people = company.people
    confirmed = order["state"] == "date confirmed"
    for at, number in enumerate(order["numbers"]):
        lags = at == 3 and confirmed
        user = people[at % len(people)]
        ddi = company.ddis[-1] if order["state"] == "activated" else None
        world.rows.add(
            PendingDdiNumber,
            **company.owner,
            order_id=order["id"],
            number=number,
            state="in process" if lags else "date confirmed" if confirmed else order["state"],
            documents_missing=order["documents_missing"],
            acting_party="losing carrier" if lags else party,
            required_action="Ask for a date for this number as well" if lags else order["required_action"],
            agreed_at=None if lags else order["agreed_at"],
            reason=order["rejected_reason"],
            route_type="user" if at != 1 else "none",
            target_id=user["id"] if at != 1 else None,
            target=f"{user['extension']} {user['name']}" if at != 1 else None,
            price_list_entry_id=company.ddis[0]["price_list_entry_id"] if at != 2 else None,
            ddi_id=ddi["id"] if ddi else None,
            activated_at=order["agreed_at"] if ddi else None,
            changed_at=order["created_at"],
        )
        if lags:
            order["state"] = "in process"


def _numbers(world: World, company: Company, state: str, port: bool, stock: list[Row]) -> list[str]:
    """A port names its numbers, a new order has some when a day is agreed; the customer has those of an order done."""
    if state == "activated":
        return [company.ddis[-1]["number"]]
    if port:
        last = int(world.numbers.stranger(company.country.code, "fixed")[1])
        return [str(last - before) for before in range(world.pick((1, 1, 2, 4)) - 1, -1, -1)]
    if state != "date confirmed":
        return []
    free = [row for row in stock if row["country"] == company.country.code and row["state"] == "free"][:2]
    for row in free:
        row["state"] = "reserved"
    return [row["number"] for row in free]


def _day(world: World, days: tuple[int, int]) -> datetime:
    """Nine in the morning of a day so far from now; a weekend's is Monday's, but never late by that."""
    day = world.now + timedelta(days=world.random.randint(*days))
    if day.weekday() > 4:
        day += timedelta(days=7 - day.weekday() if days[0] > 0 else 4 - day.weekday())
    return day.replace(hour=9, minute=0, second=0)
