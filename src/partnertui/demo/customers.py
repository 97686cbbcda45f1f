"""Demo customers with their users, price lists and DDIs."""

from __future__ import annotations

from datetime import timedelta

from partnertui.db.models import Customer, CustomerPriceList, PriceList, PriceListEntry, PricePlan
from partnertui.demo.collected_rows import Row
from partnertui.demo.countries import COUNTRIES, HEADS, TRADES, Country
from partnertui.demo.ddis import give_ddis
from partnertui.demo.provider_catalogue import RATES
from partnertui.demo.shared_state import Company, World
from partnertui.demo.slug import slug
from partnertui.demo.users import give_users
from partnertui.demo.vat_numbers import vat_number, vies_answer
from partnertui.domain.money import MICRO

_PARTNERS = {None: 55, 1: 20, 2: 13, 3: 12}
_STATUS = {"active": 78, "trial": 9, "suspended": 6, "blocked": 3, "cancelled": 4}
_SLOTS = {
    "outbound calls": "Standard calls",
    "forwarded calls": "Standard calls",
    "ddis": "Standard DDIs",
    "products": "Standard products",
}
_BLOCKED = ("Calls to premium-rate numbers at night, stolen password", "Chargeback of three card payments")


def make_customers(world: World, count: int) -> None:
    """So many customers, whole."""
    weights = {one: one.weight for one in COUNTRIES}
    lists = {(row["name"], row["currency"]): row["id"] for row in world.rows.of(PriceList)}
    plans: dict[str, list[Row]] = {}
    for plan in world.rows.of(PricePlan):
        plans.setdefault(plan["currency"], []).append(plan)
    prices = {(row["price_list_id"], row["country"]): row for row in reversed(world.rows.of(PriceListEntry))}
    taken: set[str] = set()
    for _ in range(count):
        country = world.often(weights)
        company = _customer(world, country, plans[country.currency], taken)
        _lists(world, company, lists)
        give_users(world, company)
        standard = lists["Standard DDIs", country.currency]
        give_ddis(world, company, {key[1]: row for key, row in prices.items() if key[0] == standard})
        world.companies.append(company)


def _name(world: World, country: Country, taken: set[str]) -> str:
    _, families = country.people()
    for attempt in range(1000):
        head = world.pick(families).replace("_", " ") if world.chance(35) else world.pick(HEADS)
        form = world.pick(country.forms.split("|"))
        extra = world.pick(country.cities).split("|")[0] if attempt > 20 else ""
        name = " ".join(filter(None, (head, world.pick(TRADES), extra, form)))
        if name not in taken:
            break
    else:
        name = f"{name} {len(taken)}"
    taken.add(name)
    return name


def _customer(world: World, country: Country, plans: list[Row], taken: set[str]) -> Company:
    name = _name(world, country, taken)
    given, families = country.people()
    contact = f"{world.pick(given)} {world.pick(families)}".replace("_", " ")
    city, postcode, state, zone = (*world.pick(country.cities).split("|"), "", "", "")[:4]
    street, house = world.pick(country.streets), str(world.random.randrange(1, 190))
    status = world.often(_STATUS)
    created = world.ago(14, 1) if status == "trial" else world.ago(1800, 100)
    plan = plans[0] if status == "trial" else world.pick(plans)
    host = f"{(slug(name) or 'kaisha')[:24].strip('-')}-{len(world.companies) + 1}"
    domain = f"{host}.example.{world.pick(('com', 'net', 'org'))}"
    mail = f"{(slug(contact) or 'office').replace('-', '.')}@{domain}"
    automatic = status == "active" and world.chance(60)
    number, checked = vat_number(world, country.code)
    unit = round(RATES[country.currency]) * MICRO
    row = world.rows.add(
        Customer,
        company=name,
        contact=contact,
        email=mail,
        phone=world.numbers.stranger(country.code)[1],
        partner_id=world.often(_PARTNERS),
        status=status,
        created_at=created,
        country=country.code,
        trial_ends_at=created + timedelta(days=14) if status == "trial" else None,
        street=f"{house} {street}" if country.number_first else f"{street} {house}",
        postcode=postcode,
        city=city,
        street2=world.pick((None, None, None, "2nd floor", "Unit 7")),
        state=state or None,
        currency=country.currency,
        vat_number=number,
        vat_checked=checked,
        vat_checked_at=max(created, world.ago(80)) if checked else None,
        price_plan_id=plan["id"],
        auto_top_up=automatic,
        top_up_threshold=10 * unit if automatic else None,
        top_up_amount=50 * unit if automatic else None,
        credit_limit=world.pick((0, 0, 50, 200)) * unit,
        language=country.language,
        unlimited_minutes_left=world.random.randrange(plan["unlimited_minutes"] + 1),
        time_zone=zone or country.time_zone,
        sip_domain=f"{host}.sip.example.net",
        **_options(world, status, domain),
    )
    row |= vies_answer(world, row)
    return Company(row, country)


def _options(world: World, status: str, domain: str) -> Row:
    """Further columns of a customer."""
    return dict(
        max_channels=world.pick((None, 5, 10, 30)),
        premium_calls=world.chance(5),
        invoice_email=f"billing@{domain}",
        purchase_order=f"PO-{world.random.randrange(10000, 99999)}" if world.chance(20) else None,
        external_reference=f"CRM-{world.random.randrange(100000)}" if world.chance(30) else None,
        newsletter=world.chance(40),
        xmpp_status=world.often({"off": 60, "active": 37, "failed": 3}),
        tour_state=world.pick(("not started", "started", "finished", "skipped")),
        blocked_reason=world.pick(_BLOCKED) if status == "blocked" else None,
    )


def _lists(world: World, company: Company, lists: dict[tuple[str, str], int]) -> None:
    for slot, name in _SLOTS.items():
        chosen = "Reseller calls" if company.row["partner_id"] and slot.endswith("calls") else name
        world.rows.add(
            CustomerPriceList, **company.owner, slot=slot, price_list_id=lists[chosen, company.row["currency"]]
        )
