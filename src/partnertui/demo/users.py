"""Demo users with their locations and desk phones."""

from __future__ import annotations

from datetime import timedelta

from partnertui.db.models import CustomerPhone, DialLocation, PhoneModel, SwitchUser, User, UserStatus
from partnertui.demo.collected_rows import Row
from partnertui.demo.countries import DEPARTMENTS, TITLES
from partnertui.demo.provider_catalogue import AGENTS, SOFTPHONES
from partnertui.demo.shared_state import Company, World
from partnertui.demo.slug import slug
from partnertui.domain.extensions import FIRST_EXTENSION

_STATES = {"active": 90, "invited": 5, "disabled": 3, "locked": 2}
_SCATTER = 0x9E3779
"""Odd, so that users one after the other get MACs far apart and no two the same."""
_TONES = {"GB": "uk", "US": "us", "CA": "us", "DE": "de", "FR": "fr", "IE": "ie", "AU": "au", "SE": "se", "JP": "jp"}


def give_users(world: World, company: Company) -> None:
    """As many as a firm of its size has: mostly few, sometimes a hundred."""
    place = _location(world, company)
    count = min(1 + int(world.random.lognormvariate(1.9, 0.9)), 120)
    public = f"{world.pick(('198.51.100', '203.0.113'))}.{world.random.randrange(1, 255)}"
    prefix = f"192.168.{world.random.randrange(256)}" if world.chance(70) else f"10.{world.random.randrange(256)}.0"
    for at in range(count):
        user = _user(world, company, FIRST_EXTENSION + at, place["id"])
        company.users.append(user)
        if world.chance(7):
            company.addresses[user["id"]] = (_six(world) if world.chance(40) else _public(world), None)
        else:
            company.addresses[user["id"]] = (public, f"{prefix}.{20 + at}")
        _phone(world, company, user)
        _presence(world, company, user, public)
        _on_switch(world, company, user)


def _six(world: World) -> str:
    return f"2001:db8:{world.random.randrange(1, 65536):x}::{world.random.randrange(16, 65536):x}"


def _public(world: World) -> str:
    return f"{world.pick(('198.51.100', '203.0.113', '192.0.2'))}.{world.random.randrange(1, 255)}"


def _location(world: World, company: Company) -> Row:
    row = company.row
    return world.rows.add(
        DialLocation,
        **company.owner,
        name=row["city"],
        street=row["street"],
        postcode=row["postcode"],
        city=row["city"],
        state=row["state"],
        country=row["country"],
        time_zone=row["time_zone"],
        tone_zone=_TONES.get(row["country"], "eu"),
        emergency_address=world.often({"verified": 75, "pending": 10, "missing": 10, "rejected": 5}),
    )


def _user(world: World, company: Company, extension: int, place: int) -> Row:
    row, (given, families) = company.row, company.country.people()
    name = f"{world.pick(given)} {world.pick(families)}".replace("_", " ")
    domain = row["email"].split("@")[1]
    state = "active" if extension == FIRST_EXTENSION else world.often(_STATES)
    created = max(row["created_at"], world.ago(20, 0.1) if state == "invited" else world.ago(1500, 100))
    return world.rows.add(
        User,
        **company.owner,
        name=name,
        email=f"{_mailbox(name)}{extension}@{domain}",
        extension=str(extension),
        product_id=None if world.chance(1) else world.pick((1, 1, 1, 2, 2, 3)),
        state=state,
        role="administrator" if extension == FIRST_EXTENSION else world.often({"user": 90, "manager": 10}),
        sip_username=f"{1000 + row['id']}{extension}",
        sip_domain=row["sip_domain"],
        sip_password_ciphertext=world.secret(),
        language=company.country.language,
        time_zone=row["time_zone"],
        mobile=world.numbers.stranger(row["country"], "mobile")[1] if world.chance(40) else None,
        department=world.pick(DEPARTMENTS),
        job_title=world.pick(TITLES),
        voicemail_enabled=world.chance(80),
        call_recording=world.chance(8),
        ring_time=world.pick((20, 25, 30, 30, 45)),
        two_factor=world.chance(25),
        international_calls=world.chance(85),
        location_id=place,
        created_at=created,
        last_login_at=None if state == "invited" else max(created, world.ago(40)),
    )


def _on_switch(world: World, company: Company, user: Row) -> None:
    """Every account was written once; a few differed when they were compared."""
    differs = "not on the switch" if user["id"] % 40 == 0 else None
    world.rows.add(
        SwitchUser,
        **company.owner,
        sip_username=user["sip_username"],
        sip_domain=user["sip_domain"],
        revision=1,
        written_revision=1,
        changed_at=user["created_at"],
        written_at=user["created_at"],
        checked_at=world.now if differs else None,
        differs=differs,
    )


def _mailbox(name: str) -> str:
    return (slug(name) or "user").replace("-", ".")


def _phone(world: World, company: Company, user: Row) -> None:
    if world.chance(22):
        company.agents[user["id"]] = world.pick(SOFTPHONES)
        return
    model = world.pick(world.rows.of(PhoneModel))
    old = world.chance(12)
    firmware = f"{model['firmware'].rsplit('.', 1)[0]}.1" if old else model["firmware"]
    agent = AGENTS[model["make"]].format(model=model["model"].replace("VVX ", "VVX_"), firmware=firmware)
    company.agents[user["id"]] = agent
    seen = None if user["state"] == "invited" else max(user["created_at"], world.ago(45, 0.2))
    world.rows.add(
        CustomerPhone,
        **company.owner,
        user_id=user["id"],
        phone_model_id=model["id"],
        vendor=model["make"],
        mac=f"{world.pick(model['ouis'])}{user['id'] * _SCATTER % 2**24:06x}",
        firmware=firmware,
        last_provisioned_at=seen,
        last_provisioned_ip=company.addresses[user["id"]][0] if seen else None,
        last_provisioned_agent=agent if seen else None,
        created_at=user["created_at"],
    )


def _presence(world: World, company: Company, user: Row, public: str) -> None:
    if user["state"] != "active":
        return
    known = min((world.now - user["created_at"]) / timedelta(days=1), 5)
    moments = sorted(world.ago(known) for _ in range(world.random.randrange(4)))
    for at in moments:
        presence = world.often({"available": 50, "busy": 15, "away": 15, "do not disturb": 8, "offline": 12})
        detail = {"offline": "logged out", "busy": "in a call"}.get(presence)
        world.rows.add(
            UserStatus, **company.owner, user_id=user["id"], at=at, presence=presence, detail=detail, ip=public
        )
