"""Reading without judging: what a phone sent wrong is seen, nothing raises, and nothing takes long."""

from __future__ import annotations

import contextlib
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.calls.call_scripts import messages
from tests.left_out import CAPTURES

from partnertui.calls.call_assembly import build_calls
from partnertui.calls.trace_json import serialize
from partnertui.calls.trace_model import Endpoint, Message
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.lenient_parser import call_id_of, read, uri_of, user_of
from partnertui.sip.message import parse_message
from partnertui.sip.sdp import find_sdp, parse_sdp

TORTURE = CAPTURES.parent / "torture" / "rfc4475"
SEEDS = [
    message.data
    for message in messages("""
    0 A>P INVITE 1 auth sdp=192.0.2.1:4000/PCMA,PCMU,opus/sendonly Contact='"A \\" b" <sip:a@b;x=y>' Session-Expires=90
    0.1 P>A 407 INVITE 1 Reason="Q.850;cause=16;text=ok" Warning="399 x text"
    0.2 A>P REGISTER 2 X-CID=c2 Session-ID="0123456789abcdef0123456789abcdef;remote=00000000000000000000000000000000"
    0.3 B>P 200 INVITE 1 sdp=[::1]:4000/G729/SRTP
""")
]
MUTATIONS = 100_000
CALL_IDS = re.compile(rb"\n(?:Call-ID|i)[ \t]*:", re.IGNORECASE)


def mutated(chance: random.Random) -> bytes:
    """A message with some of its bytes changed, taken out, doubled or swapped with another's."""
    data = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 8)):
        place, length = chance.randrange(len(data)), chance.randint(1, 40)
        what = chance.randrange(5)
        if what == 0:
            data[place] = chance.randrange(256)
        elif what == 1:
            del data[place : place + length]
        elif what == 2:
            data[place:place] = data[place : place + length] * chance.choice((1, 2, 30))
        elif what == 3:
            other = chance.choice(SEEDS)
            data[place:place] = other[: chance.randrange(len(other))]
        else:
            data[place:place] = chance.choice(
                (b"\r\n", b"\0", b"\x1b[2J", b"\xff\xfe", b";", b'"', b"<", b"%", b"\r\n\r\n")
            )
        data = data[:8000] or bytearray(b"x")
    return bytes(data)


def whole(data: bytes) -> None:
    """Everything that is done with a message in a trace, and by who answers it."""
    place = Endpoint("192.0.2.1", 5060)
    for trace in build_calls([Message(1, 1_795_000_000_000_000, "udp", place, Endpoint("192.0.2.2", 5060), data)]):
        serialize(trace)
    with contextlib.suppress(SipSyntaxError):
        parse_message(data)


def test_a_hundred_thousand_mutations_raise_nothing() -> None:
    chance = random.Random(4475)
    for number in range(MUTATIONS):
        data = mutated(chance)
        reading = read(data)
        assert isinstance(reading.call_id + reading.from_user + reading.to_user + reading.branch + reading.start, str)
        assert reading.sdp is None or reading.sdp.summary
        if not number % 20:
            whole(data)


@given(st.binary(max_size=600))
def test_any_bytes_can_be_read(data: bytes) -> None:
    whole(data)


@pytest.mark.captures
@pytest.mark.parametrize("path", sorted(TORTURE.glob("*.dat")), ids=lambda path: path.stem)
def test_the_messages_of_rfc_4475(path: Path) -> None:
    data = path.read_bytes()
    whole(data)
    reading = read(data)
    if path.stem in TOLD:
        assert (reading.method, reading.status, reading.from_user, reading.to_user) == TOLD[path.stem]


TOLD = {
    "wsinv": ("INVITE", 0, "jdrosen", "vivekg"),
    "intmeth": (
        "!interesting-Method0123456789_*+`.%indeed'~",
        0,
        "mundane",
        "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/",
    ),
    "esc01": ("INVITE", 0, "I%20have%20spaces", "%75se%72"),
    "unreason": ("INVITE", 200, "user", "user"),
    "noreason": ("INVITE", 100, "user", "user"),
    "mpart01": ("MESSAGE", 0, "fluffy", "kumiko"),
    "inv2543": ("INVITE", 0, "+13035551111", "+16505552222"),
}
"""What the RFC says of some of them: method, status, who calls, who is called."""


def test_mutations_of_addresses() -> None:
    for text, user in {
        '"Alice \\"<sip:x@y>\\"" <sip:1001@lab.test;user=phone>;tag=1': "1001",
        "sip:1001@lab.test;tag=2": "1001",
        "<tel:+442079460000>": "+442079460000",
        "<sip:lab.test>": "lab.test",
        "": "",
        "<>": "",
        "Anonymous": "",
        "<sips:a%20b@[2001:db8::1]:5061>": "a%20b",
    }.items():
        assert user_of(text) == user, text
    assert uri_of('"a" <sip:b@c>;tag=1') == "sip:b@c"


def test_sdp_in_a_multipart_body() -> None:
    body = (
        b"--x y\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x y\r\nContent-Type: application/sdp\r\n\r\n"
        b"v=0\r\nm=audio 9 RTP/AVP 0\r\n--x y--"
    )
    sdp = find_sdp('multipart/mixed; boundary="x y"', body)
    assert sdp is not None
    assert sdp.audio is not None
    assert sdp.audio.speech == ("PCMU",)


def test_what_sdp_says() -> None:
    sdp = parse_sdp(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\nc=IN IP4 192.0.2.1\r\na=sendonly\r\nm=audio 4000/2 RTP/SAVP 8 111 101\r\n"
        "a=rtpmap:111 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\na=rtcp:4009\r\na=crypto:1 x inline:y\r\n"
        "m=video 0 RTP/AVP 34\r\nc=IN IP6 2001:db8::1\r\na=inactive\r\nm=image 5000 udptl t38\r\nm=nonsense\r\n"
    )
    audio, video, image = sdp.media
    assert (audio.address, audio.port, audio.rtcp_port, audio.direction) == ("192.0.2.1", 4000, 4009, "sendonly")
    assert (audio.speech, audio.secure, audio.crypto) == (("PCMA", "opus"), True, True)
    assert [codec.clock for codec in audio.codecs] == [8000, 48000, 8000]
    assert (video.port, video.address, video.direction) == (0, "2001:db8::1", "inactive")
    assert image.kind == "image"
    assert audio.summary == "audio 192.0.2.1:4000 PCMA opus SRTP sendonly"


def test_the_quick_call_id_is_the_one_that_is_read() -> None:
    chance = random.Random(7)
    data = [one for one in (mutated(chance) for _ in range(20_000)) if len(CALL_IDS.findall(one)) < 2]
    found = [(call_id_of(one), read(one).call_id) for one in data]
    assert all(quick in ("", whole) for quick, whole in found)
    assert sum(bool(quick) for quick, _ in found) > len(found) // 2
    assert call_id_of(b"INVITE a SIP/2.0\r\nCall-ID: a\r\n b\r\n\r\n") == "", "folded"
    assert call_id_of(b"INVITE a SIP/2.0\r\n\r\nx\nCall-ID: a\r\n") == "", "in the body"
