"""A customer's numbers and where they lead, numbers nobody has yet, and orders under way."""

from __future__ import annotations

from datetime import timedelta

from partnertui.db.models import Ddi, PendingDdi
from partnertui.demo.rows import Row
from partnertui.demo.world import Company, World

_CARRIERS = ("Old Oak Telecom", "Skyline Communications", "Baltic Line", "Télécom du Port", "Kupfernetz AG")
_DOCUMENTS = ("Letter of authority", "Bill of the losing carrier", "Proof of address", "Copy of the trade register")
_ORDERS = {
    "draft": None, "submitted": None, "in process": "Wait for the losing carrier",
    "exception": "Losing carrier: postcode does not match. Ask the customer for the last bill",
    "date confirmed": None, "activated": None, "cancelled": None,
}  # fmt: skip


def give_ddis(world: World, company: Company, prices: dict[str, Row]) -> None:
    """One for every two or three users, in one or two blocks, routed to users (groups and menus take over later)."""
    wanted = max(1, len(company.users) // world.pick((2, 2, 3)))
    first, block = world.numbers.take_ddis(company.country.code, min(wanted, 30))
    areas = [(first, number) for number in block]
    if world.chance(20):
        other, block = world.numbers.take_ddis(world.pick(("GB", "IE", "FR", "AU")), 1)
        areas += [(other, number) for number in block]
    for at, (area, number) in enumerate(areas):
        company.ddis.append(_ddi(world, company, number, area.country, area.area, prices[area.country], at))
    company.row["caller_id_number"] = areas[0][1]
    for ddi in company.ddis:
        for user in company.users:
            if user["id"] == ddi["user_id"]:
                user["caller_id_number"] = ddi["number"]


def _ddi(world: World, company: Company, number: str, country: str, area: str, price: Row, at: int) -> Row:
    user = company.users[at % len(company.users)]
    gone = company.row["status"] == "cancelled"
    created = max(company.row["created_at"], world.ago(1200))
    forgotten = world.chance(2)
    return world.rows.add(
        Ddi, number=number, country=country, area=area, currency=company.row["currency"],
        **({"customer_id": None, "partner_id": None} if gone else company.owner),
        state="quarantined" if gone else "active", route_type="none" if gone else "user",
        target_id=None if gone else user["id"], target=None if gone else f"{user['extension']} {user['name']}",
        user_id=None if gone else user["id"], price_list_entry_id=price["id"], setup_fee=price["setup_fee"],
        monthly_fee=price["monthly_fee"], in_unlimited_plan=world.chance(15), special_case=world.chance(2),
        billing_starts_at=None if forgotten else created, created_at=created,
        quarantined_until=world.now.replace(microsecond=0) + timedelta(days=30) if gone else None,
    )  # fmt: skip


def make_stock(world: World) -> None:
    """Numbers in stock, a few of them reserved."""
    for country in ("GB", "US", "DE", "IE", "FR", "AU"):
        for _ in range(5):
            area, block = world.numbers.take_ddis(country, 4)
            state = "reserved" if world.chance(10) else "free"
            for number in block:
                world.rows.add(Ddi, number=number, country=area.country, area=area.area, state=state)


def make_orders(world: World) -> None:
    """Orders and ports, of every state."""
    for number, company in enumerate(world.companies):
        if not company.alive or not world.chance(18):
            continue
        state, port = world.pick(tuple(_ORDERS)), world.chance(60)
        if port:
            _, first = world.numbers.stranger(company.country.code, "fixed")
            numbers = [first]
        else:
            numbers = []
        asked = world.ago(30, 2)
        agreed = (
            asked + timedelta(days=world.random.randrange(7, 40)) if state in ("date confirmed", "activated") else None
        )
        missing = state in ("draft", "exception")
        world.rows.add(
            PendingDdi, **company.owner, order_number=f"ORD-{20260 + number:06d}", kind="port-in" if port else "new",
            country=company.country.code, first_number=numbers[0] if numbers else None, numbers=numbers,
            quantity=len(numbers) or world.pick((1, 5, 10)), losing_carrier=world.pick(_CARRIERS) if port else None,
            requested_at=asked + timedelta(days=10), agreed_at=agreed, state=state,
            documents_missing=world.pick(_DOCUMENTS) if missing else None,
            required_action=f"Ask for: {world.pick(_DOCUMENTS)}" if state == "draft" else _ORDERS[state],
            rejected_reason="The customer went elsewhere" if state == "cancelled" else None, created_at=asked,
        )  # fmt: skip
