"""Looks up the holder of an IP address by RDAP (RFC 9082, RFC 9083)."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from whoisit import _bootstrap
from whoisit.errors import WhoisItError
from whoisit.parser import parse

from partnertui.domain.errors import DomainError
from partnertui.domain.ip_addresses import Address

if TYPE_CHECKING:
    from httpx import AsyncClient

MAX_BYTES = 1_000_000
# Redirects are how a bootstrap server leads to the responsible registry (RFC 7480, section 5.2).
MAX_REDIRECTS = 5
OWNER_ROLES = ("registrant", "administrative", "technical")


@dataclass(frozen=True)
class AddressHolder:
    """The holder of an address range; facts missing from the answer are empty strings."""

    network: str
    name: str
    organisation: str
    country: str
    """ISO 3166 code, or the country as the registry wrote it."""
    abuse_email: str
    source: str
    """Host name of the RDAP server that answered."""
    text: str
    """The complete answer as indented JSON."""


async def query_rdap(address: Address, url: str, seconds: float) -> AddressHolder:
    """Query the RDAP server at `url`, redirects to the responsible registry included, within `seconds`.

    Raises DomainError when the server can't be reached, refuses, or answers with something other than RDAP.
    """
    wanted = f"{url.rstrip('/')}/ip/{address}"
    server = urlsplit(url).hostname or url
    headers = {"Accept": "application/rdap+json, application/json", "User-Agent": "partnertui"}
    try:
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(timeout=seconds, headers=headers) as client,
        ):
            body, host = await _follow(client, wanted, server)
    except (TimeoutError, httpx.TimeoutException):
        raise DomainError(
            f"{server} didn't respond within {seconds:g} seconds.", advice="Press r to try again."
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        advice = "Check this host's network, and the server set in whois.url."
        raise DomainError(f"{server} can't be reached.", advice=advice) from None
    answer = read_answer(body, str(address), host)
    require_about(answer, address, host)
    return answer


async def _follow(client: AsyncClient, url: str, server: str) -> tuple[bytes, str]:
    """The answer, after redirects: to the same server, or to public ones, as an answer must not lead inside."""
    at: tuple[str, ...] = ("",)
    for _ in range(MAX_REDIRECTS + 1):
        host = urlsplit(url).hostname or server
        body, target = await _read_from_one(client, url, at)
        if not target:
            return body, host
        at = ("",) if urlsplit(target).hostname == server else await _public_addresses(target, host)
        url = target
    raise DomainError(f"{server} redirected too many times.", advice="Check whois.url.")


async def _public_addresses(url: str, host: str) -> tuple[str, ...]:
    """The addresses of a redirect's target; raises DomainError unless all are public."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise DomainError(f"{host} redirected to something other than https, which isn't followed.")
    try:
        answers = await asyncio.get_running_loop().getaddrinfo(parts.hostname, parts.port or 443)
    except OSError:
        raise DomainError(f"{host} redirected to {parts.hostname[:80]}, which can't be resolved.") from None
    if not all(ip_address(answer[4][0]).is_global for answer in answers):
        raise DomainError(f"{host} redirected to an address that isn't public, which isn't followed.")
    return tuple(dict.fromkeys(str(answer[4][0]) for answer in answers))


def require_about(answer: AddressHolder, address: Address, host: str) -> None:
    """Raises DomainError where the answer is about a network without the address."""
    try:
        raw = json.loads(answer.text)
        first, last = ip_address(str(raw["startAddress"])), ip_address(str(raw["endAddress"]))
        inside = first.version == address.version and int(first) <= int(address) <= int(last)
    except (KeyError, ValueError):
        inside = False
    if not inside:
        raise DomainError(f"{host} responded about another network ({answer.network or 'none'}), which isn't shown.")


async def _read_from_one(client: AsyncClient, url: str, addresses: tuple[str, ...]) -> tuple[bytes, str]:
    """The answer of the first address that can be reached."""
    for address in addresses[:-1]:
        with suppress(httpx.ConnectError, httpx.ConnectTimeout):
            return await _read(client, url, address)
    return await _read(client, url, addresses[-1])


async def _read(client: AsyncClient, url: str, address: str) -> tuple[bytes, str]:
    """The answer, or where it redirects to; asked at the address that was checked, "" for any that the name has."""
    # httpx follows no redirect by itself: each target is looked at in `_follow` before it is asked. And it would look
    # the name up again, which might lead elsewhere by then: so it gets the address, and TLS and the server the name.
    named = httpx.URL(url)
    host = named.host
    sent = named.copy_with(host=address) if address else named
    headers, extensions = {"Host": named.netloc.decode("ascii")}, {"sni_hostname": host}
    async with client.stream("GET", sent, headers=headers, extensions=extensions) as response:
        if response.has_redirect_location:
            return b"", str(named.join(response.headers["Location"]))
        if response.status_code != 200:
            raise DomainError(*_refused(response.status_code, host))
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > MAX_BYTES:
                raise DomainError(f"{host} sent more than a megabyte, which can't be a valid response.")
        return bytes(body), ""


def _refused(code: int, host: str) -> tuple[str]:
    messages = {404: f"{host} has no record of this address.", 429: f"Too many queries to {host}: wait a minute."}
    return (messages.get(code, f"{host} refused the query (HTTP {code})."),)


def read_answer(body: bytes, query: str, host: str) -> AddressHolder:
    """Parse an RDAP answer to `query`. Raises DomainError when it isn't a valid answer about an IP network."""
    parse = _parser()
    try:
        raw = json.loads(body)
        if not isinstance(raw, dict) or raw.get("objectClassName") != "ip network":
            raise TypeError
        found = parse("ip", query, raw)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        advice = "Set whois.url to an RDAP server, such as https://rdap.org/."
        raise DomainError(f"{host} responded, but not with RDAP data.", advice=advice) from None
    people: dict[str, list[dict[str, Any]]] = found.get("entities") or {}
    owners = [person for role in OWNER_ROLES for person in people.get(role) or ()]
    owner = next((person for person in owners if person.get("name")), {})
    abuse = next((person for person in people.get("abuse") or () if person.get("email")), {})
    country = found.get("country") or (owner.get("address") or {}).get("country") or ""
    return AddressHolder(
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
    """The range in CIDR notation when it's a single network, otherwise its first and last address."""
    networks = found.get("cidrs") or []
    if len(networks) == 1:
        return str(networks[0])
    first, last = _text(found.get("start_address")), _text(found.get("end_address"))
    return f"{first} - {last}" if first and last else str(found.get("network") or "")


def _parser() -> Any:
    """whoisit's parser, with its log handlers removed so that nothing is written to the terminal."""
    for name in ("bootstrap", "parser", "query", "utils"):
        logging.getLogger(name).handlers.clear()

    def run(kind: str, query: str, raw: dict[str, Any]) -> Any:
        try:
            return parse(_bootstrap, kind, query, raw)
        except WhoisItError as error:
            raise ValueError(str(error)) from None

    return run
