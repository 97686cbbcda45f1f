"""SIP messages: what is well formed is read as the RFC says, the rest ends in one clear error, and fast."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sip.sip_samples import ANSWER, answer, request

from partnertui.sip.address import parse_address, parse_vias
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.message import MOST_BYTES, MOST_HEADERS, Request, Response, parse_message
from partnertui.sip.uri import parse_uri


def test_an_answer() -> None:
    message = parse_message(ANSWER.encode())
    assert isinstance(message, Response)
    assert (message.status, message.reason) == (200, "OK")
    assert message.headers.first("user-agent") == "Yealink SIP-T46U 108.86.0.20"
    (via,) = parse_vias(message.headers.first("Via"))
    assert (via.transport, via.host, via.port, via.branch) == ("udp", "10.0.1.10", 40000, "z9hG4bKabc")
    assert parse_address(message.headers.first("From")).name == "Support"


def test_compact_names_folded_lines_and_white_space() -> None:
    data = (
        b"SIP/2.0 486 Busy Here\r\nv  : SIP / 2.0 / UDP\r\n  [2001:db8::1] : 5070 ; branch = z9hG4bKx\r\n"
        b'f: "A \\" quote; <x>" <sip:a@example.com;user=phone>;tag=1\r\nT:sip:b@example.com;tag=2\r\n'
        b"i: x@y\r\nCSEQ: 0009\r\n OPTIONS\r\nl: 0\r\n\r\nrest of the datagram"
    )
    message = parse_message(data)
    assert isinstance(message, Response)
    assert (message.status, message.body) == (486, b"")
    (via,) = parse_vias(message.headers.first("via"))
    assert (via.host, via.port) == ("2001:db8::1", 5070)
    assert parse_address(message.headers.first("from")).name == 'A " quote; <x>'
    assert parse_address(message.headers.first("to")).parameters == {"tag": "2"}


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"SIP/2.0 100 \r\n", (100, "")),
        (b"SIP/2.0 200\r\n", (200, "")),
        (
            "SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять\r\n".encode(),
            (200, "= 2**3 * 5**2 но сто девяносто девять"),
        ),
    ],
)
def test_reasons(data: bytes, line: tuple[int, str]) -> None:
    message = parse_message(data + ANSWER.encode().split(b"\r\n", 1)[1])
    assert isinstance(message, Response)
    assert (message.status, message.reason) == line


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\r\n\r\n", id="keep-alive"),
        pytest.param(b"SIP/2.0 200 OK\r\n", id="no empty line"),
        pytest.param(answer().replace(b"200", b"4294967301", 1), id="status too big"),
        pytest.param(answer().replace(b"200", b"20", 1), id="status too short"),
        pytest.param(answer().replace(b"200", "２００".encode(), 1), id="digits of another script"),
        pytest.param(answer().replace(b"200", b"700", 1), id="no such class"),
        pytest.param(answer().replace(b"SIP/2.0 200", b"SIP/7.0 200", 1), id="version"),
        pytest.param(answer(Content_Length="9999"), id="body missing"),
        pytest.param(answer(Content_Length="-1"), id="negative length"),
        pytest.param(answer(l="5"), id="two lengths"),
        pytest.param(answer(CSeq="36893488147419103232 OPTIONS"), id="CSeq too big"),
        pytest.param(answer(CSeq="1"), id="CSeq without method"),
        pytest.param(answer(Max_Forwards="256"), id="Max-Forwards"),
        pytest.param(answer(Call_ID=None), id="no Call-ID"),
        pytest.param(answer(i="2"), id="two Call-IDs"),
        pytest.param(answer(To='"Mr. Open Quote <sip:a@example.com>'), id="open quote"),
        pytest.param(answer(To="Bell, Alexander <sip:a@example.com>;tag=1"), id="comma in a bare name"),
        pytest.param(answer(To="< sip:a@example.com >"), id="space in brackets"),
        pytest.param(answer(To="<sip:a@example.com"), id="open bracket"),
        pytest.param(answer(Contact="sip:a@example.com?Route=%3Csip:x%3E"), id="headers without brackets"),
        pytest.param(answer(Contact='"Joe" <sip:joe@example.org>;;;;'), id="empty parameters"),
        pytest.param(answer(Via="SIP/2.0/UDP 192.0.2.15;;,;,,"), id="separators in Via"),
        pytest.param(answer(Date="Fri, 01 Jan 2010 16:00:00 EST"), id="time zone"),
        pytest.param(answer(**{"Bad Name": "x"}), id="header name"),
        pytest.param(request("OPTIONS <sip:user@example.com> SIP/2.0"), id="URI in brackets"),
        pytest.param(request("OPTIONS sip:user@example.com; lr SIP/2.0"), id="space in URI"),
        pytest.param(request("OPTIONS  sip:user@example.com SIP/2.0"), id="two spaces"),
        pytest.param(request("OPTIONS sip:user@example.com SIP/2.0  "), id="space at the end"),
        pytest.param(request("OPTIONS sip:user@example.com?Route=%3Csip:x%3E SIP/2.0"), id="headers in request URI"),
        pytest.param(request("INVITE sip:user@example.com SIP/2.0"), id="another method in CSeq"),
    ],
)
def test_what_is_wrong_ends_in_a_sentence(data: bytes) -> None:
    with pytest.raises(SipSyntaxError) as caught:
        parse_message(data)
    assert len(str(caught.value)) > 10


def test_limits() -> None:
    lines = "".join(f"X-{number}: 1\r\n" for number in range(MOST_HEADERS))
    with pytest.raises(SipSyntaxError, match="more than 128 headers"):
        parse_message(ANSWER.replace("Content-Length: 0\r\n", lines).encode())
    with pytest.raises(SipSyntaxError, match="at most 65535 bytes"):
        parse_message(ANSWER.encode() + b"x" * MOST_BYTES)


def test_requests_with_unusual_but_right_uris() -> None:
    uri = "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d@example.com"
    message = parse_message(request(f"OPTIONS {uri} SIP/2.0"))
    assert isinstance(message, Request)
    assert parse_uri(message.uri).host == "example.com"
    assert isinstance(parse_message(request("OPTIONS tel:+442079460000 SIP/2.0")), Request)


def test_uris() -> None:
    uri = parse_uri("SIPS:bob%20x@[2001:db8::10]:5070;transport=TCP;lr?X=1")
    assert (uri.scheme, uri.user, uri.host, uri.port, uri.headers) == ("sips", "bob%20x", "2001:db8::10", 5070, "X=1")
    assert (uri.transport, uri.parameter("lr"), uri.parameter("ob")) == ("tcp", "", None)
    assert str(uri) == "sips:bob%20x@[2001:db8::10]:5070;transport=TCP;lr?X=1"
    for bad in ("sip:", "sip:@", "sip:a@", "sip:a@b:99999", "sip:a@[::1", "sip:a@[::1%eth0]", "http://x", "sip:a b@c"):
        with pytest.raises(SipSyntaxError):
            parse_uri(bad)


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes(data: bytes) -> None:
    _parsed_or_refused(data)


@settings(max_examples=1500, deadline=None)
@given(st.data())
def test_mutations(data: st.DataObject) -> None:
    message = bytearray(data.draw(st.sampled_from([answer(), request()])))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(message) - 1))
        piece = data.draw(
            st.sampled_from([b"", b"\0", b'"', b"<", b">", b"\r\n", b" ", b";", b",", b":", b"%", b"[", b"\xff"])
        )
        message[at : at + data.draw(st.integers(0, 3))] = piece
        if not message:
            return
    _parsed_or_refused(bytes(message))


def _parsed_or_refused(data: bytes) -> None:
    try:
        message = parse_message(data)
    except SipSyntaxError:
        return
    parse_address(message.headers.first("from"))
    assert len(message.headers.items) <= MOST_HEADERS


LONG = 60_000


LONG_VALUES = (
    " " * LONG + "x",
    '"' * LONG,
    "<>" * (LONG // 2),
    "a " * (LONG // 2) + "@",
    "\\" * LONG,
    '"' + "\\a" * (LONG // 2),
    ";" * LONG,
    "," * LONG,
    "a=b;" * (LONG // 4),
    "sip:" + "%41" * (LONG // 3),
    "sip:x@" + "a." * (LONG // 2) + "-",
    "SIP/2.0/UDP" + " " * (LONG // 2) + '";"',
    "SIP/2.0/UDP a" + " " * LONG + "x:",
    ":" * LONG,
    "SIP/2.0/UDP h;" + "a;" * (LONG // 2),
)


@pytest.mark.parametrize("value", LONG_VALUES, ids=range(len(LONG_VALUES)))
@pytest.mark.parametrize("header", ["To", "Via", "Contact", "CSeq", "Call-ID", "Date"])
def test_no_header_takes_long(header: str, value: str) -> None:
    data = answer(**{header.replace("-", "_"): value})
    spent = []
    for _ in range(3):
        begun = time.process_time()
        _parsed_or_refused(data)
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.01
