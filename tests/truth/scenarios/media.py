"""The sound of answered calls."""

import struct
from random import Random

from tests.truth.scenario import Expect, Sound, scenario
from tests.truth.wire import PHONE6, SERVER6, Dialog, answered, both_ways, frame, rtp, sdp


def tones(start, source, destination, ssrc, speech, clock, digit_type=101):
    """A stream in which two digits are dialled as RFC 4733 events: packets 100 to 109 and 200 to 209."""
    packets = []
    ticks = 0
    for place in range(390):
        event = place // 100 in (1, 2) and place % 100 < 10
        kind = digit_type if event else speech
        body = bytes([5, 10 | (0x80 if place % 100 > 6 else 0), 0, 160]) if event else b"\x78" * 80
        head = struct.pack("!BBHII", 0x80, kind, place, ticks, ssrc)
        packets.append((start + place * 0.02, frame(source, destination, head + body)))
        ticks += 0 if event else clock
    return packets


def media_with_events(one, other):
    """PCMA both ways, with two digits as events in the first direction."""
    return tones(2.1, one, other, 7, 8, 160) + rtp(2.1, other, one, 390, ssrc=8)


def stun():
    """A STUN binding request (RFC 8489) without attributes."""
    return struct.pack("!HHI12s", 1, 0, 0x2112A442, b"binding-0001")


def rtcp(ssrc):
    """An RTCP sender report without report blocks."""
    return struct.pack("!BBHIIIIII", 0x80, 200, 6, ssrc, 1, 2, 3, 4, 5)


@scenario(
    Expect(
        "stops@[2001:db8::10]",
        codes={"sound_stopped", "one_way_audio"},
        hedged={"ok"},
        final_code=200,
        outcome={"answered"},
        says={
            r"stop",
            r"fell silent",
            r"(only|just) (for )?(the first )?\d+ s",
            r"no more (sound|packets)",
            r"one way",
            r"silen",
        },
        never_says={r"2001:db8::1\]?(:6000)? (stopped|fell silent)"},
        sounds=[Sound("[2001:db8::10]:4000", "[2001:db8::1]:6000", {"packets": (150, 0)})],
    )
)
def sound_stops():
    """Over IPv6 the phone's sound stops after 6 s of 30 (40 ms packets); the called side hangs up."""
    call = answered(Dialog("stops@[2001:db8::10]", "10", "+37255550123", a=PHONE6, b=SERVER6), end=32.2, by="b")
    here, there = "[2001:db8::10]:4000", "[2001:db8::1]:6000"
    sound = rtp(2.1, here, there, 150, ssrc=31, step=0.04, size=320, clock=320)
    return call.packets() + sound + rtp(2.1, there, here, 400, ssrc=32, step=0.075, size=320, clock=600)


@scenario(
    Expect(
        "loss-12@192.0.2.10",
        codes={"packet_loss", "bad_quality", "ok"},
        certain=None,
        final_code=200,
        says={r"lost|loss"},
        never_says={r"192\.0\.2\.10 were lost"},
        sounds=[
            Sound("198.51.100.1:6000", "192.0.2.10:4000", {"loss": (12.5, 0.6)}),
            Sound("192.0.2.10:4000", "198.51.100.1:6000", {"loss": (0, 0.1)}),
        ],
    )
)
def packets_are_lost():
    """Every eighth packet from the platform to the phone is lost."""
    call = answered(Dialog("loss-12@192.0.2.10"), end=10.2)
    sound = rtp(2.1, "192.0.2.10:4000", "198.51.100.1:6000", 400, ssrc=31)
    return (
        call.packets() + sound + rtp(2.1, "198.51.100.1:6000", "192.0.2.10:4000", 400, ssrc=32, skip=range(4, 400, 8))
    )


@scenario(
    Expect(
        "jitter@192.0.2.10",
        codes={"jitter", "bad_quality"},
        hedged={"ok"},
        final_code=200,
        says={r"jitter", r"uneven"},
        sounds=[Sound("192.0.2.10:4000", "198.51.100.1:6000", {"jitter_ms": (0, 1), "loss": (0, 0)})],
    )
)
def packets_come_unevenly():
    """The platform's packets come up to 150 ms late, in disorder; none is lost."""
    late = Random(5)
    call = answered(Dialog("jitter@192.0.2.10"), end=10.2)
    sound = rtp(2.1, "192.0.2.10:4000", "198.51.100.1:6000", 400, ssrc=31)
    return (
        call.packets()
        + sound
        + rtp(2.1, "198.51.100.1:6000", "192.0.2.10:4000", 400, ssrc=32, delay=lambda _: late.random() * 0.15)
    )


@scenario(
    Expect(
        "mute@203.0.113.88",
        codes={"one_way_audio", "no_audio"},
        hedged={"ok"},
        final_code=200,
        says={r"no (sound|RTP|packets|audio)", r"neither", r"n[o']t captured", r"without (sound|audio)"},
        sound_rows=0,
    ),
    Expect("loud@203.0.113.88", codes={"ok"}, final_code=200, sound_rows=2),
)
def no_sound_of_this_call():
    """Two calls of one phone, one after the other; only the second has sound, both ways."""
    first = answered(Dialog("mute@203.0.113.88", "88", "89", a="203.0.113.88:5060", b="192.0.2.88:5060"), end=30)
    second = Dialog(
        "loud@203.0.113.88", "88", "89", a="203.0.113.88:5060", b="192.0.2.88:5060", start=40, a_tag="l1", b_tag="l2"
    )
    answered(second, end=10, offer=sdp("203.0.113.88:4010"), answer_sdp=sdp("192.0.2.88:6010"))
    return first.packets() + second.packets() + both_ways(42.1, "203.0.113.88:4010", "192.0.2.88:6010", 390)


@scenario(
    Expect(
        "half@192.0.2.92",
        codes={"one_way_audio"},
        hedged={"ok"},
        final_code=200,
        says={r"one way", r"hardly any", r"no (sound|packets|RTP)"},
        never_says={r"203\.0\.113\.92 behind", r"\b203\.0\.113\.92 (sent|sends) (none|no|nothing)"},
        sounds=[Sound("203.0.113.92:6000", "192.0.2.92:4000", {"packets": (400, 0)})],
        sound_rows=1,
    )
)
def one_side_not_heard():
    """The gateway sends sound, the phone sends none; the phone hangs up after half a minute."""
    call = answered(Dialog("half@192.0.2.92", "92", "+40215550192", a="192.0.2.92:5060", b="203.0.113.92:5060"), end=30)
    return call.packets() + rtp(2.1, "203.0.113.92:6000", "192.0.2.92:4000", 400, step=0.06, size=480, clock=480)


@scenario(
    Expect(
        "early-other@198.51.100.93",
        codes={"ok"},
        never_codes={"one_way_audio"},
        final_code=200,
        statistics={"talk_ms": (8000, 100)},
        sounds=[Sound("192.0.2.94:30000", "198.51.100.93:4000", {"packets": (390, 0), "loss": (0, 0)})],
    )
)
def early_media_from_another_source():
    """A media server plays a waiting tone (183); the answer has another address, from which the talk comes."""
    call = Dialog("early-other@198.51.100.93", "93", "94", a="198.51.100.93:5060", b="192.0.2.93:5060")
    invite = call.invite(0)
    call.reply(0.02, 100, to=invite)
    call.reply(0.5, 183, to=invite, body=sdp("192.0.2.93:6000"), tag="early1")
    call.reply(5, 200, to=invite, body=sdp("192.0.2.94:30000"))
    call.ack(5.05)
    call.ended(13)
    tone = rtp(0.6, "192.0.2.93:6000", "198.51.100.93:4000", 200, ssrc=100)
    return call.packets() + tone + both_ways(5.1, "198.51.100.93:4000", "192.0.2.94:30000", 390, ssrc=101)


@scenario(
    Expect(
        "tone-then-nothing@192.0.2.10",
        codes={"one_way_audio", "sound_stopped"},
        hedged={"ok"},
        final_code=200,
        says={r"one way", r"stop", r"silen", r"no (sound|packets|RTP)", r"hardly any"},
        never_says={r"192\.0\.2\.10 behind"},
    )
)
def silent_after_early_media():
    """A ring tone as early media; after the answer only the phone sends, the called side is not heard."""
    call = Dialog("tone-then-nothing@192.0.2.10")
    invite = call.invite(0)
    call.reply(0.02, 100, to=invite)
    call.reply(0.5, 183, to=invite, body=sdp("198.51.100.1:6000"))
    call.reply(6, 200, to=invite, body=sdp("198.51.100.1:6000"))
    call.ack(6.05)
    call.ended(14)
    return (
        call.packets()
        + rtp(0.6, "198.51.100.1:6000", "192.0.2.10:4000", 260, ssrc=100)
        + rtp(6.1, "192.0.2.10:4000", "198.51.100.1:6000", 390, ssrc=102)
    )


@scenario(
    Expect(
        "g722@192.0.2.98",
        codes={"ok"},
        never_codes={"codec_mismatch"},
        final_code=200,
        statistics={"chosen": ["G722"]},
        sound_rows=2,
        sounds=[
            Sound(
                "203.0.113.98:6000",
                "192.0.2.98:4000",
                {"loss": (0, 0), "packets": (390, 0), "codec": "G722", "jitter_ms": (0, 3)},
            )
        ],
    )
)
def codecs_and_digits():
    """G.722, with two digits as telephone events of the gateway among it."""
    call = answered(
        Dialog("g722@192.0.2.98", "98", "99", a="192.0.2.98:5060", b="203.0.113.98:5060"),
        end=10.1,
        offer=sdp("192.0.2.98:4000", (9, 8, 101)),
        answer_sdp=sdp("203.0.113.98:6000", (9, 101)),
    )
    sound = tones(2.1, "203.0.113.98:6000", "192.0.2.98:4000", 7, 9, 160)
    return call.packets() + sound + rtp(2.1, "192.0.2.98:4000", "203.0.113.98:6000", 390, ssrc=8, payload_type=9)


@scenario(
    Expect(
        "no-events@192.0.2.10",
        codes={"dtmf_mismatch"},
        hedged={"ok"},
        final_code=200,
        says={r"DTMF", r"telephone-event", r"digits"},
    )
)
def digits_not_understood():
    """The phone offers telephone events, the IVR agrees to none; its digits are sent as events all the same."""
    call = answered(Dialog("no-events@192.0.2.10", callee="ivr"), end=10.1, answer_sdp=sdp("198.51.100.1:6000", (8,)))
    return call.packets() + media_with_events("192.0.2.10:4000", "198.51.100.1:6000")


@scenario(
    Expect(
        "wrong-pt@192.0.2.10",
        codes={"codec_mismatch"},
        hedged={"ok"},
        final_code=200,
        says={r"G729|codec|payload", r"not (agreed|negotiated|offered)"},
    )
)
def sends_what_was_not_agreed():
    """Both agree to PCMA; the platform sends G.729."""
    call = answered(
        Dialog("wrong-pt@192.0.2.10"),
        end=10.1,
        offer=sdp("192.0.2.10:4000", (8,)),
        answer_sdp=sdp("198.51.100.1:6000", (8,)),
    )
    sound = rtp(2.1, "192.0.2.10:4000", "198.51.100.1:6000", 390, ssrc=5)
    return (
        call.packets() + sound + rtp(2.1, "198.51.100.1:6000", "192.0.2.10:4000", 390, ssrc=6, payload_type=18, size=20)
    )


@scenario(
    Expect(
        "comfort@192.0.2.10",
        codes={"ok", "one_way_audio"},
        certain=False,
        final_code=200,
        says={r"comfort", r"silen", r"only \d+ packets", r"few", r"hardly", r"CN\b"},
    )
)
def little_sound():
    """The called side sends comfort noise alone, one packet a second: it is muted, or nobody speaks."""
    call = answered(Dialog("comfort@192.0.2.10"), end=10.1)
    noise = rtp(2.1, "198.51.100.1:6000", "192.0.2.10:4000", 8, ssrc=6, payload_type=13, step=1.0, size=1, clock=8000)
    return call.packets() + rtp(2.1, "192.0.2.10:4000", "198.51.100.1:6000", 390, ssrc=5) + noise


@scenario(
    Expect(
        "begun-on-hold@203.0.113.108",
        codes={"one_way_audio"},
        hedged={"ok"},
        final_code=200,
        outcome={"answered"},
        says={r"inactive", r"hold", r"recvonly", r"sendonly"},
        evidence_any={"SIP/2.0 200 OK"},
    )
)
def on_hold():
    """The called side's answer is "inactive" from the start, and stays so: nobody ever hears anything."""
    call = Dialog("begun-on-hold@203.0.113.108", "108", "109", a="203.0.113.108:5060", b="192.0.2.108:5060")
    return answered(call, end=25, answer_sdp=sdp("192.0.2.108:6000", extra="a=inactive\r\n")).packets()


@scenario(
    Expect(
        "mux@192.0.2.10",
        codes={"ok"},
        certain=None,
        final_code=200,
        sound_rows=2,
        sounds=[Sound("192.0.2.10:4000", "198.51.100.1:6000", {"packets": (390, 0), "loss": (0, 0)})],
    )
)
def other_packets_on_the_ports():
    """STUN and RTCP on the ports of the sound (RTCP multiplexing): they are no sound, and nothing is lost."""
    call = answered(Dialog("mux@192.0.2.10"), end=10.1)
    packets = call.packets() + both_ways(2.1, "192.0.2.10:4000", "198.51.100.1:6000", 390, ssrc=5)
    for turn in range(14):
        packets.append((2.15 + turn * 0.5, frame("192.0.2.10:4000", "198.51.100.1:6000", stun())))
        packets.append((2.16 + turn * 0.5, frame("192.0.2.10:4000", "198.51.100.1:6000", rtcp(5))))
    return packets


@scenario(
    Expect(
        "port-1@192.0.2.10",
        codes={"ok"},
        final_code=200,
        sound_rows=2,
        apart={"port-2@192.0.2.10"},
        sounds=[Sound("192.0.2.10:4000", "198.51.100.1:6000", {"packets": (390, 0)})],
    ),
    Expect(
        "port-2@192.0.2.10",
        codes={"ok"},
        final_code=200,
        sound_rows=2,
        apart={"port-1@192.0.2.10"},
        sounds=[Sound("192.0.2.10:4000", "198.51.100.1:6000", {"packets": (390, 0)})],
    ),
)
def ports_used_by_two_calls():
    """A second call, ten seconds after the first, uses the same ports: each has its own sound."""
    first = answered(Dialog("port-1@192.0.2.10"), end=10.1)
    second = answered(Dialog("port-2@192.0.2.10", start=20), end=10.1)
    one = both_ways(2.1, "192.0.2.10:4000", "198.51.100.1:6000", 390, ssrc=5)
    return (
        first.packets() + second.packets() + one + both_ways(22.1, "192.0.2.10:4000", "198.51.100.1:6000", 390, ssrc=55)
    )
