"""Demo chats, trial sign-ups, portal sessions, newsletter subscribers and WHOIS answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from partnertui.db.models import (
    Chat,
    ChatReading,
    LoginLink,
    Subscriber,
    TrialRegistration,
    WebSession,
    WhoisRecord,
)
from partnertui.demo.collected_rows import Row
from partnertui.demo.countries import COUNTRIES, HEADS, TRADES
from partnertui.demo.provider_catalogue import SCRIPT_IP
from partnertui.demo.shared_state import Company, World
from partnertui.demo.slug import slug

_BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
    "Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
)
_SITES = {"de": "de.example.org", "fr": "fr.example.org", "ja": "jp.example.org"}
_PAGES = ("/", "/calls", "/voicemail", "/voicemail/inbox", "/settings/phone", "/contacts", "/presence")
_OFFICE_PAGES = (
    "/users",
    "/users/201/edit",
    "/billing/statement",
    "/billing/cards",
    "/basket",
    "/numbers",
    "/numbers/order",
    "/phones",
    "/menus/main",
    "/ring-groups",
    "/reports/calls?month=last",
)
"""For administrators and managers."""
_HELP = (
    "https://{site}/support",
    "https://{site}/help/no-service",
    "https://{site}/help/yealink",
    "https://{site}/prices",
    "https://{site}/numbers/porting",
    "https://{site}/status",
    "https://search.example.com/?q=sip+phone+no+service",
    None,
)
_WAYS = (
    ("spring-offer", "https://search.example.com/?q=voip+offer"),
    ("spring-offer", "https://news.example.org/business"),
    ("newsletter-42", "https://mail.example.net/"),
    ("trade-fair", None),
    (None, None),
    (None, "https://search.example.com/?q=business+phone+system"),
    (None, "https://forum.example.org/t/voip-provider"),
)
"""Campaign and referrer of a sign-up."""
_PARTNER_WAYS = {
    1: ("partner-meridian", "https://meridian.example.net/telephony"),
    2: ("partner-nordwind", "https://nordwind.example.net/telefonie"),
    3: ("partner-harbor", "https://harbor.example.net/voice"),
}
_NETWORKS = (
    ("198.51.100.0/24", "Example Broadband", "GB"),
    ("203.0.113.0/24", "Beispielnetz GmbH", "DE"),
    ("192.0.2.0/24", "Test Transit Inc.", "US"),
    ("2001:db8::/32", "Documentation Six", "IE"),
)


def make_web(world: World) -> None:
    """Chats, sign-ups, sessions and subscribers."""
    for number in range(len(world.companies)):
        _chat(world, number)
    for company in world.companies:
        if company.row["status"] == "trial":
            _sign_up(world, company)
    for number in range(max(len(world.companies) // 2, 5)):
        _visitor(world, number)
    _sessions(world)


def make_whois_answers(world: World) -> None:
    """Cached WHOIS answers about the networks of demo addresses."""
    for network, name, country in _NETWORKS:
        world.rows.add(
            WhoisRecord,
            query=network.replace("0/24", "7"),
            network=network,
            organisation=name,
            country=country,
            abuse_email="abuse@example.net",
            source="RIPE",
            fetched_at=world.ago(10),
            text=f"inetnum: {network}\nnetname: EXAMPLE-NET\norg-name: {name}\ncountry: {country}\n",
        )


def _ip(world: World) -> str:
    return f"{world.pick(('198.51.100', '203.0.113', '192.0.2'))}.{world.random.randrange(1, 255)}"


def _site(world: World, language: str) -> str:
    return _SITES.get(language) or world.pick(("www.example.com", "www.example.net"))


def _chat(world: World, number: int) -> None:
    """The first ones are going on now: one waits, one talks."""
    alive = [one for one in world.companies if one.alive] if number < 2 else []
    company = world.pick(alive or world.companies)
    user, site = world.pick(company.users), _site(world, company.row["language"])
    state = ("waiting", "open")[number] if number < 2 else world.often({"closed": 85, "missed": 15})
    talked = state in ("open", "closed")
    begun = world.ago(0.006, 0.001) if number < 2 else max(user["created_at"], world.ago(80, 0.1))
    so_far = int((world.now - begun).total_seconds())
    length = {"open": so_far, "closed": min(world.random.randrange(40, 2400), so_far)}.get(state, 0)
    page = world.pick(_HELP)
    chat = world.rows.add(
        Chat,
        **company.owner,
        started_at=begun,
        web_site=site,
        user_id=user["id"],
        operator_name=world.pick(("Ann Whitfield", "Tom Byrne", "Lucía Ibáñez")) if talked else None,
        visitor_name=user["name"],
        email=user["email"],
        ip=company.addresses[user["id"]][0],
        country=company.row["country"],
        city=company.row["city"],
        user_agent=world.pick(_BROWSERS),
        referrer=page.format(site=site) if page else None,
        duration=length,
        state=state,
        messages=2 + length // world.random.randrange(30, 70) if talked else 1,
        text_ciphertext=world.secret(96),
    )
    if number % 10 == 4:
        world.rows.add(
            ChatReading,
            **company.owner,
            chat_id=chat["id"],
            operator_id=1,
            reason="complaint about the reply",
            requested_in="demo",
            requested_at=begun + timedelta(hours=2),
            read_at=begun + timedelta(hours=2, seconds=9),
        )


def _sign_up(world: World, company: Company) -> None:
    """Where a customer on trial came from."""
    row, known = company.row, company.users[0]["id"]
    campaign, referrer = _PARTNER_WAYS.get(row["partner_id"] or 0) or world.pick(_WAYS)
    world.rows.add(
        TrialRegistration,
        **company.owner,
        product="Pay as you go",
        created_at=row["created_at"] - timedelta(minutes=world.random.randrange(2, 50)),
        name=row["contact"],
        company=row["company"],
        email=row["email"],
        phone=row["phone"],
        country=row["country"],
        ip=company.addresses[known][0],
        user_agent=world.pick(_BROWSERS),
        referrer=referrer,
        campaign=campaign,
        converted_at=row["created_at"],
    )


def _visitor(world: World, number: int) -> None:
    """Somebody who became no customer; every eighth is a script at the same address, night after night."""
    country, script = world.pick(COUNTRIES), number % 8 == 3
    given, families = country.people()
    name = f"{world.pick(given)} {world.pick(families)}".replace("_", " ")
    campaign, referrer = (None, None) if script else world.pick(_WAYS)
    junk = f"{world.random.getrandbits(40):010x}"
    visitor = world.rows.add(
        TrialRegistration,
        customer_id=None,
        partner_id=None,
        created_at=world.ago(60),
        product=world.pick(("Business", "Unlimited", "Pay as you go")),
        name=junk[:6] if script else name,
        company=None if script or world.chance(40) else f"{world.pick(HEADS)} {world.pick(TRADES)}",
        email=f"{junk if script else slug(name) or 'info'}@mail.example.org",
        phone=world.numbers.stranger(country.code)[1],
        country=country.code,
        ip=SCRIPT_IP if script else _ip(world),
        user_agent="python-requests/2.32.3" if script else world.pick(_BROWSERS),
        referrer=referrer,
        campaign=campaign,
    )
    if number % 8 == 4:  # a customer who signs up again, written otherwise
        known = world.companies[number % len(world.companies)].row
        visitor |= {"company": known["company"].upper(), "country": known["country"], "phone": known["phone"]}


def _sessions(world: World) -> None:
    for company in world.companies:
        for user in company.users[:3] if company.alive else ():
            if user["state"] == "active" and world.chance(50):
                _session(world, company, user)
        if company.row["newsletter"]:
            since = company.row["created_at"]
            _subscriber(world, company.row["email"], company.row["contact"], company.row["language"], since, company)
    for number in range(max(len(world.companies) // 6, 2)):
        country = world.pick(COUNTRIES)
        reader = f"reader{number + 1}@mail.example.org"
        _subscriber(world, reader, None, country.language, world.ago(900, 2), None)
    for partner in (1, 2, 3):
        begun = world.ago(0.4, 0.2)
        world.rows.add(
            WebSession,
            customer_id=None,
            partner_id=partner,
            kind="partners",
            user_id=None,
            user_name=("meridian", "nordwind", "harbor")[partner - 1],
            token_hash=world.secret(),
            ip=_ip(world),
            country=("GB", "DE", "US")[partner - 1],
            user_agent=world.pick(_BROWSERS),
            started_at=begun,
            page=world.pick(("/partners/customers", "/partners/commission", "/partners/orders/new")),
            last_seen_at=world.ago(0.1),
        )
    for company in world.companies[:3]:
        made = max(company.users[0]["created_at"], world.ago(20))
        world.rows.add(
            LoginLink,
            **company.owner,
            user_id=company.users[0]["id"],
            operator_id=1,
            token_hash=world.secret(),
            created_at=made,
            expires_at=made + timedelta(minutes=1),
            used_at=made + timedelta(seconds=9),
            ended_at=made + timedelta(minutes=12),
        )


def _session(world: World, company: Company, user: Row) -> None:
    seen = max(user["created_at"], world.ago(0.01) if world.chance(35) else world.ago(0.5))
    begun = max(user["created_at"], seen - timedelta(seconds=world.random.randrange(20, 9000)))
    user["last_login_at"] = begun
    pages = _PAGES if user["role"] == "user" else _OFFICE_PAGES
    world.rows.add(
        WebSession,
        **company.owner,
        kind="frontend",
        user_id=user["id"],
        user_name=user["email"],
        token_hash=world.secret(),
        ip=company.addresses[user["id"]][0],
        country=company.row["country"],
        page=world.pick(pages),
        user_agent=world.pick(_BROWSERS),
        started_at=begun,
        last_seen_at=seen,
    )


def _subscriber(
    world: World, email: str, name: str | None, language: str, since: datetime, company: Company | None
) -> None:
    owner = company.owner if company else {"customer_id": None, "partner_id": None}
    world.rows.add(
        Subscriber,
        **owner,
        email=email,
        name=name,
        site=_site(world, language),
        language=language,
        since=since,
        unsubscribed_at=max(since, world.ago(30)) if world.chance(12) else None,
    )
