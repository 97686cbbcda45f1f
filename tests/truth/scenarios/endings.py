"""Answered calls, and why they ended."""

from tests.truth.scenario import Expect, scenario
from tests.truth.wire import (
    CALLED,
    PHONE,
    PHONE6,
    SERVER,
    SERVER6,
    TIMER_E,
    TIMER_G,
    Dialog,
    answered,
    bridged,
    established,
    media,
    proxied,
    sdp,
    through,
    with_header,
)


@scenario(
    Expect(
        "reinvite-415@203.0.113.31",
        codes={"call_dropped", "codec_mismatch", "change_refused"},
        hedged={"ok"},
        final_code=200,
        outcome={"answered"},
        says={r"415", r"cause.?65", r"not implemented", r"re-?INVITE"},
        evidence_any={"SIP/2.0 415", "BYE sip:"},
        statistics={"hung_up_by": "caller"},
    )
)
def change_refused_and_ended():
    """The caller's gateway adds video in mid-call, is told 415, and ends the call with Q.850 cause 65."""
    call = established(
        Dialog("reinvite-415@203.0.113.31", "+12065550101", "31", a="203.0.113.31:5060", b="192.0.2.31:5060")
    )
    change = call.invite(14, body=sdp("203.0.113.31:4000", more=media("video", 4002, (99,))))
    call.reply(14.1, 415, to=change)
    call.ack(14.12)
    call.ended(14.5, "a", 'Reason: Q.850;cause=65;text="Bearer capability not implemented"\r\n')
    return call.packets()


@scenario(
    Expect(
        "media-timeout@198.51.100.95",
        codes={"rtp_timeout", "one_way_audio", "call_dropped"},
        hedged={"ok"},
        final_code=200,
        outcome={"answered"},
        says={r"RTP.?time", r"no (sound|RTP|media)", r"media time", r"MEDIA_TIMEOUT"},
        evidence_any={"BYE sip:"},
        legs={"media-timeout-b@192.0.2.30"},
    )
)
def sound_missed_by_the_platform():
    """A B2BUA hears nothing from the phone for thirty seconds and ends both legs with "MEDIA_TIMEOUT" (cause 102)."""
    one = Dialog(
        "media-timeout@198.51.100.95",
        "95",
        "+34915550199",
        a="198.51.100.95:5060",
        b="192.0.2.30:5060",
        b_agent="FreeSWITCH",
    )
    two = Dialog(
        "media-timeout-b@192.0.2.30",
        "95",
        "+34915550199",
        a="192.0.2.30:5060",
        b="203.0.113.112:5060",
        a_agent="FreeSWITCH",
    )
    bridged(one, two, end=None)
    with_header(two, ["INVITE"], "X-CID: media-timeout@198.51.100.95\r\n")
    reason = 'Reason: Q.850;cause=102;text="MEDIA_TIMEOUT"\r\n'
    one.ended(33, "b", reason)
    two.ended(33.01, "a", reason)
    return one.packets() + two.packets()


@scenario(
    Expect(
        "cause-41@[2001:db8::10]",
        codes={"call_dropped", "network_failure", "congestion"},
        hedged={"ok"},
        final_code=200,
        outcome={"answered"},
        says={r"cause.?41", r"temporary failure"},
        evidence_any={"BYE sip:"},
        statistics={"q850": 41},
    )
)
def network_cause():
    """A mobile network ends a call after ten minutes with Q.850 cause 41 (temporary failure), over IPv6."""
    call = established(Dialog("cause-41@[2001:db8::10]", "10", "+491715550123", a=PHONE6, b=SERVER6))
    call.ended(600, "b", 'Reason: Q.850;cause=41;text="Temporary failure"\r\n')
    return call.packets()


@scenario(
    Expect(
        "normal@203.0.113.35",
        codes={"ok"},
        certain=True,
        final_code=200,
        outcome={"answered"},
        from_user="+81355550150",
        to_user="36",
        statistics={"hung_up_by": "caller", "talk_ms": (8000, 100), "ring_ms": (11000, 100)},
    )
)
def ended_normally():
    """A long ring, a short talk; the caller hangs up; through a proxy."""
    call = Dialog("normal@203.0.113.35", "+81355550150", "36", a="203.0.113.35:5060", b="192.0.2.32:5060")
    invite = call.invite(0)
    call.reply(0.01, 100, to=invite)
    sent = call.forward(0.05, invite, "198.51.100.36:5060")
    call.forward(1.01, call.reply(1, 180, to=sent), call.a)
    call.forward(12.01, call.reply(12, 200, to=sent, body=sdp("198.51.100.36:5000")), call.a)
    call.forward(12.06, call.ack(12.05), "198.51.100.36:5060")
    through(call, 20, "198.51.100.36:5060")
    return call.packets()


@scenario(
    Expect(
        "reinvite-481@192.0.2.251",
        codes={"call_dropped", "dialog_lost"},
        hedged={"ok"},
        outcome={"answered"},
        says={r"481", r"no longer (knew|known)", r"had forgotten", r"not know"},
        evidence_any={"SIP/2.0 481"},
    )
)
def hang_up_unknown_to_the_other():
    """The platform is restarted during a call: re-INVITE for hold gets 481, and the phone ends the call."""
    call = established(Dialog("reinvite-481@192.0.2.251", "251", "252", a="192.0.2.251:5060", b="203.0.113.25:5060"))
    hold = call.invite(120, body=sdp("192.0.2.251:4000", extra="a=sendonly\r\n"))
    call.reply(120.02, 481, to=hold)
    call.ack(120.03)
    bye = call.request(120.1, "BYE")
    call.reply(120.12, 481, to=bye)
    return call.packets()


@scenario(
    Expect(
        "bye-lost@192.0.2.10",
        codes={"call_dropped", "timeout", "bye_unanswered"},
        hedged={"ok"},
        outcome={"answered"},
        says={r"BYE.{0,60}(never|not|no) ", r"(never|not|no).{0,40}(BYE|hang)", r"unanswered"},
        statistics={"retransmissions": 10},
        evidence_any={"BYE sip:"},
    )
)
def hang_up_not_answered():
    """The caller hangs up; its BYE is sent eleven times and never answered: the platform is gone."""
    call = established(Dialog("bye-lost@192.0.2.10"))
    call.repeated([20 + time for time in TIMER_E], "BYE")
    return call.packets()


@scenario(
    Expect(
        "timer-120@192.0.2.10",
        codes={"ok"},
        never_codes={"session_timer"},
        final_code=200,
        statistics={"hung_up_by": "caller", "talk_ms": (98000, 100)},
    )
)
def session_timer_in_order():
    """A session timer of 120 s; the caller hangs up after 98 s: it has not run out."""
    call = answered(Dialog("timer-120@192.0.2.10"), end=100)
    return with_header(call, ["INVITE", "SIP/2.0 200"], "Session-Expires: 120;refresher=uac\r\n").packets()


@scenario(
    Expect(
        "timer-1800@192.0.2.10",
        codes={"ok", "session_timer"},
        certain=None,
        never_codes={"rejected"},
        final_code=200,
        outcome={"answered"},
        statistics={"talk_ms": (1800000, 100), "hung_up_by": "caller"},
    )
)
def long_call():
    """Half an hour with a session timer of 1800 s; the caller, who should have refreshed it, ends the call at
    its end."""
    call = answered(Dialog("timer-1800@192.0.2.10"), end=1802)
    return with_header(call, ["INVITE", "SIP/2.0 200"], "Session-Expires: 1800;refresher=uac\r\n").packets()


@scenario(
    Expect(
        "info-405@198.51.100.41",
        codes={"ok"},
        never_codes={"forbidden", "rejected"},
        final_code=200,
        outcome={"answered"},
        statistics={"hung_up_by": "callee"},
    )
)
def method_not_served():
    """A gateway sends INFO (a mobile's signal), the phone says 405; the call goes on, and ends normally."""
    call = established(
        Dialog("info-405@198.51.100.41", "+41795550101", "41", a="198.51.100.41:5060", b="192.0.2.41:5060")
    )
    info = call.request(12, "INFO", body="quality=3\r\n", content="text/plain")
    call.reply(12.05, 405, to=info)
    call.ended(75, "b")
    return call.packets()


@scenario(
    Expect(
        "ack-astray@203.0.113.42",
        codes={"ack_lost"},
        never_codes={"ok", "no_answer"},
        evidence_any={"SIP/2.0 200 OK", "ACK sip:"},
        says={r"10\.0\.0\.5", r"private", r"Contact", r"ACK"},
    )
)
def answer_not_acknowledged():
    """The platform's 200 has a private Contact; the caller sends its ACK there, and the platform ends the call
    after 32 s."""
    call = Dialog(
        "ack-astray@203.0.113.42", "42", "43", a="203.0.113.42:5060", b="192.0.2.42:5060", b_contact="10.0.0.5:5060"
    )
    invite = call.invite(0)
    call.reply(0.02, 100, to=invite)
    call.reply(0.4, 180, to=invite)
    taken = call.reply(5, 200, to=invite, body=sdp("192.0.2.42:6000"))
    call.again([5 + time for time in TIMER_G[1:]], taken)
    for place, time in enumerate(TIMER_G):
        call.ack(5.03 + time, destination="10.0.0.5:5060", branch=f"z9hG4bKstray{place}")
    call.ended(37.2, "b")
    return call.packets()


@scenario(
    Expect(
        "fax-488@192.0.2.10",
        codes={"fax_refused", "codec_mismatch", "change_refused"},
        hedged={"ok"},
        final_code=200,
        outcome={"answered"},
        says={r"T\.?38", r"fax"},
        never_says={r"a fax .{0,12}went"},
        evidence_any={"SIP/2.0 488"},
    )
)
def fax_change():
    """A fax machine answers; the gateway's change to T.38 is refused with 488, and both hang up soon after."""
    call = established(Dialog("fax-488@192.0.2.10"))
    t38 = "v=0\r\no=- 1 2 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\n"
    t38 += "m=image 6000 udptl t38\r\na=T38FaxVersion:0\r\na=T38MaxBitRate:14400\r\n"
    change = call.invite(6, by="b", body=t38)
    call.reply(6.1, 488, to=change)
    call.ack(6.12)
    call.ended(14, "b")
    return call.packets()


@scenario(
    Expect(
        "glare@192.0.2.10",
        codes={"ok"},
        never_codes={"rejected", "codec_mismatch"},
        final_code=200,
        outcome={"answered"},
    )
)
def glare():
    """Both sides change the session at the same time and get 491; one tries again successfully."""
    call = established(Dialog("glare@192.0.2.10"))
    mine = call.invite(10, body=sdp("192.0.2.10:4000", extra="a=sendonly\r\n"))
    theirs = call.invite(10.001, by="b", body=sdp("198.51.100.1:6000", (8,)))
    call.reply(10.02, 491, to=mine)
    call.ack(10.03, by="a", number=mine.number, branch=mine.via[0].partition("branch=")[2])
    call.reply(10.021, 491, to=theirs)
    call.ack(10.031, by="b", number=theirs.number, branch=theirs.via[0].partition("branch=")[2])
    again = call.invite(12.5, body=sdp("192.0.2.10:4000", extra="a=sendonly\r\n"))
    call.reply(12.55, 200, to=again, body=sdp("198.51.100.1:6000", extra="a=recvonly\r\n"))
    call.ack(12.58)
    call.ended(40)
    return call.packets()


@scenario(
    Expect(
        "cut-off@192.0.2.10",
        codes={"credit_exhausted"},
        never_codes={"ok"},
        final_code=200,
        outcome={"answered"},
        evidence_any={"BYE sip:"},
    )
)
def money_ran_out():
    """The platform ends a call after two minutes, for want of credit."""
    call = established(Dialog("cut-off@192.0.2.10"))
    call.ended(122, "b", 'Reason: SIP;cause=402;text="Insufficient credit"\r\n')
    return call.packets()


@scenario(
    Expect(
        "middle@192.0.2.10",
        codes={"call_dropped", "admin_cleared"},
        hedged={"ok"},
        final_code=200,
        outcome={"answered"},
        says={r"platform", r"server", r"proxy", r"both (sides|ends|legs)"},
        never_says={r"the (caller|callee) hung up"},
        evidence_any={"BYE sip:"},
        statistics={"hung_up_by": "server"},
    )
)
def ended_from_the_middle():
    """A proxy with dialog control ends an answered call by a BYE to each side: neither of them hung up."""
    call = proxied(Dialog("middle@192.0.2.10"), end=None)
    down = call.request(40, "BYE", by="b", source=SERVER, destination=PHONE)
    up = call.request(40.001, "BYE", by="a", source=SERVER, destination=CALLED)
    call.reply(40.03, 200, to=down)
    call.reply(40.04, 200, to=up)
    return call.packets()
