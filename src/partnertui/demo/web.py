"""What comes in by the web, and what calls leave behind: recordings and voicemail."""

from __future__ import annotations

from datetime import timedelta

from partnertui.db.models import (
    Chat,
    LoginLink,
    Recording,
    Subscriber,
    TrialRegistration,
    Voicemail,
    WebSession,
    WhoisRecord,
)
from partnertui.demo.countries import COUNTRIES
from partnertui.demo.stream import Stream
from partnertui.demo.world import World

_BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
    "Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
)
_SITES = ("www.example.com", "www.example.net", "de.example.org")
_PAGES = ("/", "/calls", "/users", "/billing/statement", "/numbers", "/phones", "/voicemail", "/settings")
_NETWORKS = (
    ("198.51.100.0/24", "Example Broadband", "GB"), ("203.0.113.0/24", "Beispielnetz GmbH", "DE"),
    ("192.0.2.0/24", "Test Transit Inc.", "US"), ("2001:db8::/32", "Documentation Six", "IE"),
)  # fmt: skip


def make_web(world: World, stream: Stream) -> None:
    """Chats, sign-ups, sessions, subscribers, whois answers, recordings, voicemail."""
    for _ in range(len(world.companies)):
        _chat(world)
    for _ in range(max(len(world.companies) // 2, 5)):
        _trial(world)
    _sessions(world)
    _left_behind(world, stream)
    for network, name, country in _NETWORKS:
        world.rows.add(
            WhoisRecord, query=network.replace("0/24", "7"), network=network, organisation=name, country=country,
            abuse_email="abuse@example.net", source="RIPE", fetched_at=world.ago(10),
            text=f"inetnum: {network}\nnetname: EXAMPLE-NET\norg-name: {name}\ncountry: {country}\n",
        )  # fmt: skip


def _ip(world: World) -> str:
    return f"{world.pick(('198.51.100', '203.0.113', '192.0.2'))}.{world.random.randrange(1, 255)}"


def _chat(world: World) -> None:
    company = world.pick(world.companies)
    user, answered = world.pick(company.users), world.chance(85)
    world.rows.add(
        Chat, **company.owner, started_at=world.ago(80), web_site=world.pick(_SITES), user_id=user["id"],
        operator_name=world.pick(("Ann Whitfield", "Tom Byrne")) if answered else None, visitor_name=user["name"],
        email=user["email"], ip=_ip(world), country=company.row["country"], city=company.row["city"],
        user_agent=world.pick(_BROWSERS), referrer=f"https://{world.pick(_SITES)}/support",
        duration=world.random.randrange(40, 2400) if answered else 0, state="closed" if answered else "missed",
        messages=world.random.randrange(3, 40) if answered else 1, text_ciphertext=world.secret(96),
    )  # fmt: skip


def _trial(world: World) -> None:
    from partnertui.demo.customers import slug

    country = world.pick(COUNTRIES)
    given, families = country.people()
    name = f"{world.pick(given)} {world.pick(families)}".replace("_", " ")
    new = [one for one in world.companies if one.row["status"] == "trial"]
    became = world.pick(new) if new and world.chance(25) else None
    created = became.row["created_at"] - timedelta(minutes=3) if became else world.ago(60)
    world.rows.add(
        TrialRegistration, **(became.owner if became else {"customer_id": None, "partner_id": None}),
        created_at=created, product=world.pick(("Business", "Unlimited", "Pay as you go")),
        name=became.row["contact"] if became else name, company=became.row["company"] if became else None,
        email=became.row["email"] if became else f"{(slug(name) or 'info')}@mail.example.org",
        phone=world.numbers.stranger(country.code)[1], country=became.row["country"] if became else country.code,
        ip=_ip(world), user_agent=world.pick(_BROWSERS), referrer=world.pick(("https://search.example.com/", None)),
        campaign=world.pick((None, "spring-offer", "partner-nordwind", "newsletter-42")),
        converted_at=became.row["created_at"] if became else None,
    )  # fmt: skip


def _sessions(world: World) -> None:
    for company in world.companies:
        for user in company.users[:3]:
            if user["state"] == "active" and world.chance(50):
                seen = world.ago(0.5)
                world.rows.add(
                    WebSession, **company.owner, kind="frontend", user_id=user["id"], user_name=user["email"],
                    token_hash=world.secret(), ip=_ip(world), country=company.row["country"], page=world.pick(_PAGES),
                    user_agent=world.pick(_BROWSERS), started_at=seen - timedelta(minutes=40), last_seen_at=seen,
                )  # fmt: skip
        if company.row["newsletter"]:
            world.rows.add(
                Subscriber, **company.owner, email=company.row["email"], name=company.row["contact"],
                site=world.pick(_SITES), language=company.row["language"], since=company.row["created_at"],
                unsubscribed_at=world.ago(30) if world.chance(12) else None,
            )  # fmt: skip
    for partner in (1, 2, 3):
        world.rows.add(
            WebSession, customer_id=None, partner_id=partner, kind="partners", user_id=None,
            user_name=("meridian", "nordwind", "harbor")[partner - 1], token_hash=world.secret(), ip=_ip(world),
            country=("GB", "DE", "US")[partner - 1], page="/partners/customers", user_agent=world.pick(_BROWSERS),
            started_at=world.ago(0.4, 0.2), last_seen_at=world.ago(0.1),
        )  # fmt: skip
    for company in world.companies[:3]:
        made = world.ago(20)
        world.rows.add(
            LoginLink, **company.owner, user_id=company.users[0]["id"], operator_id=1, token_hash=world.secret(),
            created_at=made, expires_at=made + timedelta(minutes=1), used_at=made + timedelta(seconds=9),
        )  # fmt: skip


def _left_behind(world: World, stream: Stream) -> None:
    """Recordings of users who record, and messages of calls that went to voicemail."""
    owners = {company.row["id"]: company for company in world.companies}
    users = {user["id"]: user for company in world.companies for user in company.users}
    for call in (*stream.ledger.sample, *stream.ledger.recent):
        facts = stream.facts(call)
        company, user = owners[facts["customer_id"]], users[facts["user_id"]]
        shared = {
            **company.owner, "user_id": user["id"], "caller": facts["source_number"],
            "called": facts["destination_number"], "at": facts["started_at"], "duration": facts["duration"],
        }  # fmt: skip
        if facts["disposition"] == "voicemail":
            folder = world.often({"inbox": 55, "old": 35, "urgent": 4, "trash": 6})
            if facts["direction"] == "internal":  # the call is the caller's, the message the called user's
                called = facts["destination_number"]
                user = next((one for one in company.users if one["extension"] == called), user)
            shared |= {"user_id": user["id"]}
            world.rows.add(
                Voicemail, **shared, mailbox=user["extension"], caller_name=facts["source_name"], folder=folder,
                is_new=folder == "inbox" and world.chance(60),
            )  # fmt: skip
        elif user["call_recording"] and facts["disposition"] == "answered":
            kind = world.often({"always": 80, "on demand": 20})
            world.rows.add(Recording, **shared, cdr_id=facts["id"], size=facts["duration"] * 2000 + 44, kind=kind)
