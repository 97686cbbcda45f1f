"""Demo partners, operators, products, plans, price lists and canned responses."""

from __future__ import annotations

from datetime import timedelta

from partnertui import __version__
from partnertui.db.models import (
    BlockedIp,
    CannedResponse,
    CaptureFolder,
    FailedLogIn,
    OperatorAccount,
    OperatorSession,
    Partner,
    PhoneModel,
    PriceList,
    PriceListEntry,
    PricePlan,
    Product,
)
from partnertui.demo.provider_catalogue import (
    BLOCKED,
    CANNED,
    CANNED_FOLDERS,
    DESTINATIONS,
    PHONES,
    PLANS,
    PRODUCTS,
    RATES,
)
from partnertui.demo.service_levels import make_service_levels
from partnertui.demo.shared_state import World
from partnertui.domain.money import MICRO
from partnertui.domain.operators import Role


def make_office(world: World) -> None:
    """All rows that no customer owns."""
    _people(world)
    _catalogue(world)
    for currency, factor in RATES.items():
        _price_lists(world, currency, factor)
    for make, model, lines, firmware, ouis in PHONES:
        world.rows.add(PhoneModel, make=make, model=model, lines=lines, firmware=firmware, ouis=ouis.split())
    for name, language, subject, body in CANNED:
        folder = CANNED_FOLDERS.get(name)
        world.rows.add(CannedResponse, name=name, folder=folder, language=language, subject=subject, body=body)
    make_service_levels(world)
    _guard(world)


def _people(world: World) -> None:
    partners = (("Meridian Telecom Partners", "GB"), ("Nordwind Systemhaus", "DE"), ("Harbor Voice Group", "US"))
    for name, country in partners:
        _, phone = world.numbers.stranger(country, "fixed")
        domain = name.split()[0].lower() + ".example.net"
        world.rows.add(
            Partner,
            name=name,
            email=f"partners@{domain}",
            phone=phone,
            country=country,
            created_at=world.ago(2000, 900),
        )
    staff = (
        ("ann", "Ann Whitfield", Role.SUPPORT),
        ("dev", "Dev Okafor", Role.DEVELOPMENT),
        ("admin", "Åsa Lindström", Role.ADMIN),
        ("marek", "Marek Żak", Role.SUPPORT),
        ("lucia", "Lucía Ibáñez", Role.SUPPORT),
        ("tom", "Tom Byrne", Role.SUPPORT),
    )
    for login, name, role in staff:
        _operator(world, login, name, role, None)
    for number, (login, name) in enumerate(
        (("meridian", "Grace Hughes"), ("nordwind", "Jürgen Köhler"), ("harbor", "DeShawn Cohen")), 1
    ):
        _operator(world, login, name, Role.PARTNER, number)
    _access(world)


def _access(world: World) -> None:
    """Sessions of today, one of them over, and a password that somebody mistyped."""
    sessions = (
        (1, 95, 1, "SSH from 192.0.2.61", None),
        (3, 240, 12, "on support-1", None),
        (7, 400, 350, "SSH from 198.51.100.24", 349),
    )
    for operator, started, key, origin, ended in sessions:
        world.rows.add(
            OperatorSession,
            operator_id=operator,
            started_at=world.now - timedelta(minutes=started),
            seen_at=world.now - timedelta(minutes=ended or 0),
            last_key_at=world.now - timedelta(minutes=key),
            origin=origin,
            program_version=__version__,
            ended_at=world.now - timedelta(minutes=ended) if ended else None,
        )
    world.rows.add(FailedLogIn, operator_id=8, at=world.now - timedelta(hours=2), origin="on support-1")


def _operator(world: World, login: str, name: str, role: Role, partner: int | None) -> None:
    world.rows.add(
        OperatorAccount,
        login=login,
        name=name,
        role=role,
        partner_id=partner,
        email=f"{login}@support.example.net",
        last_login_at=world.ago(3),
        created_at=world.ago(1500, 400),
    )


def _catalogue(world: World) -> None:
    for code, name, kind, category, price, period, licence in PRODUCTS:
        world.rows.add(
            Product,
            code=code,
            name=name,
            item_type=kind,
            category=category,
            currency="GBP",
            price=round(price * MICRO),
            period=period,
            is_user_licence=licence,
        )
    for currency, factor in RATES.items():
        for name, monthly, per_user, minutes in PLANS:
            world.rows.add(
                PricePlan,
                name=f"{name} {currency}",
                currency=currency,
                monthly_fee=_price(monthly, factor),
                per_user_fee=_price(per_user, factor),
                unlimited_minutes=minutes,
            )


def _price(pounds: float, factor: float) -> int:
    """In the currency, to a hundredth."""
    return round(pounds * factor * 100) * MICRO // 100


def _price_lists(world: World, currency: str, factor: float) -> None:
    for name, kind, cheaper in (("Standard calls", "calls", 1.0), ("Reseller calls", "calls", 0.8)):
        calls = world.rows.add(PriceList, name=name, kind=kind, currency=currency)["id"]
        for prefix, country, destination, pence, unlimited in DESTINATIONS:
            world.rows.add(
                PriceListEntry,
                price_list_id=calls,
                name=destination,
                prefix=prefix,
                country=country,
                per_minute=round(pence * 10_000 * factor * cheaper),
                per_call=0,
                unlimited=unlimited,
                first_seconds=60 if pence > 20 else 1,
                step_seconds=60 if pence > 20 else 1,
            )
    numbers = world.rows.add(PriceList, name="Standard DDIs", kind="ddis", currency=currency)["id"]
    codes = {entry[1]: entry[0] for entry in reversed(DESTINATIONS) if not entry[0].startswith("1")}  # +1 is shared
    areas = (("London", "4420", "GB", 2.0), ("Berlin", "4930", "DE", 3.0), ("Paris", "331", "FR", 3.0))
    for country in sorted({entry[1] for entry in DESTINATIONS}):
        dear = 1.0 if country in ("GB", "US", "CA", "IE") else 2.5
        world.rows.add(
            PriceListEntry,
            price_list_id=numbers,
            name=f"Numbers in {country}",
            prefix=codes.get(country),
            country=country,
            setup_fee=_price(2 * dear, factor),
            monthly_fee=_price(2.5 * dear, factor),
        )
    for area, prefix, country, dear in areas:
        world.rows.add(
            PriceListEntry,
            price_list_id=numbers,
            name=f"Numbers in {area}",
            prefix=prefix,
            country=country,
            setup_fee=_price(2 * dear, factor),
            monthly_fee=_price(2.5 * dear, factor),
        )
    goods = world.rows.add(PriceList, name="Standard products", kind="products", currency=currency)["id"]
    for product in world.rows.of(Product):
        fee = _price(product["price"] / MICRO, factor)
        world.rows.add(
            PriceListEntry, price_list_id=goods, name=product["name"], product_id=product["id"], monthly_fee=fee
        )


def _guard(world: World) -> None:
    """Blocked for ever, for a while yet, or until a moment that has passed."""
    people = [one["id"] for one in world.rows.of(OperatorAccount) if one["role"] in (Role.SUPPORT, Role.ADMIN)]
    for network, reason, days in BLOCKED:
        world.rows.add(
            BlockedIp,
            network=network,
            reason=reason,
            blocked_by_id=world.pick(people),
            blocked_at=world.ago(60, 11),
            until=None if days is None else world.now + timedelta(days=days, hours=3),
        )
    world.rows.add(CaptureFolder, name="Voice edge", path="/var/spool/captures/edge", enabled=False)
