"""What happens every day and looks like a failure, and failures that look like every day."""

import struct
from dataclasses import replace

from tests.truth.scenario import Expect, scenario
from tests.truth.wire import (
    CALLED,
    PHONE,
    SERVER,
    THIRD,
    Connection,
    Dialog,
    answered,
    at_port,
    both_ways,
    contact,
    credentials,
    established,
    frame,
    media,
    proxied,
    registration,
    rtp,
    sdp,
    with_header,
)

HERE, THERE = at_port(PHONE, 4000), at_port(SERVER, 6000)
"""Where the two sides of most calls want their sound."""


def diverted(call, at, destination, target, host):
    """An INVITE to a host that answers 302, and its ACK; `target` is the user that it names instead."""
    invite = call.invite(at, destination=destination, dialog=False)
    call.reply(at + 0.05, 302, to=invite, headers=f"Contact: <sip:{target}@{host}>\r\n", tag=f"moved{target}")
    call.ack(at + 0.06, destination=destination)
    return invite


def redirected(call, *, end):
    """A call that is diverted twice; gives the INVITE to the last target, which `end` has to answer."""
    diverted(call, 0, SERVER, "201", THIRD)
    diverted(call, 0.1, THIRD, "202", CALLED)
    last = call.invite(0.2, destination=CALLED, uri=f"sip:202@{CALLED}", dialog=False)
    call.reply(0.25, 180, to=last, tag="last")
    end(last)
    return call.packets()


@scenario(
    Expect(
        "moved-twice@192.0.2.10",
        codes={"ok", "diverted"},
        never_codes={"no_route", "rejected"},
        final_code=200,
        outcome={"answered"},
        statistics={"talk_ms": (20000, 200)},
    )
)
def diverted_twice_and_answered():
    """The server diverts with 302, the target diverts again, and the last one answers."""
    call = Dialog("moved-twice@192.0.2.10")

    def end(last):
        call.reply(4, 200, to=last, tag="last", body=sdp(at_port(CALLED, 5000)))
        call.request(4.05, "ACK", number=last.number, destination=CALLED)
        bye = call.request(24, "BYE", destination=CALLED)
        call.reply(24.02, 200, to=bye)

    return redirected(call, end=end)


@scenario(
    Expect(
        "moved-busy@192.0.2.10",
        codes={"busy"},
        hedged={"diverted"},
        final_code=486,
        says={r"202"},
        never_says={r"^200 is busy", r"not tried"},
    )
)
def diverted_twice_and_busy():
    """Diverted twice; the last target is busy, the number that was dialled is not."""
    call = Dialog("moved-busy@192.0.2.10")

    def end(last):
        call.reply(0.6, 486, to=last, tag="last")
        call.ack(0.65, destination=CALLED)

    return redirected(call, end=end)


@scenario(
    Expect(
        "min-se@192.0.2.10",
        codes={"ok"},
        certain=True,
        never_codes={"session_timer"},
        final_code=200,
        outcome={"answered"},
    )
)
def session_timer_agreed_on_second_try():
    """A session timer of 90 s is too short (422, Min-SE); the phone tries again with 1800 s."""
    call = Dialog("min-se@192.0.2.10")
    first = call.invite(0, headers="Session-Expires: 90\r\n")
    call.reply(0.02, 422, "Session Interval Too Small", to=first, headers="Min-SE: 1800\r\n")
    call.ack(0.03)
    again = call.invite(0.05, headers="Session-Expires: 1800\r\nMin-SE: 1800\r\n", dialog=False)
    call.reply(0.5, 180, to=again)
    call.reply(3, 200, to=again, body=sdp(THERE), headers="Session-Expires: 1800;refresher=uas\r\n")
    call.ack(3.02)
    call.ended(60)
    return call.packets()


@scenario(
    Expect(
        "hold@192.0.2.10",
        codes={"ok"},
        never_codes={"one_way_audio", "sound_stopped", "change_refused"},
        final_code=200,
        outcome={"answered"},
        says={r"on hold"},
        never_says={r"talked for 58 s"},
    )
)
def held_and_resumed():
    """The called side puts the call on hold for twenty seconds; music comes from it alone, then both talk again."""
    call = established(Dialog("hold@192.0.2.10"))
    hold = call.invite(20, by="b", body=sdp(THERE, extra="a=sendonly\r\n"))
    call.reply(20.02, 200, to=hold, body=sdp(HERE, extra="a=recvonly\r\n"))
    call.ack(20.03)
    resume = call.invite(40, by="b", body=sdp(THERE))
    call.reply(40.02, 200, to=resume, body=sdp(HERE))
    call.ack(40.03)
    call.ended(60)
    music = rtp(20.1, THERE, HERE, 990, ssrc=9)
    return call.packets() + both_ways(2.1, HERE, THERE, 890) + music + both_ways(40.1, HERE, THERE, 990, ssrc=21)


@scenario(
    Expect(
        "old-hold@192.0.2.10",
        codes={"ok"},
        never_codes={"one_way_audio", "sound_stopped", "no_audio"},
        final_code=200,
        outcome={"answered"},
    )
)
def held_the_old_way():
    """On hold as before RFC 3264: the address in the SDP is 0.0.0.0. Nobody sends; the caller hangs up on hold."""
    call = established(Dialog("old-hold@192.0.2.10"))
    hold = call.invite(20, body=sdp("0.0.0.0:4000"))
    call.reply(20.02, 200, to=hold, body=sdp(THERE))
    call.ack(20.03)
    call.ended(60)
    return call.packets() + both_ways(2.1, HERE, THERE, 890)


@scenario(
    Expect(
        "moved-phone@192.0.2.10",
        codes={"ok"},
        never_codes={"one_way_audio", "sound_stopped", "codec_mismatch"},
        final_code=200,
        outcome={"answered"},
    )
)
def sound_moves_to_another_address():
    """The phone changes from Wi-Fi to cable in mid-call: a re-INVITE names another address for its sound."""
    call = established(Dialog("moved-phone@192.0.2.10"))
    wired = "192.0.2.77:4400"
    change = call.invite(20, body=sdp(wired))
    call.reply(20.02, 200, to=change, body=sdp(THERE))
    call.ack(20.03)
    call.ended(60)
    return call.packets() + both_ways(2.1, HERE, THERE, 890) + both_ways(20.1, wired, THERE, 1980, ssrc=31)


@scenario(Expect("prack-update@192.0.2.10", codes={"ok"}, certain=True, never_codes={"prack_missing"}, final_code=200))
def acknowledged_provisional_answers():
    """183 with 100rel and PRACK, an UPDATE before the answer, 180 with PRACK, then 200."""
    call = Dialog("prack-update@192.0.2.10")
    invite = call.invite(0, headers="Supported: 100rel\r\n")
    call.reply(0.02, 100, to=invite)
    call.reply(0.3, 183, to=invite, headers="Require: 100rel\r\nRSeq: 1\r\n", body=sdp(THERE))
    first = call.request(0.32, "PRACK", headers="RAck: 1 1 INVITE\r\n")
    call.reply(0.34, 200, to=first)
    update = call.request(0.5, "UPDATE", body=sdp(HERE, (8,)))
    call.reply(0.52, 200, to=update, body=sdp(THERE, (8,)))
    call.reply(0.8, 180, to=invite, headers="Require: 100rel\r\nRSeq: 2\r\n")
    second = call.request(0.82, "PRACK", headers="RAck: 2 1 INVITE\r\n")
    call.reply(0.84, 200, to=second)
    call.reply(3, 200, to=invite)
    call.request(3.05, "ACK", number=invite.number)
    call.ended(30)
    return call.packets()


@scenario(
    Expect(
        "reset@192.0.2.10",
        codes={"incomplete", "unknown", "timeout", "network_failure", "unreachable"},
        certain=False,
        never_codes={"ok", "cancelled", "no_answer"},
        says={r"reset|RST|connection"},
    )
)
def connection_reset_while_ringing():
    """SIP over TCP: the phone rings, then the server resets the connection, and nothing more comes."""
    call = Dialog("reset@192.0.2.10", a="192.0.2.10:40000", transport="TCP")
    invite = call.invite(0)
    call.reply(0.02, 100, to=invite)
    call.reply(0.5, 180, to=invite)
    connection = Connection(call.a, call.b)
    for message in call.messages:
        connection.send(message.time, message.source, message.data())
    connection.reset(4, call.b)
    return connection.packets


@scenario(
    Expect(
        "web-ok@192.0.2.10",
        codes={"ok"},
        never_codes={"ice_failed", "srtp_mismatch", "one_way_audio", "codec_mismatch"},
        final_code=200,
        outcome={"answered"},
    )
)
def web_phone_with_sound():
    """A web phone: ICE finds a path, DTLS agrees on keys, opus goes both ways on one port with RTCP."""
    lines = (
        "a=ice-ufrag:x\r\na=ice-pwd:y\r\na=fingerprint:sha-256 00:11\r\na=setup:{}\r\na=rtcp-mux\r\n"
        "a=candidate:1 1 UDP 1 192.0.2.10 4000 typ host\r\n"
    )
    offer = sdp(HERE, (96, 0, 101), profile="UDP/TLS/RTP/SAVPF", extra=lines.format("actpass"))
    answer = sdp(THERE, (96, 101), profile="UDP/TLS/RTP/SAVPF", extra=lines.format("active"))
    call = answered(Dialog("web-ok@192.0.2.10"), end=12, offer=offer, answer_sdp=answer)

    def binding(kind):
        return struct.pack("!HHI12s", kind, 0, 0x2112A442, b"binding-0001")

    checks = [(2.05 + n, frame(HERE, THERE, binding(0x0001))) for n in range(9)]
    checks += [(2.06 + n, frame(THERE, HERE, binding(0x0101))) for n in range(9)]
    hello = [
        (2.1, frame(THERE, HERE, b"\x16\xfe\xfd" + bytes(60))),
        (2.15, frame(HERE, THERE, b"\x16\xfe\xfd" + bytes(60))),
    ]
    sound = rtp(2.3, HERE, THERE, 480, payload_type=96, clock=960, ssrc=5)
    sound += rtp(2.3, THERE, HERE, 480, payload_type=96, clock=960, ssrc=6)
    return call.packets() + checks + hello + sound


T38 = (
    "v=0\r\no=- 1 2 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\n"
    "m=image 6000 udptl t38\r\na=T38FaxVersion:0\r\n"
)


@scenario(
    Expect(
        "fax-audio@192.0.2.10",
        codes={"ok"},
        hedged={"fax_refused"},
        never_codes={"codec_mismatch", "call_dropped"},
        final_code=200,
        should_say={r"T\.38"},
    )
)
def fax_refused_then_audio():
    """The change to T.38 is refused with 488; the gateway offers G.711 again, and the fax goes through as sound."""
    call = established(Dialog("fax-audio@192.0.2.10"))
    change = call.invite(6, by="b", body=T38)
    call.reply(6.1, 488, to=change)
    call.ack(6.12)
    back = call.invite(6.2, by="b", body=sdp(THERE, (8,)))
    call.reply(6.25, 200, to=back, body=sdp(HERE, (8,)))
    call.ack(6.28)
    call.ended(70, "b")
    return call.packets() + both_ways(2.1, HERE, THERE, 3300)


@scenario(
    Expect(
        "video-no@192.0.2.10",
        codes={"ok"},
        never_codes={"codec_mismatch", "call_dropped"},
        final_code=200,
        outcome={"answered"},
        should_say={r"488"},
    )
)
def change_refused_and_call_goes_on():
    """The caller adds video in mid-call and gets 488; they talk on, and the called side hangs up 10 s later."""
    call = established(Dialog("video-no@192.0.2.10"))
    change = call.invite(14, body=sdp(HERE, more=media("video", 4002, (99,))))
    call.reply(14.1, 488, to=change)
    call.ack(14.12)
    call.ended(24, "b")
    return call.packets() + both_ways(2.1, HERE, THERE, 1090)


@scenario(
    Expect(
        "announced@192.0.2.10",
        codes={"cancelled"},
        certain=True,
        final_code=487,
        says={r"early media|announcement"},
        never_says={r"of ringing", r"nobody answered"},
        statistics={"hung_up_by": "caller"},
    )
)
def announcement_then_cancelled():
    """183 with an announcement (its sound is there), and the caller gives up after twelve seconds."""
    call = Dialog("announced@192.0.2.10")
    invite = call.invite(0)
    call.reply(0.02, 100, to=invite)
    call.reply(0.7, 183, to=invite, body=sdp(THERE))
    cancel = call.cancel(12)
    call.reply(12.02, 200, to=cancel)
    call.reply(12.04, 487, to=invite)
    call.ack(12.06)
    return call.packets() + rtp(0.8, THERE, HERE, 550)


def refreshed(phone, until, step, start=0.0):
    """A phone that registers and renews that in time, again and again."""
    registration(phone, start, asked=60, granted=60)
    at = start + step
    while at < until:
        wanted = contact(phone) + "Expires: 60\r\n"
        phone.request(at, "REGISTER", headers=credentials(phone.caller, "n1", phone.domain) + wanted)
        phone.reply(at + 0.01, 200, headers=contact(phone, 60))
        at += step
    return phone.packets()


@scenario(
    Expect("desk@192.0.2.10", codes={"ok"}, final_code=200),
    Expect("mobile@192.0.2.11", codes={"ok"}, final_code=200),
    Expect(
        "gone@192.0.2.12",
        codes={"registration_lost"},
        hedged={"ok"},
        certain=False,
        final_code=200,
        says={r"ran out|expired|not renewed|did not renew|didn't renew"},
        never_says={r"is registered for"},
    ),
)
def one_of_three_phones_expires():
    """Three phones of one user register for a minute; two renew that for five minutes, the third never does."""
    phones = [
        Dialog("desk@192.0.2.10", "31", "31"),
        Dialog("mobile@192.0.2.11", "31", "31", a="192.0.2.11:5060"),
        Dialog("gone@192.0.2.12", "31", "31", a="192.0.2.12:5060"),
    ]
    lasting = refreshed(phones[0], 300, 50) + refreshed(phones[1], 300, 50, start=1)
    registration(phones[2], 2, asked=60, granted=60)
    return lasting + phones[2].packets()


@scenario(
    Expect("old-id@192.0.2.12", codes={"ok"}, final_code=200, never_codes={"registration_lost"}),
    Expect("new-id@192.0.2.12", codes={"ok"}, final_code=200),
    others_allowed=True,
)
def phone_renews_under_another_call_id():
    """A phone is restarted and goes on to renew its registration with another Call-ID: it was never away."""
    before = Dialog("old-id@192.0.2.12", "32", "32", a="192.0.2.12:5060")
    registration(before, 0, asked=60, granted=60)
    after = Dialog("new-id@192.0.2.12", "32", "32", a="192.0.2.12:5060", a_tag="n2")
    return before.packets() + refreshed(after, 300, 50, start=40)


@scenario(
    Expect(
        "two-answers@192.0.2.10",
        codes={"ok"},
        never_codes={"call_dropped", "dialog_lost", "admin_cleared"},
        final_code=200,
        outcome={"answered"},
        statistics={"talk_ms": (25000, 300), "hung_up_by": "caller"},
    )
)
def two_phones_answer_at_once():
    """A proxy forks to two phones, both answer at the same moment; the caller keeps the first and ends the second."""
    call = Dialog("two-answers@192.0.2.10")
    invite = call.invite(0)
    call.reply(0.01, 100, to=invite)
    for place, phone in enumerate((CALLED, THIRD)):
        sent = call.forward(0.05 + place / 1000, invite, phone)
        copy = replace(sent, via=(f"SIP/2.0/UDP {call.b};branch=z9hG4bKfork{place}", *invite.via))
        call.messages[-1] = copy
        call.forward(0.31 + place / 10, call.reply(0.3 + place / 10, 180, to=copy, tag=f"phone{place}"), call.a)
        taken = call.reply(5 + place / 100, 200, to=copy, tag=f"phone{place}", body=sdp(at_port(phone, 5000)))
        call.forward(5.005 + place / 100, taken, call.a)
    for place, phone in enumerate((CALLED, THIRD)):
        inside = call.request(5.1 + place / 100, "ACK", number=invite.number, destination=phone)
        call.messages[-1] = replace(inside, receiver=inside.receiver.replace("b91c", f"phone{place}"))
    for place, (phone, at) in enumerate(((CALLED, 30), (THIRD, 5.2))):
        bye = call.request(at, "BYE", destination=phone)
        bye = call.messages[-1] = replace(bye, receiver=bye.receiver.replace("b91c", f"phone{place}"))
        call.reply(at + 0.02, 200, to=bye)
    return call.packets()


@scenario(
    Expect(
        "crossed@192.0.2.10",
        codes={"ok"},
        never_codes={"dialog_lost", "change_refused"},
        final_code=200,
        outcome={"answered"},
    )
)
def change_crosses_the_hang_up():
    """The caller presses hold in the moment in which the called side hangs up: its re-INVITE gets 481."""
    call = established(Dialog("crossed@192.0.2.10"))
    bye = call.request(30, "BYE", by="b")
    hold = call.invite(30.005, body=sdp(HERE, extra="a=sendonly\r\n"))
    call.reply(30.03, 200, to=bye)
    call.reply(30.035, 481, to=hold)
    call.ack(30.05, by="a", number=hold.number, branch=hold.via[0].partition("branch=")[2])
    return call.packets()


@scenario(
    Expect(
        "dns@192.0.2.10",
        codes={"no_route", "server_error", "congestion"},
        certain=None,
        never_codes={"rejected"},
        final_code=503,
        says={r"DNS|resolv"},
    ),
)
def name_of_the_carrier_not_resolved():
    """The proxy can't resolve its carrier's name: 503 with a Warning that says so."""
    call = Dialog("dns@192.0.2.10", "100", "+4930123456")
    invite = call.invite(0)
    call.reply(0.01, 100, to=invite)
    call.reply(2.1, 503, to=invite, headers='Warning: 399 proxy "DNS lookup of trunk.example.net failed"\r\n')
    call.ack(2.12)
    return call.packets()


@scenario(
    Expect(
        "478@192.0.2.10",
        codes={"no_route", "unreachable"},
        hedged={"rejected"},
        never_codes={"unknown_user"},
        final_code=478,
        says={r"[Uu]nresolvable"},
        never_says={r"do.not.disturb", r"[Aa]sk the called side"},
    )
)
def kamailio_cannot_resolve():
    """Kamailio can't resolve the host of the Request-URI: 478 Unresolvable destination."""
    call = Dialog("478@192.0.2.10", b_agent="kamailio")
    invite = call.invite(0)
    call.reply(0.01, 100, to=invite)
    call.reply(0.4, 478, "Unresolvable destination (478/TM)", to=invite)
    call.ack(0.42)
    return call.packets()


@scenario(
    Expect(
        "second-carrier@192.0.2.10",
        codes={"ok"},
        never_codes={"congestion", "no_route"},
        final_code=200,
        outcome={"answered"},
    )
)
def second_carrier_takes_it():
    """The first carrier says 503, the proxy tries the second one, which answers."""
    call = Dialog("second-carrier@192.0.2.10", "100", "+4930123456")
    invite = call.invite(0)
    call.reply(0.01, 100, to=invite)
    first = call.forward(0.05, invite, THIRD)
    call.reply(0.2, 503, to=first, tag="full")
    call.ack(0.21, source=SERVER, destination=THIRD, branch=first.via[0].partition("branch=")[2])
    second = call.forward(0.25, invite, CALLED)
    second = call.messages[-1] = replace(second, via=("SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bKnext", *invite.via))
    call.forward(1.01, call.reply(1, 180, to=second), call.a)
    call.forward(4.01, call.reply(4, 200, to=second, body=sdp(at_port(CALLED, 5000))), call.a)
    call.forward(4.06, call.request(4.05, "ACK", number=invite.number), CALLED)
    bye = call.forward(30.01, call.request(30, "BYE"), CALLED)
    call.forward(30.06, call.reply(30.05, 200, to=bye), call.a)
    return call.packets()


@scenario(
    Expect(
        "timer-refreshed@192.0.2.10",
        codes={"ok"},
        certain=True,
        never_codes={"session_timer", "call_dropped"},
        final_code=200,
        outcome={"answered"},
    )
)
def session_refreshed_by_the_server():
    """A session timer of 90 s, which the platform refreshes by UPDATE; the caller hangs up 80 s after the last one."""
    call = with_header(
        established(Dialog("timer-refreshed@192.0.2.10")),
        ["INVITE", "SIP/2.0 200"],
        "Session-Expires: 90;refresher=uas\r\n",
    )
    for at in (47, 92, 137):
        update = call.request(at, "UPDATE", by="b", headers="Session-Expires: 90;refresher=uac\r\n")
        call.reply(at + 0.02, 200, to=update, headers="Session-Expires: 90;refresher=uac\r\n")
    call.ended(217)
    return call.packets()


@scenario(
    Expect(
        "voicemail@192.0.2.10",
        codes={"ok", "diverted"},
        never_codes={"no_answer", "cancelled", "timeout"},
        final_code=200,
        outcome={"answered"},
        statistics={"hung_up_by": "caller"},
    )
)
def rings_then_voicemail_answers():
    """The phone rings for 20 s; the platform cancels it (487) and sends the call to voicemail, which answers."""
    call = Dialog("voicemail@192.0.2.10")
    invite = call.invite(0)
    call.reply(0.01, 100, to=invite)
    sent = call.forward(0.05, invite, CALLED)
    call.forward(0.31, call.reply(0.3, 180, to=sent, tag="desk"), call.a)
    hop = sent.via[0].partition("branch=")[2]
    cancel = call.request(
        20, "CANCEL", number=invite.number, source=SERVER, destination=CALLED, branch=hop, dialog=False
    )
    call.reply(20.01, 200, to=cancel)
    call.reply(20.02, 487, to=sent, tag="desk")
    call.ack(20.03, source=SERVER, destination=CALLED, branch=hop)
    box = call.forward(20.05, invite, THIRD)
    box = call.messages[-1] = replace(box, via=("SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bKbox", *invite.via))
    call.forward(20.11, call.reply(20.1, 200, to=box, tag="box", body=sdp(at_port(THIRD, 5000))), call.a)
    taken = call.request(20.15, "ACK", number=invite.number)
    call.forward(20.16, taken, THIRD)
    bye = call.forward(45.01, call.request(45, "BYE"), THIRD)
    call.forward(45.06, call.reply(45.05, 200, to=bye), call.a)
    return call.packets()


@scenario(
    Expect(
        "no-sdp@192.0.2.10",
        codes={"no_audio"},
        hedged={"ok"},
        certain=False,
        final_code=200,
        outcome={"answered"},
        says={r"SDP|session description"},
    )
)
def answer_without_a_description():
    """A broken PBX answers the caller's offer with a 200 that has no SDP; there is no sound in the capture."""
    call = Dialog("no-sdp@192.0.2.10")
    invite = call.invite(0)
    call.reply(0.5, 180, to=invite)
    call.reply(2, 200, to=invite)
    call.ack(2.05)
    call.ended(12)
    return call.packets()


@scenario(
    Expect(
        "through@192.0.2.10",
        codes={"ok"},
        never_codes={"one_way_audio", "relay_failed"},
        final_code=200,
        outcome={"answered"},
    )
)
def held_by_the_caller_through_a_proxy():
    """Through a proxy: the caller holds and resumes; nobody sends meanwhile."""
    call = proxied(Dialog("through@192.0.2.10"), end=None)
    far = at_port(CALLED, 5000)
    for at, direction, back in ((15, "a=sendonly\r\n", "a=recvonly\r\n"), (30, "", "")):
        change = call.forward(at + 0.01, call.invite(at, body=sdp(HERE, extra=direction)), CALLED)
        call.forward(at + 0.05, call.reply(at + 0.04, 200, to=change, body=sdp(far, extra=back)), call.a)
        call.forward(at + 0.07, call.ack(at + 0.06), CALLED)
    bye = call.forward(50.01, call.request(50, "BYE"), CALLED)
    call.forward(50.06, call.reply(50.05, 200, to=bye), call.a)
    return call.packets() + both_ways(3.1, HERE, far, 590) + both_ways(30.2, HERE, far, 980, ssrc=7)


@scenario(
    Expect(
        "gap@192.0.2.10",
        codes={"packet_loss", "sound_stopped"},
        hedged={"ok"},
        certain=False,
        final_code=200,
        outcome={"answered"},
        says={r"in a row|interrupted"},
        never_says={r"was poor", r"\d\d ?% were lost"},
    )
)
def sound_interrupted_once():
    """For four seconds nothing comes from the platform, before and after that all is well."""
    call = answered(Dialog("gap@192.0.2.10"), end=22.2)
    sound = rtp(2.1, HERE, THERE, 990, ssrc=31)
    return call.packets() + sound + rtp(2.1, THERE, HERE, 990, ssrc=32, skip=range(400, 600))
