"""Demo DDIs of customers with their routes, and free ones."""

from __future__ import annotations

from datetime import timedelta

from partnertui.db.models import Ddi
from partnertui.demo.collected_rows import Row
from partnertui.demo.shared_state import Company, World


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
                company.answering[ddi["id"]] = [user]


def _ddi(world: World, company: Company, number: str, country: str, area: str, price: Row, at: int) -> Row:
    people = company.people
    user = people[at % len(people)]
    gone = company.row["status"] == "cancelled"
    created = max(company.row["created_at"], world.ago(1200, 100))
    forgotten = world.chance(2)
    return world.rows.add(
        Ddi,
        number=number,
        country=country,
        area=area,
        currency=company.row["currency"],
        **({"customer_id": None, "partner_id": None} if gone else company.owner),
        state="quarantined" if gone else "active",
        route_type="none" if gone else "user",
        target_id=None if gone else user["id"],
        target=None if gone else f"{user['extension']} {user['name']}",
        user_id=None if gone else user["id"],
        price_list_entry_id=price["id"],
        setup_fee=price["setup_fee"],
        monthly_fee=price["monthly_fee"],
        in_unlimited_plan=world.chance(15),
        special_case=world.chance(2),
        billing_starts_at=None if forgotten else created,
        created_at=created,
        quarantined_until=world.now.replace(microsecond=0) + timedelta(days=30) if gone else None,
    )


def make_stock(world: World) -> None:
    """Numbers in stock, a few of them reserved."""
    for country in ("GB", "US", "DE", "IE", "FR", "AU"):
        for _ in range(5):
            area, block = world.numbers.take_ddis(country, 4)
            state = "reserved" if world.chance(10) else "free"
            for number in block:
                world.rows.add(Ddi, number=number, country=area.country, area=area.area, state=state)
