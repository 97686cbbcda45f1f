"""Who has an IP address: one question to an RDAP server (RFC 9082), and its answer (RFC 9083) in a few facts."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from partnertui.domain.addresses import Address
from partnertui.domain.errors import DomainError

if TYPE_CHECKING:
    from httpx import AsyncClient

MOST_BYTES = 1_000_000
MOST_HOPS = 5
OWNERS = ("registrant", "administrative", "technical")


@dataclass(frozen=True)
class Owner:
    """Who has a range of addresses; what the answer does not say is empty."""

    network: str
    name: str
    organisation: str
    country: str
    """ISO 3166 code, or the country as the registry wrote it."""
    abuse_email: str
    source: str
    """Host that answered."""
    text: str
    """The whole answer, as readable JSON."""


async def ask(address: Address, url: str, seconds: float) -> Owner:
    """Asks; `seconds` are for all of it, redirects to the right registry included. Raises DomainError."""
    import httpx

    wanted = f"{url.rstrip('/')}/ip/{address}"
    server = urlsplit(url).hostname or url
    headers = {"Accept": "application/rdap+json, application/json", "User-Agent": "partnertui"}
    try:
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(
                follow_redirects=True, max_redirects=MOST_HOPS, timeout=seconds, headers=headers
            ) as client,
        ):
            body, host = await _read(client, wanted, server)
    except (TimeoutError, httpx.TimeoutException):
        raise DomainError(f"{server} did not answer within {seconds:g} seconds.", advice="r asks again.") from None
    except httpx.TooManyRedirects:
        raise DomainError(f"{server} sent us from one server to the next.", advice="Look at whois.url.") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        advice = "Is there a network here? The setting whois.url names the server; r asks again."
        raise DomainError(f"{server} cannot be reached.", advice=advice) from None
    return read_answer(body, str(address), host)


async def _read(client: AsyncClient, url: str, server: str) -> tuple[bytes, str]:
    async with client.stream("GET", url) as response:
        host = response.url.host or server
        if response.status_code != 200:
            raise DomainError(*_refused(response.status_code, host))
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > MOST_BYTES:
                raise DomainError(f"{host} answered with more than a megabyte, which is no answer.")
        return bytes(body), host


def _refused(code: int, host: str) -> tuple[str]:
    words = {404: f"{host} knows nothing of this address.", 429: f"{host} is asked too often: wait a minute."}
    return (words.get(code, f"{host} would not answer (HTTP {code})."),)


def read_answer(body: bytes, query: str, host: str) -> Owner:
    """The facts of an answer; raises DomainError where it is none."""
    parse = _parser()
    try:
        raw = json.loads(body)
        if not isinstance(raw, dict) or raw.get("objectClassName") != "ip network":
            raise TypeError
        found = parse("ip", query, raw)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        advice = "The setting whois.url should name an RDAP server, such as https://rdap.org/."
        raise DomainError(f"{host} answered something that is no RDAP.", advice=advice) from None
    people: dict[str, list[dict[str, Any]]] = found.get("entities") or {}
    owners = [person for role in OWNERS for person in people.get(role) or ()]
    owner = next((person for person in owners if person.get("name")), {})
    abuse = next((person for person in people.get("abuse") or () if person.get("email")), {})
    country = found.get("country") or (owner.get("address") or {}).get("country") or ""
    return Owner(
        network=_range(found),
        name=_text(found.get("name")),
        organisation=_text(owner.get("organisation") or owner.get("name")),
        country=_text(country).upper() if len(_text(country)) == 2 else _text(country),
        abuse_email=_text(abuse.get("email")),
        source=host,
        text=json.dumps(raw, indent=2, ensure_ascii=False),
    )


def _text(value: object) -> str:
    return str(value or "").strip()[:300]


def _range(found: dict[str, Any]) -> str:
    """The range as a network where it is one, else its first and last address."""
    networks = found.get("cidrs") or []
    if len(networks) == 1:
        return str(networks[0])
    first, last = _text(found.get("start_address")), _text(found.get("end_address"))
    return f"{first} - {last}" if first and last else str(found.get("network") or "")


def _parser() -> Any:
    """The library's parser. What it would write to the terminal is taken away."""
    from whoisit import _bootstrap
    from whoisit.errors import WhoisItError
    from whoisit.parser import parse

    for name in ("bootstrap", "parser", "query", "utils"):
        logging.getLogger(name).handlers.clear()

    def run(kind: str, query: str, raw: dict[str, Any]) -> Any:
        try:
            return parse(_bootstrap, kind, query, raw)
        except WhoisItError as error:
            raise ValueError(str(error)) from None

    return run
