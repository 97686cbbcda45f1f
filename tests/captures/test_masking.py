"""Masked copies: nothing that names anybody is left, and the ladder still tells who is who."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ladder.ladder_samples import CARRIER, PHONE, PROXY, call, message, sdp, stream

from partnertui.calls.call_assembly import build_trace
from partnertui.calls.trace_model import Endpoint, Message, Trace
from partnertui.captures.saving import build_pcap, masked
from partnertui.ladder import ladder_text, layout

NUMBERS = st.from_regex(r"\+?[1-9][0-9]{7,13}", fullmatch=True)
WORDS = st.from_regex(r"[B-DF-HJ-NP-TV-Z][bcdfghjklmnpqrstvwxyz]{7,11}", fullmatch=True)
FOURS = st.tuples(*[st.integers(1, 254)] * 4).map(lambda parts: ".".join(map(str, parts)))
SIXES = st.integers(0x2A00_0000_0000_0000, 0x2AFF_FFFF_FFFF_FFFF).map(
    lambda n: ":".join(f"{n >> shift & 0xFFFF:x}" for shift in (48, 32, 16, 0)) + "::1"
)
ADDRESSES = FOURS | SIXES


def test_the_ladder_is_the_same_with_other_names() -> None:
    plain, hidden = call(streams=(stream(),)), masked(call(streams=(stream(),)))
    assert len(hidden.messages) == len(plain.messages)
    before, after = layout(plain), layout(hidden)
    kept = [(row.kind, row.time_us, row.source, row.target, row.role, row.count) for row in before.rows]
    assert kept == [(row.kind, row.time_us, row.source, row.target, row.role, row.count) for row in after.rows]
    assert "number-" in ladder_text(hidden)
    assert [part.name for part in after.participants] == ["caller", "proxy", "called"]


def test_what_support_needs_is_kept() -> None:
    told = message(
        0,
        PHONE,
        PROXY,
        "INVITE",
        body=sdp(formats="8 0 18"),
        extra="User-Agent: Yealink SIP-T46U 108.86.0.20\r\n"
        'Reason: Q.850;cause=16;text="Normal call clearing"\r\nExpires: 3600\r\nAllow: INVITE, ACK\r\n',
    )
    answer = message(9, PROXY, PHONE, "503 Service Unavailable", extra='Warning: 399 pbx.acme.example "No gateway"\r\n')
    one, other = (part.data.decode() for part in masked(build_trace([told, answer])).messages)
    for words in (
        "User-Agent: Yealink SIP-T46U 108.86.0.20",
        "Q.850;cause=16",
        "Expires: 3600",
        "Allow: INVITE, ACK",
        "m=audio 4000 RTP/AVP 8 0 18",
        "CSeq: 1 INVITE",
    ):
        assert words in one
    assert "503 Service Unavailable" in other
    assert re.search(r'Warning: 399 host-\d+\.invalid "No gateway"', other)


def test_one_number_has_one_mask_however_it_is_written() -> None:
    trace = build_trace(
        [
            message(0, PHONE, PROXY, "INVITE", caller="+441632960123"),
            message(5, PROXY, CARRIER, "INVITE", caller="00441632960123", call_id="b2"),
        ]
    )
    users = {part.reading.from_user for part in masked(trace).messages}
    assert len(users) == 1


def test_legs_stay_joined_and_answers_stay_with_their_requests() -> None:
    trace = build_trace(
        [
            message(0, PHONE, PROXY, "INVITE", call_id="first@10.1.2.3", branch="z9hG4bKone"),
            message(5, PROXY, PHONE, "100 Trying", call_id="first@10.1.2.3", branch="z9hG4bKone"),
            message(9, PROXY, CARRIER, "INVITE", call_id="second@10.1.2.3", extra="X-CID: first@10.1.2.3\r\n"),
        ]
    )
    first, trying, second = masked(trace).messages
    assert first.call_id == trying.call_id != second.call_id
    assert first.reading.branch == trying.reading.branch != second.reading.branch
    assert second.reading.headers.first("x-cid") == first.call_id


def test_credentials_and_unknown_headers_are_left_out() -> None:
    secret = (
        'Authorization: Digest username="anna", realm="lab.test", nonce="n0nce", response="0123abcd", '
        'uri="sip:lab.test", algorithm=MD5\r\nX-Customer: Acme GmbH\r\n'
    )
    text = masked(build_trace([message(0, PHONE, PROXY, "REGISTER", "1 REGISTER", extra=secret)])).messages[0].data
    for word in (b"n0nce", b"0123abcd", b"Acme", b"lab.test", b"anna"):
        assert word not in text
    assert b"algorithm=MD5" in text
    assert b"X-Customer: (masked)" in text


def hidden_words(trace: Trace) -> str:
    """All that a masked copy has: messages, ladder, capture."""
    copy = masked(trace)
    raw = "\n".join(part.data.decode("utf-8", "replace") for part in copy.messages)
    ends = " ".join(str(end) for part in copy.messages for end in (part.source, part.destination))
    return "\n".join([raw, ends, ladder_text(copy), build_pcap(copy.messages).decode("latin-1")]).lower()


def uri_host(address: str) -> str:
    """An address as a URI has it."""
    return f"[{address}]" if ":" in address else address


@settings(max_examples=120, deadline=None)
@given(NUMBERS, NUMBERS, WORDS, WORDS, st.lists(ADDRESSES, min_size=4, max_size=4, unique=True))
def test_nothing_of_the_original_is_left(caller: str, called: str, name: str, host: str, addresses: list[str]) -> None:
    one, two, inner, media = addresses
    extra = (
        f'Contact: "{name}" <sip:{caller}@{uri_host(inner)}:5060;x={name}>;+sip.instance="{name}"\r\n'
        f'P-Asserted-Identity: "{name} at {host}" <tel:{caller}>\r\n'
        f"Diversion: <sip:{called}@{host}.example>;reason=unconditional\r\nSubject: call {name}\r\n"
        f"X-Number: {called}\r\nRoute: <sip:{host}.example;lr>, <sip:{uri_host(one)}>\r\n"
        f'Warning: 399 {host}.example "{name} on {called} at {media}"\r\n'
        f"Call-Info: <http://{host}.example/{name}>\r\nUser-Agent: Phone/1.0 {called}\r\n"
    )
    source, target, call_id = Endpoint(one, 5060), Endpoint(two, 5060), f"{name}@{inner}"
    body = sdp(media).replace("s=-", f"s={name}") + f"a=candidate:1 1 UDP 1 {inner} 9 typ host\r\na=tool:{name}\r\n"
    ask = message(0, source, target, "INVITE", extra=extra, body=body, caller=caller, called=called, call_id=call_id)
    answer = message(5, target, source, f"480 {name} is away, call {called} or {inner}", call_id=call_id)
    text = hidden_words(build_trace([ask, answer], missing=[f"{called} at {media}"]))
    for secret in (caller.lstrip("+"), called.lstrip("+"), name.lower(), host.lower()):
        assert secret not in text
    for address in addresses:
        assert not re.search(rf"(?<![\d.:a-f]){re.escape(address)}(?![\d.:a-f])", text)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_can_be_masked(data: bytes) -> None:
    masked(build_trace([Message(1, 0, "udp", PHONE, PROXY, b"INVITE sip:a@b SIP/2.0\r\n" + data)]))
    masked(build_trace([Message(1, 0, "udp", PHONE, PROXY, data)]))
