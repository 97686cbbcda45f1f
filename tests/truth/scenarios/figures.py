"""Figures: times, counts, codecs, losses."""

import struct

from tests.truth.scenario import Expect, Sound, scenario
from tests.truth.wire import (
    PHONE6,
    SERVER6,
    VLAN,
    Dialog,
    answered,
    both_ways,
    challenge,
    credentials,
    media,
    refused,
    rtp,
    sdp,
)


@scenario(
    Expect(
        "late-offer@[2001:db8::10]",
        codes={"ok"},
        never_codes={"codec_mismatch", "srtp_mismatch"},
        final_code=200,
        statistics={"chosen": ["G722"]},
    )
)
def late_offer():
    """A gateway calls without SDP over IPv6; the phone offers opus, G.722 and PCMA, and the gateway takes G.722
    in its ACK."""
    call = Dialog("late-offer@[2001:db8::10]", "+33155550150", "150", a=SERVER6, b=PHONE6)
    invite = call.invite(0, body="")
    call.reply(0.1, 180, to=invite)
    call.reply(4, 200, to=invite, body=sdp("[2001:db8::10]:4000", (96, 9, 8, 101)))
    call.ack(4.05, body=sdp("[2001:db8::1]:6000", (9, 101)))
    call.ended(24, "b")
    return call.packets()


@scenario(
    Expect(
        "twice@203.0.113.151",
        codes={"busy"},
        never_codes={"timeout"},
        final_code=486,
        statistics={"retransmissions": 0},
    )
)
def captured_twice():
    """A switch mirrors two of its ports: every message is there twice, 12 ms apart, in another VLAN; the call
    is refused as busy."""
    call = refused(
        Dialog("twice@203.0.113.151", "151", "152", a="203.0.113.151:5060", b="192.0.2.151:5060"), 486, at=2.2, ring=0.4
    )
    tag = struct.pack("!HH", VLAN, 20)
    return call.packets() + [(time + 0.012, data[:12] + tag + data[12:]) for time, data in call.packets()]


@scenario(
    Expect(
        "sent-twice@198.51.100.153",
        codes={"ok"},
        certain=None,
        never_codes={"timeout", "ack_lost"},
        final_code=200,
        statistics={"retransmissions": 3, "setup_ms": (5000, 50), "talk_ms": (20000, 50)},
    )
)
def messages_twice_on_the_mirror():
    """A bad line: INVITE is sent three times until the 100, and the 200 twice until the ACK; the call is well then."""
    call = Dialog("sent-twice@198.51.100.153", "153", "154", a="198.51.100.153:5060", b="192.0.2.153:5060")
    call.repeated([0, 0.5, 1.5], "INVITE", body=sdp("198.51.100.153:4000"))
    invite = call.messages[0]
    call.reply(1.52, 100, to=invite)
    call.reply(2, 180, to=invite)
    taken = call.reply(5, 200, to=invite, body=sdp("192.0.2.153:6000"))
    call.again([5.5], taken)
    call.ack(5.55)
    call.ended(25)
    return call.packets()


@scenario(
    Expect(
        "times@192.0.2.155",
        codes={"ok"},
        final_code=200,
        statistics={"pdd_ms": (1250, 20), "setup_ms": (6000, 20), "talk_ms": (14000, 20), "hung_up_by": "caller"},
    )
)
def times_of_a_call():
    """A challenge first, then 180 at 1.25 s, 200 at 6 s, BYE at 20 s; the figures count from the first INVITE."""
    call = Dialog("times@192.0.2.155", "155", "156", a="192.0.2.155:5060", b="203.0.113.155:5060")
    invite = call.invite(0)
    call.reply(0.02, 401, to=invite, headers=challenge("n1"))
    call.ack(0.03)
    again = call.invite(0.25, headers=credentials("155", "n1"), dialog=False)
    call.reply(0.27, 100, to=again)
    call.reply(1.25, 180, to=again)
    call.reply(6, 200, to=again, body=sdp("203.0.113.155:6000"))
    call.ack(6.05)
    call.ended(20)
    return call.packets()


@scenario(
    Expect(
        "doubles@203.0.113.157",
        codes={"ok"},
        certain=None,
        never_codes={"packet_loss"},
        final_code=200,
        never_says={r"\d %? ?.{0,20}lost"},
        sounds=[Sound("192.0.2.157:6000", "203.0.113.157:4000", {"loss": (0, 0), "duplicates": (40, 2)})],
    )
)
def order_and_doubles():
    """A redundant link brings forty of the gateway's packets twice, 9 ms apart: doubles, but no loss."""
    call = answered(Dialog("doubles@203.0.113.157", "157", "158", a="203.0.113.157:5060", b="192.0.2.157:5060"), end=10)
    sound = rtp(2.1, "192.0.2.157:6000", "203.0.113.157:4000", 390, ssrc=31)
    doubles = [(time + 0.009, data) for time, data in sound[100:140]]
    return call.packets() + sound + doubles + rtp(2.1, "203.0.113.157:4000", "192.0.2.157:6000", 390, ssrc=32)


@scenario(
    Expect(
        "video@192.0.2.10",
        codes={"ok"},
        never_codes={"one_way_audio", "codec_mismatch"},
        certain=None,
        final_code=200,
        statistics={"chosen": ["PCMA"], "mos": (4.3, 0.25)},
        sound_rows=4,
        sounds=[Sound("192.0.2.10:4002", "198.51.100.1:6002", {"codec": "H264", "mos": None})],
    )
)
def sound_and_picture():
    """A video call; the MOS of speech is that of the sound alone."""
    more = media("video", 4002, (99,)), media("video", 6002, (99,))
    call = answered(
        Dialog("video@192.0.2.10"),
        end=8,
        offer=sdp("192.0.2.10:4000", more=more[0]),
        answer_sdp=sdp("198.51.100.1:6000", more=more[1]),
    )
    sound = both_ways(2.1, "192.0.2.10:4000", "198.51.100.1:6000", 290)
    for one, other, ssrc in (("192.0.2.10:4002", "198.51.100.1:6002", 8), ("198.51.100.1:6002", "192.0.2.10:4002", 9)):
        sound += rtp(2.1, one, other, 170, ssrc=ssrc, payload_type=99, step=1 / 30, size=600, clock=3000)
    return call.packets() + sound
