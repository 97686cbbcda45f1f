"""Address translation, and captures that show it."""

from dataclasses import replace

from tests.truth.scenario import Expect, Sound, scenario
from tests.truth.wire import (
    PHONE,
    TIMER_A,
    TIMER_G,
    Dialog,
    answered,
    both_ways,
    frame,
    refused,
    registration,
    rtp,
    sdp,
)


def translated(call, inner):
    """Captured on all interfaces of a host: every message before and after the platform's address is changed to
    `inner`."""
    packets = []
    for message in call.messages:
        inbound = message.destination == call.b
        changed = replace(message, **({"destination": inner} if inbound else {"source": inner}))
        first, second = (message, changed) if inbound else (changed, message)
        packets.append((first.time, frame(first.source, first.destination, first.data())))
        packets.append((second.time + 0.0001, frame(second.source, second.destination, second.data())))
    return packets


@scenario(
    Expect(
        "office-nat@198.51.100.131",
        codes={"ok"},
        never_codes={"nat_binding_lost", "one_way_audio"},
        certain=None,
        final_code=200,
        outcome={"answered"},
        statistics={"hung_up_by": "callee"},
    )
)
def private_address_in_sdp_without_sound():
    """Two phones behind two NATs talk for ten minutes through a platform that latches; the capture has
    signalling alone."""
    call = Dialog(
        "office-nat@198.51.100.131",
        "131",
        "132",
        a="198.51.100.131:5099",
        b="192.0.2.131:5060",
        a_contact="10.1.1.31:5060",
    )
    return answered(call, end=600, by="b", offer=sdp("10.1.1.31:4000")).packets()


@scenario(
    Expect(
        "media-server@192.0.2.133",
        codes={"ok"},
        certain=None,
        never_codes={"one_way_audio"},
        final_code=200,
        sound_rows=2,
        sounds=[Sound("203.0.113.133:55000", "198.51.100.1:6000", {"packets": (390, 0)})],
    )
)
def private_address_in_sdp_with_sound():
    """Sound comes from an address that neither SDP nor SIP has (a second uplink of the office), and goes back there."""
    call = answered(Dialog("media-server@192.0.2.133", "133", "134", a="192.0.2.133:5060"), end=10)
    return call.packets() + both_ways(2.1, "203.0.113.133:55000", "198.51.100.1:6000", 390, ssrc=5)


@scenario(
    Expect(
        "unlatched@192.0.2.135",
        codes={"one_way_audio"},
        hedged={"ok"},
        final_code=200,
        should_say={r"private|172\.20\.0\.9|NAT"},
        never_says={r"192\.0\.2\.135 behind", r"hardly any from 192\.0\.2\.135"},
    )
)
def sound_sent_to_a_private_address():
    """The answer has a container's address (172.20.0.9); the phone sends there, the platform sends from its
    public one."""
    call = Dialog("unlatched@192.0.2.135", "135", "136", a="192.0.2.135:5060", b="203.0.113.136:5060")
    answered(call, end=10, answer_sdp=sdp("172.20.0.9:6000"))
    packets = call.packets() + rtp(2.1, "192.0.2.135:4000", "172.20.0.9:6000", 390, ssrc=11)
    return packets + rtp(2.1, "203.0.113.136:6000", "192.0.2.135:4000", 390, ssrc=12)


@scenario(
    Expect(
        "asymmetric@198.51.100.137",
        codes={"ok"},
        certain=None,
        never_codes={"one_way_audio"},
        final_code=200,
        sound_rows=2,
    )
)
def sound_from_another_port():
    """The gateway sends from another address of its own (a second card) to the phone, and hears on the first."""
    call = answered(
        Dialog("asymmetric@198.51.100.137", "137", "138", a="198.51.100.137:5060", b="192.0.2.137:5060"), end=10, by="b"
    )
    packets = call.packets() + rtp(2.1, "198.51.100.137:4000", "192.0.2.137:6000", 390, ssrc=5)
    return packets + rtp(2.1, "192.0.2.138:6000", "198.51.100.137:4000", 390, ssrc=6)


@scenario(
    Expect(
        "dnat@192.0.2.10",
        codes={"ok"},
        final_code=200,
        outcome={"answered"},
        from_user="100",
        to_user="200",
        statistics={"retransmissions": 0, "hung_up_by": "caller"},
    )
)
def seen_before_and_after_translation():
    """A container host captures on all interfaces: every message is there twice, before and after translation."""
    return translated(answered(Dialog("dnat@192.0.2.10"), end=32), "172.17.0.2:5060")


@scenario(
    Expect(
        "dnat-503@192.0.2.142",
        codes={"congestion", "no_route", "server_error"},
        never_codes={"ok", "timeout"},
        final_code=503,
        statistics={"retransmissions": 0},
        evidence_any={"SIP/2.0 503"},
    )
)
def refusal_seen_twice():
    """Captured on all interfaces of a container host, every message twice: the platform refuses with 503 after
    30 ms."""
    call = refused(
        Dialog("dnat-503@192.0.2.142", "142", "+85225550142", a="192.0.2.142:5060", b="203.0.113.142:5060"),
        503,
        at=0.03,
    )
    return translated(call, "192.168.49.2:5060")


@scenario(
    Expect("nat-reg@192.0.2.143", codes={"ok"}, final_code=200),
    Expect(
        "nat-in@192.0.2.144",
        codes={"nat_binding_lost", "timeout"},
        never_codes={"ok", "no_answer", "not_registered", "busy"},
        final_code=408,
        evidence_any={"SIP/2.0 408", "INVITE sip:"},
    ),
)
def binding_gone():
    """A phone behind NAT is registered at a proxy; minutes later a call to it is not answered, and its caller
    gets 408."""
    phone = Dialog(
        "nat-reg@192.0.2.143", "143", "143", a="198.51.100.143:1027", b="203.0.113.144:5060", a_contact="10.9.8.7:5060"
    )
    registration(phone, asked=3600, granted=3600)
    call = Dialog("nat-in@192.0.2.144", "144", "143", a="192.0.2.144:5060", b="203.0.113.144:5060", start=400)
    invite = call.invite(0)
    call.reply(0.01, 100, to=invite)
    sent = call.forward(0.05, invite, "198.51.100.143:1027")
    call.again([0.05 + time for time in TIMER_A[1:]], sent)
    call.reply(32.1, 408, to=invite)
    call.ack(32.15)
    return phone.packets() + call.packets()


@scenario(
    Expect(
        "nat-ack@203.0.113.77",
        codes={"ack_lost", "nat_binding_lost"},
        never_codes={"ok", "no_answer", "session_timer"},
        evidence_any={"SIP/2.0 200 OK", "ACK sip:"},
        says={r"private|NAT|Contact|192\.168\.1\.50|ACK"},
    )
)
def hears_no_acknowledgement():
    """A called phone behind NAT has a private Contact in its 200; the caller's ACK goes there; the phone ends
    the call after 32 s."""
    call = Dialog("nat-ack@203.0.113.77", a=PHONE, b="203.0.113.77:41234", b_contact="192.168.1.50:5060")
    invite = call.invite(0)
    call.reply(0.05, 180, to=invite)
    taken = call.reply(4, 200, to=invite, body=sdp("192.168.1.50:6000"))
    call.again([4 + time for time in TIMER_G[1:]], taken)
    for place, time in enumerate(TIMER_G):
        call.ack(4.02 + time, destination="192.168.1.50:5060", branch=f"z9hG4bKgone{place}")
    call.ended(36.1, "b")
    return call.packets()
