"""Calls whose sound goes through the platform: relays, bridges, transcoders."""

from tests.truth.scenario import Expect, scenario
from tests.truth.wire import (
    CALLED,
    Dialog,
    answered,
    both_ways,
    bridged,
    proxied,
    relayed,
    rtp,
    sdp,
    through,
    with_header,
)

KEY = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n"


@scenario(
    Expect(
        "bridge-fine@203.0.113.116",
        codes={"ok"},
        never_codes={"one_way_audio"},
        final_code=200,
        sound_rows=4,
        legs={"bridge-fine-b@192.0.2.116"},
        statistics={"talk_ms": (9000, 100), "hung_up_by": "callee"},
    )
)
def both_sides_heard():
    """A B2BUA (its second leg tells the first in X-CID) bridges sound both ways, with SSRCs of its own; the
    called side hangs up."""
    one = Dialog("bridge-fine@203.0.113.116", "116", "117", a="203.0.113.116:5060", b="192.0.2.116:5060")
    two = Dialog("bridge-fine-b@192.0.2.116", "116", "117", a="192.0.2.116:5060", b="198.51.100.117:5060")
    bridged(one, two, end=12, by="b")
    with_header(two, ["INVITE"], "X-CID: bridge-fine@203.0.113.116\r\n")
    sound = both_ways(3.1, "203.0.113.116:4000", "192.0.2.116:6000", 400, ssrc=21)
    return (
        one.packets() + two.packets() + sound + both_ways(3.1, "192.0.2.116:7000", "198.51.100.117:5000", 400, ssrc=31)
    )


@scenario(
    Expect(
        "relay-deaf@192.0.2.10",
        codes={"one_way_audio"},
        hedged={"ok"},
        final_code=200,
        says={r"one way", r"hardly", r"no (sound|packets|RTP)", r"203\.0\.113\.20"},
        never_says={r"192\.0\.2\.10 behind", r"hardly any from 192\.0\.2\.10"},
    )
)
def called_side_not_heard():
    """Through a relay the caller's sound reaches the called phone; the called phone sends none."""
    call = proxied(
        Dialog("relay-deaf@192.0.2.10"), end=11, onward=sdp("198.51.100.1:7000"), back=sdp("198.51.100.1:6000")
    )
    packets = call.packets() + rtp(3.1, "192.0.2.10:4000", "198.51.100.1:6000", 390, ssrc=21)
    return packets + rtp(3.1005, "198.51.100.1:7000", "203.0.113.20:5000", 390, ssrc=21)


@scenario(
    Expect(
        "relay-stuck@192.0.2.10",
        codes={"one_way_audio", "relay_failed"},
        hedged={"ok"},
        final_code=200,
        says={r"passed on|forward|relay|platform|one way|198\.51\.100\.1"},
        never_says={r"203\.0\.113\.20 behind", r"hardly any from 203\.0\.113\.20"},
    )
)
def not_passed_on():
    """Both phones send; the relay passes the caller's sound on, but not the called side's."""
    call = proxied(
        Dialog("relay-stuck@192.0.2.10"), end=11, onward=sdp("198.51.100.1:7000"), back=sdp("198.51.100.1:6000")
    )
    packets = call.packets() + rtp(3.1, "192.0.2.10:4000", "198.51.100.1:6000", 390, ssrc=21)
    return (
        packets
        + rtp(3.1005, "198.51.100.1:7000", "203.0.113.20:5000", 390, ssrc=21)
        + rtp(3.1, "203.0.113.20:5000", "198.51.100.1:7000", 390, ssrc=22)
    )


@scenario(
    Expect(
        "filler@192.0.2.10",
        codes={"one_way_audio"},
        hedged={"ok"},
        final_code=200,
        says={r"203\.0\.113\.20|called (side|phone)|one way|no (sound|packets|RTP)"},
        never_says={r"192\.0\.2\.10 behind", r"hardly any from 192\.0\.2\.10"},
    )
)
def silence_of_the_platform():
    """A bridge sends its own packets to the caller, but never gets any from the called phone."""
    call = proxied(Dialog("filler@192.0.2.10"), end=11, onward=sdp("198.51.100.1:7000"), back=sdp("198.51.100.1:6000"))
    packets = call.packets() + rtp(3.1, "192.0.2.10:4000", "198.51.100.1:6000", 390, ssrc=21)
    return (
        packets
        + rtp(3.1005, "198.51.100.1:7000", "203.0.113.20:5000", 390, ssrc=22)
        + rtp(3.1005, "198.51.100.1:6000", "192.0.2.10:4000", 390, ssrc=23)
    )


@scenario(
    Expect("bridge-srtp@192.0.2.10", codes={"ok"}, never_codes={"srtp_mismatch", "codec_mismatch"}, final_code=200)
)
def encrypted_on_one_side():
    """The caller speaks SRTP with the platform, the platform plain RTP with the called phone: as it is meant."""
    call = Dialog("bridge-srtp@192.0.2.10")
    invite = call.invite(0, body=sdp("192.0.2.10:4000", profile="RTP/SAVP", extra=KEY))
    call.reply(0.01, 100, to=invite)
    sent = call.forward(0.05, invite, CALLED, body=sdp("198.51.100.1:7000"))
    call.forward(0.51, call.reply(0.5, 180, to=sent), call.a)
    taken = call.reply(3, 200, to=sent, body=sdp("203.0.113.20:5000"))
    call.forward(3.01, taken, call.a, body=sdp("198.51.100.1:6000", profile="RTP/SAVP", extra=KEY))
    call.forward(3.06, call.ack(3.05), CALLED)
    through(call, 11)
    return call.packets() + relayed(
        3.1, "192.0.2.10:4000", "198.51.100.1:6000", "198.51.100.1:7000", "203.0.113.20:5000", 390
    )


@scenario(Expect("transcode@192.0.2.10", codes={"ok"}, never_codes={"srtp_mismatch", "codec_mismatch"}, final_code=200))
def transcoded():
    """The caller speaks opus with the platform, the platform PCMA with the called phone, and translates."""
    call = Dialog("transcode@192.0.2.10")
    invite = call.invite(0, body=sdp("192.0.2.10:4000", (96, 101)))
    call.reply(0.01, 100, to=invite)
    sent = call.forward(0.05, invite, CALLED, body=sdp("198.51.100.1:7000", (8, 101)))
    call.forward(0.51, call.reply(0.5, 180, to=sent), call.a)
    taken = call.reply(3, 200, to=sent, body=sdp("203.0.113.20:5000", (8, 101)))
    call.forward(3.01, taken, call.a, body=sdp("198.51.100.1:6000", (96, 101)))
    call.forward(3.06, call.ack(3.05), CALLED)
    through(call, 11)
    one = both_ways(3.1, "192.0.2.10:4000", "198.51.100.1:6000", 390, payload_type=96)
    return call.packets() + one + both_ways(3.1, "198.51.100.1:7000", "203.0.113.20:5000", 390, ssrc=9)


@scenario(
    Expect(
        "loadtest-1@203.0.113.129",
        codes={"ok"},
        final_code=200,
        apart={"loadtest-2@203.0.113.129"},
        statistics={"hung_up_by": "caller"},
    ),
    Expect(
        "loadtest-2@203.0.113.129",
        codes={"ok"},
        final_code=200,
        apart={"loadtest-1@203.0.113.129"},
        statistics={"hung_up_by": "callee"},
    ),
)
def legs_that_look_alike():
    """A load generator makes two calls of the same numbers half a second apart; they are two calls, not two legs."""
    first = answered(
        Dialog("loadtest-1@203.0.113.129", "sipp", "service", a="203.0.113.129:5060", b="192.0.2.129:5060"), end=20
    )
    second = Dialog(
        "loadtest-2@203.0.113.129",
        "sipp",
        "service",
        a="203.0.113.129:5060",
        b="192.0.2.129:5060",
        start=0.5,
        a_tag="s2",
        b_tag="u2",
    )
    return first.packets() + answered(second, end=15, by="b").packets()
