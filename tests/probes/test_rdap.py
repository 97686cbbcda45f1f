"""Asking an RDAP server: its answers, its silence, and answers that are none. Everything stays on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.probes.rdap_server import ANSWER, rdap_server

from partnertui.domain.errors import DomainError
from partnertui.probes.rdap import AddressHolder, query_rdap, read_answer

ADDRESS = ip_address("193.0.6.139")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the surroundings comes between."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


async def test_the_facts_of_an_answer() -> None:
    async with rdap_server() as server:
        owner = await query_rdap(ADDRESS, server.url, 3)
        assert server.asked == ["/ip/193.0.6.139"]
    assert (owner.network, owner.organisation, owner.country) == ("193.0.0.0/21", "Example Broadband", "NL")
    assert (owner.abuse_email, owner.source, owner.name) == ("abuse@example.net", "127.0.0.1", "EX-NET")
    assert json.loads(owner.text) == ANSWER


async def test_it_goes_where_it_is_sent() -> None:
    async with rdap_server(location="/there/ip/193.0.6.139") as server:
        owner = await query_rdap(ADDRESS, server.url, 3)
        assert server.asked == ["/ip/193.0.6.139", "/there/ip/193.0.6.139"]
    assert owner.organisation == "Example Broadband"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"status": 404}, "has no record of this address"),
        ({"status": 429}, "Too many queries"),
        ({"status": 500}, "refused the query (HTTP 500)"),
        ({"body": b"<html>"}, "not with RDAP data"),
        ({"body": b"[1]"}, "not with RDAP data"),
        ({"body": b"{}"}, "not with RDAP data"),
        ({"body": b'{"handle": "x", "objectClassName": "domain"}'}, "not with RDAP data"),
        ({"body": b" " * 1_100_000}, "more than a megabyte"),
        ({"location": "/ip/round"}, "redirected too many times"),
        ({"wait": 1.0}, "didn't respond within 0.4 seconds"),
    ],
)
async def test_what_goes_wrong_is_a_sentence(more: dict[str, Any], words: str) -> None:
    async with rdap_server(**more) as server:
        with pytest.raises(DomainError) as found:
            await query_rdap(ADDRESS, server.url, 0.4 if "wait" in more else 20)
    assert words in str(found.value)


async def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(DomainError, match=r"127\.0\.0\.1 can't be reached") as found:
        await query_rdap(ADDRESS, f"http://127.0.0.1:{port}/", 2)
    assert "Check this host's network" in found.value.advice


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(st.sampled_from([*ANSWER, "links", "events", "remarks", "notices", "status"]), JSON))
def test_no_answer_breaks_it(odd: dict[str, Any]) -> None:
    with contextlib.suppress(DomainError):
        found = read_answer(json.dumps({**ANSWER, **odd}).encode(), "193.0.6.139", "x")
        assert isinstance(found, AddressHolder)


@pytest.mark.parametrize("where", ["http://localhost:{port}/x", "https://127.0.0.2/x", "https://[::1]/x", "file:///x"])
async def test_it_is_not_led_inside(where: str) -> None:
    async with rdap_server() as inside:
        target = where.format(port=urlsplit(inside.url).port)
        async with rdap_server(location=target) as server:
            with pytest.raises(DomainError, match="isn't followed"):
                await query_rdap(ADDRESS, server.url, 3)
        assert inside.asked == []


async def test_a_redirect_is_asked_at_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up, asked = [], []

    async def lookup(host: str, port: int) -> list[Any]:
        looked_up.append(host)
        return [(0, 0, 0, "", ("2001:4860::1", port, 0, 0)), (0, 0, 0, "", ("8.8.8.8", port))]

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.host, request.headers["Host"], request.extensions["sni_hostname"]))
        if request.url.host == "127.0.0.1":
            return httpx.Response(302, headers={"Location": "https://rdap.example.net/ip/193.0.6.139"})
        if request.url.host == "2001:4860::1":
            raise httpx.ConnectError("no route")
        return httpx.Response(200, json=ANSWER)

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    monkeypatch.setattr(httpx, "AsyncClient", lambda **more: client)
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup)
    owner = await query_rdap(ADDRESS, "https://127.0.0.1/", 3)
    assert (owner.source, owner.network) == ("rdap.example.net", "193.0.0.0/21")
    assert looked_up == ["rdap.example.net"], "a second answer of the DNS might be another one"
    by_name = ("rdap.example.net", "rdap.example.net")
    assert asked[1:] == [("2001:4860::1", *by_name), ("8.8.8.8", *by_name)]


@pytest.mark.parametrize(
    "change", [{"startAddress": "198.51.100.0", "endAddress": "198.51.100.255"}, {"endAddress": ""}]
)
async def test_an_answer_about_another_network_is_not_believed(change: dict[str, str]) -> None:
    async with rdap_server(body=json.dumps(ANSWER | change).encode()) as server:
        with pytest.raises(DomainError, match="another network"):
            await query_rdap(ADDRESS, server.url, 3)
