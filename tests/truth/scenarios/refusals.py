"""Calls that were not answered: refused, given up, diverted, or without any reply."""

from dataclasses import replace

from tests.truth.scenario import Expect, scenario
from tests.truth.wire import (
    CALLED,
    CALLED6,
    PHONE,
    PHONE6,
    SERVER,
    SERVER6,
    THIRD,
    TIMER_A,
    Dialog,
    answered,
    at_port,
    contact,
    credentials,
    proxied,
    refused,
    refused_by_phone,
    registration,
    sdp,
    through,
    unreachable,
    with_header,
)


def no_reply_at_all(call, times=TIMER_A, **options):
    """An INVITE that is sent again until its timer runs out."""
    call.repeated(times, "INVITE", body=sdp(at_port(call.a, 4000)), **options)
    return call


def announced(call, code, reason="", *, until=15.7, headers=""):
    """Early media from 0.7 s on, and then a refusal."""
    invite = call.invite(0)
    call.reply(0.02, 100, to=invite)
    call.reply(0.7, 183, to=invite, body=sdp(at_port(call.b, 6000)))
    call.reply(until, code, reason, to=invite, headers=headers)
    call.ack(until + 0.1)
    return call


def forked(call, phones):
    """An INVITE that a proxy sends to several phones, all of which ring; gives the copies sent to each."""
    invite = call.invite(0)
    call.reply(0.01, 100, to=invite)
    copies = []
    for place, phone in enumerate(phones):
        sent = call.forward(0.05 + place / 1000, invite, phone)
        copy = replace(sent, via=(f"SIP/2.0/UDP {call.b};branch=z9hG4bKfork{place}", *invite.via))
        call.messages[-1] = copy
        ringing = call.reply(0.3 + place / 10, 180, to=copy, tag=f"phone{place}")
        call.forward(0.31 + place / 10, ringing, call.a)
        copies.append(copy)
    return invite, copies


def hop_ack(call, at, copy, tag):
    """The proxy's ACK of a phone's refusal."""
    call.messages.append(
        replace(
            copy,
            time=call.start + at,
            method="ACK",
            start=copy.start.replace("INVITE", "ACK"),
            via=copy.via[:1],
            receiver=copy.receiver + f";tag={tag}",
            body="",
            headers="",
        )
    )


@scenario(
    Expect(
        "away@192.0.2.10",
        codes={"not_registered", "unreachable", "no_answer"},
        never_codes={"ok", "busy", "rejected"},
        final_code=480,
        never_says={r"\brang\b", r"ringing"},
        should_say={r"cause.?20", r"absent", r"announce", r"early media", r"not (reachable|there|registered)"},
        evidence_any={"SIP/2.0 480"},
    )
)
def announcement_of_absence():
    """Early media for 15 s, then 480 with Q.850 cause 20 (subscriber absent): an announcement, nothing rang."""
    cause = 'Reason: Q.850;cause=20;text="Subscriber absent"\r\n'
    return announced(Dialog("away@192.0.2.10"), 480, headers=cause).packets()


@scenario(
    Expect(
        "played-487@198.51.100.9",
        codes={"no_answer", "unknown", "unreachable"},
        certain=False,
        never_codes={"ok", "busy", "cancelled"},
        final_code=487,
        never_says={r"\brang\b", r"ringing", r"caller (hung|gave)"},
    )
)
def announcement_without_cause():
    """Early media for 21 s, then 487 though nobody cancelled: the far side's timer ended an announcement or a tone."""
    call = Dialog("played-487@198.51.100.9", "7001", "0033155550123", a="198.51.100.9:5060", b="192.0.2.4:5060")
    return announced(call, 487, until=21.5).packets()


@scenario(
    Expect(
        "fullplay@[2001:db8::10]",
        codes={"congestion"},
        never_codes={"ok", "no_answer", "busy"},
        never_says={r"\brang\b"},
        evidence_any={"SIP/2.0 503"},
    )
)
def busy_tone_as_early_media():
    """A carrier plays that all lines are engaged, then says 503 with Q.850 cause 34 (no circuit available)."""
    call = Dialog("fullplay@[2001:db8::10]", "12", "+390255501234", a=PHONE6, b=SERVER6)
    cause = 'Reason: Q.850;cause=34;text="No circuit/channel available"\r\n'
    return announced(call, 503, until=8, headers=cause).packets()


@scenario(
    Expect(
        "press-486@192.0.2.10",
        codes={"rejected", "busy"},
        certain=False,
        never_codes={"ok", "no_answer"},
        final_code=486,
    )
)
def turned_away_while_ringing():
    """A phone rings for six seconds, then says 486: somebody pressed reject, it was not busy from the start."""
    return refused(Dialog("press-486@192.0.2.10"), 486, at=6.7, ring=0.7).packets()


@scenario(
    Expect(
        "declined-at-once@203.0.113.80",
        codes={"rejected", "call_blocked", "forbidden"},
        certain=None,
        never_codes={"ok", "busy"},
        final_code=603,
        never_says={r"pressed reject(?!.*\bor\b)", r"\+4930555012 rejected"},
        should_say={r"platform", r"server", r"itself", r"nothing was passed on", r"not.{0,20}passed on", r"block"},
    ),
    Expect("passed-on@203.0.113.80", codes={"ok"}, final_code=200, outcome={"answered"}),
)
def declined_by_the_network():
    """The platform answers 603 itself after 17 ms; nothing goes on to a phone, as it does in the call ten
    seconds later."""
    call = Dialog("declined-at-once@203.0.113.80", "80", "+4930555012", a="203.0.113.80:5060", b="192.0.2.6:5060")
    refused(call, 603, "Declined", at=0.017)
    later = Dialog("passed-on@203.0.113.80", "80", "81", a="203.0.113.80:5060", b="192.0.2.6:5060", start=10)
    return call.packets() + proxied(later, "192.0.2.81:5060").packets()


@scenario(
    Expect(
        "unalloc@192.0.2.10",
        codes={"unknown_user"},
        never_codes={"ok", "server_error", "not_registered"},
        final_code=500,
        evidence_any={"SIP/2.0 500"},
    )
)
def number_not_in_use():
    """500 with Q.850 cause 1 (unallocated number): no fault of a server, the number does not exist."""
    cause = 'Reason: Q.850;cause=1;text="Unallocated number"\r\n'
    return refused(Dialog("unalloc@192.0.2.10"), 500, headers=cause).packets()


@scenario(
    Expect(
        "dest-down@203.0.113.12",
        codes={"no_route", "server_error", "unreachable"},
        never_codes={"ok", "busy"},
        final_code=502,
        evidence_any={"SIP/2.0 502"},
    )
)
def no_way_to_the_number():
    """502 with Q.850 cause 27 (destination out of order) after almost five seconds."""
    call = Dialog("dest-down@203.0.113.12", "12", "+3225550199", a="203.0.113.12:5060", b="192.0.2.7:5060")
    cause = 'Reason: Q.850;cause=27;text="Destination out of order"\r\n'
    return refused(call, 502, at=4.7, headers=cause).packets()


@scenario(
    Expect(
        "bad-format@192.0.2.141",
        codes={"no_route", "number_incomplete", "unknown_user"},
        never_codes={"ok", "not_registered"},
        final_code=400,
        should_say={r"28", r"invalid", r"format", r"incomplete"},
    )
)
def wrong_format_of_number():
    """A carrier says 400 with Q.850 cause 28 (invalid number format)."""
    call = Dialog("bad-format@192.0.2.141", "141", "0+498955501", a="192.0.2.141:5060", b="198.51.100.3:5060")
    cause = 'Reason: Q.850;cause=28;text="Invalid number format"\r\n'
    return refused_by_phone(call, 400, phone="203.0.113.101:5060", headers=cause).packets()


@scenario(
    Expect(
        "loop-483@198.51.100.20",
        codes={"no_route", "loop"},
        never_codes={"ok"},
        final_code=483,
        says={r"loop", r"circle", r"hops", r"round"},
        evidence_any={"SIP/2.0 483"},
    )
)
def round_in_circles():
    """A forwarding through a carrier comes back again and again, until the hops are used up: 483."""
    call = Dialog("loop-483@198.51.100.20", "20", "+442075550170", a="198.51.100.20:5060", b="192.0.2.8:5060")
    return refused_by_phone(call, 483, phone="203.0.113.102:5060", at=2.2).packets()


@scenario(
    Expect(
        "group-decline@192.0.2.151",
        codes={"rejected"},
        never_codes={"ok", "no_answer", "cancelled", "busy"},
        final_code=603,
        evidence_any={"SIP/2.0 603"},
        never_says={r"caller (hung up|gave up)"},
    )
)
def all_phones_of_a_group_refuse():
    """Two phones ring; one declines with 603 after 7 s, so that the other is cancelled and the caller gets the 603."""
    call = Dialog("group-decline@192.0.2.151", "151", "600", a="192.0.2.151:5060", b="198.51.100.4:5060")
    invite, (first, second) = forked(call, ["203.0.113.61:5060", "203.0.113.62:5060"])
    call.reply(7, 603, to=first, tag="phone0")
    hop_ack(call, 7.01, first, "phone0")
    stop = replace(
        second,
        time=7.02,
        method="CANCEL",
        start=second.start.replace("INVITE", "CANCEL"),
        via=second.via[:1],
        body="",
        headers="",
    )
    call.messages.append(stop)
    call.reply(7.05, 200, to=stop)
    call.reply(7.06, 487, to=second, tag="phone1")
    hop_ack(call, 7.07, second, "phone1")
    call.reply(7.08, 603, to=invite, tag="phone0")
    call.ack(7.1)
    return call.packets()


@scenario(
    Expect(
        "group-one@192.0.2.10",
        codes={"ok"},
        never_codes={"busy", "rejected"},
        final_code=200,
        outcome={"answered"},
        statistics={"talk_ms": (31000, 100), "hung_up_by": "caller"},
    )
)
def one_phone_of_a_group_answers():
    """Two phones ring; one is busy after 5 s, the other answers after 9 s."""
    call = Dialog("group-one@192.0.2.10", "100", "300")
    _, (first, second) = forked(call, [CALLED, THIRD])
    call.reply(5, 486, to=second, tag="phone1")
    hop_ack(call, 5.01, second, "phone1")
    taken = call.reply(9, 200, to=first, tag="phone0", body=sdp("203.0.113.20:5000"))
    call.forward(9.01, taken, call.a)
    call.b_tag = "phone0"
    call.forward(9.06, call.ack(9.05, branch="z9hG4bKack1a"), CALLED)
    through(call, 40)
    return call.packets()


@scenario(
    Expect(
        "carriers-404@192.0.2.10",
        codes={"unknown_user"},
        hedged={"congestion"},
        never_codes={"ok"},
        final_code=404,
        evidence_any={"SIP/2.0 404"},
    )
)
def second_carrier():
    """The first carrier says 503, the second 404; the caller gets the 404."""
    call = Dialog("carriers-404@192.0.2.10", "100", "+442055501")
    invite = call.invite(0)
    call.reply(0.01, 100, to=invite)
    one = call.forward(0.05, invite, CALLED)
    call.reply(0.1, 503, to=one, tag="c1")
    hop_ack(call, 0.11, one, "c1")
    two = replace(one, time=0.2, destination=THIRD, via=(f"SIP/2.0/UDP {SERVER};branch=z9hG4bKtwo", *invite.via))
    call.messages.append(two)
    call.reply(0.25, 100, to=two)
    call.reply(0.6, 404, to=two, tag="c2")
    hop_ack(call, 0.61, two, "c2")
    call.reply(0.62, 404, to=invite, tag="c2")
    call.ack(0.65)
    return call.packets()


@scenario(
    Expect(
        "else-phone@198.51.100.1",
        codes={"answered_elsewhere", "cancelled"},
        never_codes={"ok", "no_answer"},
        final_code=487,
        never_says={r"caller (gave up|hung up)"},
        should_say={r"elsewhere", r"another (phone|device)", r"other (phone|device)"},
    )
)
def taken_elsewhere():
    """Seen at one phone of a group: it rings, and is cancelled because another phone took the call."""
    call = Dialog("else-phone@198.51.100.1", "100", "200", a=SERVER, b=PHONE)
    invite = call.invite(0)
    call.reply(0.02, 180, to=invite)
    stop = call.cancel(5, headers='Reason: SIP;cause=200;text="Call completed elsewhere"\r\n')
    call.reply(5.01, 200, to=stop)
    call.reply(5.02, 487, to=invite)
    call.ack(5.03)
    return call.packets()


@scenario(
    Expect(
        "crossing@192.0.2.10",
        codes={"ok", "cancelled"},
        certain=None,
        never_codes={"no_answer"},
        final_code=200,
        never_says={r"before (the|an) answer", r"nobody took"},
    )
)
def cancel_crosses_the_answer():
    """The caller gives up at the very moment of the answer: CANCEL and 200 cross, so BYE follows at once."""
    call = Dialog("crossing@192.0.2.10")
    invite = call.invite(0)
    call.reply(0.02, 100, to=invite)
    call.reply(0.5, 180, to=invite)
    stop = call.cancel(8)
    call.reply(8.01, 200, to=invite, body=sdp("198.51.100.1:6000"))
    call.reply(8.03, 200, to=stop)
    call.ack(8.05)
    call.ended(8.1)
    return call.packets()


@scenario(
    Expect(
        "trying-only@192.0.2.10",
        codes={"cancelled", "timeout"},
        never_codes={"ok", "no_answer", "busy"},
        final_code=487,
        never_says={r"after \d+ s of ringing", r"\brang for"},
        should_say={r"nothing rang", r"before anything rang", r"no ring", r"didn't ring", r"30 s"},
    )
)
def silence_after_trying():
    """Nothing but 100 for thirty seconds; the caller gives up."""
    call = Dialog("trying-only@192.0.2.10")
    invite = call.invite(0)
    call.reply(0.02, 100, to=invite)
    stop = call.cancel(30)
    call.reply(30.02, 200, to=stop)
    call.reply(30.03, 487, to=invite)
    call.ack(30.05)
    return call.packets()


@scenario(
    Expect(
        "no-reply@192.0.2.10",
        codes={"timeout"},
        never_codes={"ok", "no_answer"},
        certain=True,
        from_user="100",
        to_user="200",
        statistics={"retransmissions": 6},
        evidence_any={"INVITE sip:"},
    )
)
def no_reply():
    """An INVITE is sent seven times and never answered."""
    return no_reply_at_all(Dialog("no-reply@192.0.2.10")).packets()


@scenario(
    Expect("stamped@192.0.2.10", codes={"timeout"}, never_codes={"ok", "no_answer"}, statistics={"retransmissions": 6})
)
def no_reply_and_bytes_differ():
    """An INVITE is sent seven times with the same branch, each with its own Timestamp, and never answered."""
    call = Dialog("stamped@192.0.2.10")
    for place, time in enumerate(TIMER_A):
        call.request(time, "INVITE", number=1, body=sdp("192.0.2.10:4000"), headers=f"Timestamp: {place}\r\n")
    return call.packets()


@scenario(
    Expect(
        "dead-proxy@192.0.2.10",
        codes={"timeout"},
        never_codes={"ok", "nat_binding_lost", "not_registered"},
        should_say={r"198\.51\.100\.99", r"proxy"},
        never_says={r"198\.51\.100\.1\b(?!.*198\.51\.100\.99)", r"phone of 200", r"\b200 (does not|never)"},
    )
)
def dead_proxy():
    """A phone asks its outbound proxy, which is dead, for a user at the server's address."""
    call = Dialog("dead-proxy@192.0.2.10", b="198.51.100.99:5060")
    return no_reply_at_all(call, uri="sip:200@198.51.100.1").packets()


@scenario(
    Expect(
        "icmp-port@198.51.100.1",
        codes={"timeout", "unreachable", "not_registered"},
        never_codes={"ok", "no_answer"},
        should_say={r"ICMP", r"unreachable", r"nothing listens"},
        never_says={r"said nothing"},
    )
)
def unreachable_by_icmp():
    """The platform asks a phone; its host says by ICMP that nothing listens on the port."""
    call = no_reply_at_all(Dialog("icmp-port@198.51.100.1", a=SERVER, b=PHONE), TIMER_A[:3])
    packets = call.packets()
    return packets + [(time + 0.01, unreachable(data)) for time, data in packets]


@scenario(
    Expect(
        "did-busy@203.0.113.210",
        codes={"busy"},
        never_codes={"ok"},
        final_code=486,
        should_say={r"\b4711\b"},
        never_says={r"\+43155501000 is busy"},
    )
)
def dialled_is_not_in_to():
    """A carrier brings a call for extension 4711 (Request-URI); To still has the company's main number; it is busy."""
    call = Dialog("did-busy@203.0.113.210", "+43155502000", "+43155501000", a="203.0.113.210:5060", b="192.0.2.13:5060")
    invite = call.invite(0, uri="sip:4711@192.0.2.13")
    call.reply(0.02, 100, to=invite)
    call.reply(0.2, 486, to=invite)
    call.ack(0.25)
    return call.packets()


@scenario(
    Expect(
        "again@192.0.2.10",
        codes={"congestion", "server_error", "no_route"},
        hedged={"ok"},
        says={r"503"},
        evidence_any={"SIP/2.0 503"},
    )
)
def call_id_used_again():
    """A call is answered and ended; a minute later a new call under the same Call-ID gets 503."""
    call = answered(Dialog("again@192.0.2.10"), end=10)
    call.a_tag, call.b_tag = "a2nd", "b2nd"
    second = call.invite(60, number=11, dialog=False)
    call.reply(60.02, 100, to=second)
    call.reply(60.5, 503, to=second)
    call.ack(60.6)
    return call.packets()


@scenario(
    Expect(
        "trunk-1@192.0.2.211",
        codes={"congestion"},
        hedged={"no_route", "server_error"},
        never_codes={"ok"},
        final_code=503,
        apart={"trunk-2@192.0.2.211"},
    ),
    Expect(
        "trunk-2@192.0.2.211", codes={"ok"}, never_codes={"congestion"}, final_code=200, apart={"trunk-1@192.0.2.211"}
    ),
)
def redialled():
    """A PBX tries a carrier (503, cause 42), and a second later the same number with another carrier and Call-ID."""
    first = Dialog("trunk-1@192.0.2.211", "211", "+27215550100", a="192.0.2.211:5060", b="203.0.113.110:5060")
    refused(first, 503, at=0.4, headers='Reason: Q.850;cause=42;text="Switching equipment congestion"\r\n')
    second = Dialog(
        "trunk-2@192.0.2.211", "211", "+27215550100", a="192.0.2.211:5060", b="203.0.113.111:5060", start=1.5
    )
    return first.packets() + answered(second, end=33).packets()


@scenario(Expect("hidden@192.0.2.10", codes={"ok"}, final_code=200, from_user="anonymous", outcome={"answered"}))
def hidden_caller():
    """A caller hides its number (Privacy: id); P-Asserted-Identity has it for the network; the call is answered."""
    call = answered(Dialog("hidden@192.0.2.10", caller="anonymous"), end=20)
    headers = "P-Asserted-Identity: <sip:+442079460123@example.com>\r\nPrivacy: id\r\n"
    return with_header(call, ["INVITE"], headers).packets()


@scenario(
    Expect(
        "broke@192.0.2.10",
        codes={"credit_exhausted"},
        never_codes={"ok", "forbidden"},
        final_code=402,
        evidence_any={"SIP/2.0 402"},
    )
)
def no_money():
    """402 Payment Required."""
    return refused(Dialog("broke@192.0.2.10"), 402, "Payment Required", at=0.1).packets()


@scenario(
    Expect(
        "channels@192.0.2.10",
        codes={"channel_limit", "congestion", "forbidden"},
        never_codes={"ok", "wrong_password", "credit_exhausted"},
        final_code=403,
        should_say={r"max(imum)?.{0,20}(calls|channels)", r"limit", r"too many"},
        evidence_any={"SIP/2.0 403"},
    )
)
def too_many_calls():
    """403 Maximum Calls Exceeded: the trunk has as many calls as it may."""
    return refused(Dialog("channels@192.0.2.10"), 403, "Maximum Calls Exceeded", at=0.06).packets()


@scenario(
    Expect(
        "emergency@192.0.2.10",
        codes={"forbidden"},
        never_codes={"ok", "wrong_password", "unknown_user"},
        final_code=403,
        should_say={r"emergency"},
        evidence_any={"SIP/2.0 403"},
    )
)
def barred():
    """An emergency call is refused: the user has no address on file."""
    return refused(Dialog("emergency@192.0.2.10", callee="112"), 403, "Emergency address missing", at=0.05).packets()


@scenario(
    Expect(
        "codec-606@192.0.2.231",
        codes={"codec_mismatch"},
        never_codes={"ok", "srtp_mismatch"},
        final_code=606,
        should_say={r"iLBC|GSM"},
        evidence_any={"SIP/2.0 606", "INVITE sip:"},
    )
)
def no_codec_in_common():
    """A gateway refuses GSM and iLBC with 606 and Warning 305 (incompatible media format)."""
    call = Dialog("codec-606@192.0.2.231", "231", "+48225550199", a="192.0.2.231:5060", b="203.0.113.18:5060")
    warning = 'Warning: 305 203.0.113.18 "Incompatible media format"\r\n'
    return refused(call, 606, headers=warning, offer=sdp("192.0.2.231:4000", (3, 98, 101))).packets()


@scenario(
    Expect(
        "avp-488@198.51.100.80",
        codes={"srtp_mismatch"},
        never_codes={"ok", "codec_mismatch"},
        final_code=488,
        says={r"SRTP|encrypt|crypto"},
        evidence_any={"SIP/2.0 488", "INVITE sip:"},
    )
)
def encryption_refused():
    """A phone offers plain RTP, and the platform refuses with "SRTP required"."""
    call = Dialog("avp-488@198.51.100.80", "80", "81", a="198.51.100.80:5060", b="192.0.2.18:5060")
    return refused(call, 488, "SRTP required", at=0.03).packets()


@scenario(
    Expect(
        "bad-sdp@192.0.2.241",
        codes={"rejected", "media_refused", "codec_mismatch", "bad_request"},
        hedged={"server_error"},
        never_codes={"ok", "busy", "unknown_user"},
        final_code=400,
        should_say={r"bad|SDP|body|syntax|400"},
        evidence_any={"SIP/2.0 400"},
    )
)
def offer_without_media():
    """The platform cannot read the offer: 400 Bad Session Description."""
    call = Dialog("bad-sdp@192.0.2.241", "241", "242", a="192.0.2.241:5060", b="203.0.113.21:5060")
    return refused(call, 400, "Bad Session Description", at=0.02, offer=sdp("192.0.2.241:4000", (8,))).packets()


@scenario(
    Expect(
        "ext-420@203.0.113.22",
        codes={"rejected", "extension_unsupported"},
        never_codes={"ok", "codec_mismatch", "forbidden"},
        final_code=420,
        should_say={r"100rel|extension"},
        evidence_any={"SIP/2.0 420"},
    )
)
def extension_refused():
    """A phone requires 100rel, which the platform does not have: 420 Bad Extension."""
    call = Dialog("ext-420@203.0.113.22", "22", "23", a="203.0.113.22:5060", b="192.0.2.19:5060")
    invite = call.invite(0, headers="Require: 100rel\r\n")
    call.reply(0.03, 420, to=invite, headers="Unsupported: 100rel\r\n")
    call.ack(0.05)
    return call.packets()


@scenario(
    Expect(
        "moved@192.0.2.10",
        codes={"diverted"},
        never_codes={"ok", "rejected"},
        final_code=302,
        should_say={r"0171555012"},
        evidence_any={"SIP/2.0 302"},
    )
)
def sent_elsewhere():
    """The called phone diverts with 302 to a mobile number; the caller does not follow."""
    call = Dialog("moved@192.0.2.10")
    return refused(call, 302, at=0.3, headers="Contact: <sip:0171555012@example.com>\r\n").packets()


@scenario(
    Expect(
        "unanswered-487@203.0.113.23",
        codes={"no_answer"},
        never_codes={"ok", "cancelled", "rejected"},
        final_code=408,
        never_says={r"caller (hung|gave) up"},
        evidence_any={"SIP/2.0 408", "SIP/2.0 487", "CANCEL sip:"},
    )
)
def nobody_answers():
    """A phone rings for 25 s; the proxy's timer cancels it, and tells the caller 408."""
    call = Dialog("unanswered-487@203.0.113.23", "23", "24", a="203.0.113.23:5060", b="192.0.2.22:5060")
    invite = call.invite(0)
    call.reply(0.01, 100, to=invite)
    sent = call.forward(0.05, invite, "198.51.100.24:5060")
    call.forward(0.41, call.reply(0.4, 180, to=sent), call.a)
    stop = replace(
        sent,
        time=25.4,
        method="CANCEL",
        start=sent.start.replace("INVITE", "CANCEL"),
        via=sent.via[:1],
        body="",
        headers="",
    )
    call.messages.append(stop)
    call.reply(25.42, 200, to=stop)
    call.reply(25.43, 487, to=sent)
    hop_ack(call, 25.44, sent, call.b_tag)
    call.reply(25.45, 408, to=invite)
    call.ack(25.5)
    return call.packets()


@scenario(
    Expect(
        "gave-up@192.0.2.10",
        codes={"cancelled"},
        certain=True,
        never_codes={"ok", "no_answer"},
        final_code=487,
        outcome={"cancelled"},
        evidence_any={"CANCEL sip:"},
    )
)
def given_up():
    """The caller gives up after six seconds of ringing."""
    call = Dialog("gave-up@192.0.2.10")
    invite = call.invite(0)
    call.reply(0.02, 100, to=invite)
    call.reply(0.5, 180, to=invite)
    stop = call.cancel(6.5)
    call.reply(6.52, 200, to=stop)
    call.reply(6.53, 487, to=invite)
    call.ack(6.55)
    return call.packets()


@scenario(
    Expect(
        "busy-600@[2001:db8::10]",
        codes={"busy"},
        never_codes={"ok"},
        final_code=600,
        outcome={"busy"},
        evidence_any={"SIP/2.0 600"},
    )
)
def busy_at_once():
    """All devices of the called user are busy (600), over IPv6 and through a proxy."""
    call = Dialog("busy-600@[2001:db8::10]", "10", "11", a=PHONE6, b=SERVER6)
    return refused_by_phone(call, 600, phone=CALLED6, at=0.5).packets()


@scenario(
    Expect("reg-27@203.0.113.27", codes={"ok", "unregistered"}, final_code=200),
    Expect(
        "call-27@192.0.2.28",
        codes={"not_registered"},
        never_codes={"ok", "busy", "rejected", "no_answer"},
        final_code=480,
        evidence_any={"SIP/2.0 480"},
    ),
)
def registered_or_not():
    """27 registers and signs out again; a minute later the platform says "480 User not registered" to a call to 27."""
    phone = Dialog("reg-27@203.0.113.27", "27", "27", a="203.0.113.27:5060")
    registration(phone)
    phone.request(30, "REGISTER", headers=credentials("27", "n1") + contact(phone) + "Expires: 0\r\n")
    phone.reply(30.02, 200)
    call = Dialog("call-27@192.0.2.28", "28", "27", a="192.0.2.28:5060", start=90)
    return phone.packets() + refused(call, 480, "User not registered", at=0.05).packets()


@scenario(
    Expect(
        "fault-513@192.0.2.36",
        codes={"server_error", "congestion"},
        never_codes={"ok", "unknown_user", "busy"},
        evidence_any={"SIP/2.0 503", "SIP/2.0 500"},
        final_code=500,
    )
)
def fault_of_a_server():
    """The carrier behind a proxy is overloaded (503); the proxy tells the caller 500, as RFC 3261 wants."""
    call = Dialog("fault-513@192.0.2.36", "36", "+6625550123", a="192.0.2.36:5060", b="203.0.113.24:5060")
    return refused_by_phone(call, 503, phone="198.51.100.107:5060", turned=(500, "Service Unavailable")).packets()


@scenario(
    Expect(
        "moved-away@192.0.2.10",
        codes={"number_changed"},
        never_codes={"unknown_user", "not_registered", "forbidden"},
        certain=True,
        final_code=410,
        evidence_any={"SIP/2.0 410"},
    )
)
def number_gone():
    """The called number was given up: 410 Gone with Q.850 cause 22 (number changed)."""
    return refused(
        Dialog("moved-away@192.0.2.10", "100", "0301234"), 410, "Gone", headers="Reason: Q.850;cause=22\r\n"
    ).packets()


@scenario(
    Expect(
        "who-calls@192.0.2.10",
        codes={"anonymous_refused"},
        never_codes={"rejected", "busy", "call_blocked", "forbidden"},
        certain=True,
        final_code=433,
        evidence_any={"SIP/2.0 433"},
    )
)
def anonymous_refused():
    """The called side takes no calls without a caller's number: 433 Anonymity Disallowed (RFC 5079)."""
    return refused(Dialog("who-calls@192.0.2.10", "anonymous", "200"), 433, "Anonymity Disallowed").packets()
