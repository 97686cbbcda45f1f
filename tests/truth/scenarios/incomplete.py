"""Captures that do not have the whole story."""

from tests.truth.scenario import Expect, scenario
from tests.truth.wire import (
    SERVER6,
    Dialog,
    answered,
    challenge,
    credentials,
    established,
    proxied,
    refused,
    rtp,
    sdp,
)

PARTIAL = {
    r"not (captured|in the capture|seen)",
    r"incomplete",
    r"begins? (after|in|with|late)",
    r"starts? (after|in|late)",
    r"missing",
    r"were captured",
    r"was captured",
    r"only",
    r"without its",
}


@scenario(
    Expect(
        "gap-busy@198.51.100.71",
        codes={"busy"},
        never_codes={"wrong_password", "forbidden", "ok"},
        final_code=486,
        outcome={"busy"},
        evidence_any={"SIP/2.0 486"},
    )
)
def request_with_password_not_captured():
    """The INVITE with the password is missing from the capture; its answer is there: the called side is busy."""
    call = Dialog("gap-busy@198.51.100.71", "71", "72", a="198.51.100.71:5060", b="192.0.2.71:5060")
    invite = call.invite(0)
    call.reply(0.02, 401, to=invite, headers=challenge("n1"))
    call.ack(0.03)
    again = call.invite(0.05, headers=credentials("71", "n1"), dialog=False)
    call.reply(0.1, 100, to=again)
    call.reply(1, 486, to=again)
    call.ack(1.05)
    call.messages.remove(again)
    return call.packets()


@scenario(
    Expect(
        "late-refusal@203.0.113.73",
        codes={"busy"},
        hedged={"incomplete"},
        never_codes={"ok", "timeout", "no_answer"},
        from_user="73",
        to_user="74",
        final_code=486,
        never_says={r"no response was captured"},
        evidence_any={"SIP/2.0 486"},
    )
)
def begins_after_the_invite():
    """The capture begins with the 180: INVITE and 100 are missing; the called side is busy for a second call."""
    call = Dialog("late-refusal@203.0.113.73", "73", "74", a="203.0.113.73:5060", b="192.0.2.73:5060")
    return refused(call, 486, at=0.5, ring=0.3).packets()[2:]


@scenario(
    Expect(
        "bare-busy@192.0.2.10",
        codes={"busy"},
        hedged={"incomplete"},
        never_codes={"ok", "timeout", "no_answer"},
        from_user="100",
        to_user="200",
        final_code=486,
        never_says={r"no response was captured"},
        evidence_any={"SIP/2.0 486"},
    )
)
def refusal_without_its_invite():
    """The INVITE is missing; 100, 486 and ACK are there: the called side is busy."""
    return refused(Dialog("bare-busy@192.0.2.10"), 486).packets()[1:]


@scenario(
    Expect(
        "mid-hold@198.51.100.76",
        codes={"ok", "unknown", "incomplete"},
        certain=False,
        never_codes={"one_way_audio", "no_answer"},
        says=PARTIAL,
        never_says={r"began on hold", r"from the start"},
    )
)
def begins_in_mid_call():
    """The capture begins with the called side's re-INVITE for hold in a call that was up already; then the
    caller hangs up."""
    call = established(
        Dialog("mid-hold@198.51.100.76", "+3635550176", "76", a="192.0.2.76:5060", b="198.51.100.76:5060")
    )
    before = len(call.messages)
    hold = call.invite(100, by="b", body=sdp("198.51.100.76:6000", extra="a=sendonly\r\n"))
    call.reply(100.03, 200, to=hold, body=sdp("192.0.2.76:4000", extra="a=recvonly\r\n"))
    call.ack(100.05)
    call.ended(130, "a")
    call.messages = call.messages[before:]
    return call.packets()


@scenario(
    Expect(
        "only-bye@[2001:db8::77]",
        codes={"ok", "unknown", "incomplete", "call_dropped"},
        certain=False,
        never_codes={"timeout"},
        says=PARTIAL | {r"cause.?38"},
        never_says={r"BYE was answered", r"Nothing wrong"},
    )
)
def only_the_end():
    """Only a BYE with Q.850 cause 38 (network out of order) and its 200 are in the capture, over IPv6."""
    call = Dialog("only-bye@[2001:db8::77]", "77", "+5625550177", a="[2001:db8::77]:5060", b=SERVER6)
    answered(call, end=300, by="b", headers='Reason: Q.850;cause=38;text="Network out of order"\r\n')
    return call.packets()[5:]


@scenario(
    Expect(
        "no-200@203.0.113.78",
        codes={"ok", "incomplete"},
        certain=None,
        never_codes={"no_answer", "timeout", "cancelled", "rejected"},
        outcome={"answered"},
        never_says={r"in progress", r"still (rings|up)"},
        statistics={"hung_up_by": "callee"},
    )
)
def answer_not_captured():
    """180 and 200 are missing; ACK and the called side's BYE, with its 200, show that the call was answered."""
    call = answered(
        Dialog("no-200@203.0.113.78", "78", "79", a="203.0.113.78:5060", b="192.0.2.78:5060"), end=45, by="b"
    )
    return [packet for place, packet in enumerate(call.packets()) if place not in (2, 3)]


@scenario(
    Expect(
        "one-way-tap@192.0.2.81",
        codes={"ok", "unknown", "incomplete"},
        certain=None,
        never_codes={"timeout", "ack_lost", "one_way_audio"},
        from_user="81",
        to_user="+35725550181",
        says={
            r"one (direction|way|side)",
            r"only",
            r"n[o']t captured",
            r"no (request|INVITE)",
            r"missing",
            r"captured",
        },
        never_says={r"no ACK came"},
    )
)
def one_direction_only():
    """A mirror port gives only what the platform sends: 100, 180, 200, and the 200 of the BYE."""
    call = answered(
        Dialog("one-way-tap@192.0.2.81", "81", "+35725550181", a="192.0.2.81:5060", b="203.0.113.81:5060"), end=60
    )
    call.messages = [message for message in call.messages if message.source == call.b]
    return call.packets()


@scenario(
    Expect(
        "still-ringing@198.51.100.82",
        codes={"ok", "unknown", "incomplete"},
        certain=False,
        never_codes={"timeout", "no_answer", "cancelled"},
        outcome={"in progress", "incomplete"},
        says={r"still", r"so far", r"ends", r"no (final|answer)", r"ring"},
        never_says={r"nobody took"},
    )
)
def still_up():
    """The capture ends six seconds after the phone began to ring."""
    call = Dialog("still-ringing@198.51.100.82", "82", "83", a="198.51.100.82:5060", b="192.0.2.82:5060")
    invite = call.invite(0)
    call.reply(0.02, 100, to=invite)
    call.reply(0.4, 180, to=invite)
    call.again([3, 6], call.reply(1.4, 180, to=invite))
    return call.packets()


def cut(packets, mark, kept):
    """The same packets; of those that have these bytes only so many are kept."""
    return [(time, data[:kept] if mark in data else data) for time, data in packets]


@scenario(
    Expect(
        "cut-lamp@192.0.2.10",
        codes={"mailbox_unknown", "subscription_refused"},
        certain=False,
        never_codes={"ok"},
        final_code=404,
        outcome={"failed"},
    ),
)
def subscription_cut_before_its_event():
    """A capture that keeps too little of a SUBSCRIBE to say what it is about: 404 may mean mailbox or user."""
    lamp = Dialog("cut-lamp@192.0.2.10", "310", "310")
    wide = "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, REFER, NOTIFY, SUBSCRIBE, INFO, MESSAGE\r\n"
    lamp.request(0, "SUBSCRIBE", headers=f"{wide}Event: message-summary\r\nExpires: 600\r\n")
    lamp.reply(0.01, 404)
    return cut(lamp.packets(), b"SUBSCRIBE sip:", 400)


@scenario(
    Expect(
        "cut-relay@192.0.2.10",
        codes={"ok", "relay_failed", "one_way_audio"},
        certain=False,
        final_code=200,
        outcome={"answered"},
    ),
    others_allowed=True,
)
def answer_behind_the_relay_cut():
    """The called side's 200 is cut short, so that nobody knows where the relay sends; it keeps the caller's audio."""
    call = proxied(
        Dialog("cut-relay@192.0.2.10"), end=11, onward=sdp("198.51.100.1:7000"), back=sdp("198.51.100.1:6000")
    )
    sound = rtp(3.1, "192.0.2.10:4000", "198.51.100.1:6000", 390, ssrc=21)
    sound += rtp(3.1, "203.0.113.20:5000", "198.51.100.1:7000", 390, ssrc=22)
    sound += rtp(3.1005, "198.51.100.1:6000", "192.0.2.10:4000", 390, ssrc=22)
    return cut(call.packets(), b"m=audio 5000", 60) + sound


@scenario(
    Expect(
        "lost-bye@192.0.2.10",
        codes={"dialog_lost", "ok"},
        certain=False,
        final_code=200,
        outcome={"answered"},
    )
)
def hang_up_not_captured_before_481():
    """The called side's BYE is missing from the capture; the caller's hold, which crossed it, got 481."""
    call = established(Dialog("lost-bye@192.0.2.10"))
    hold = call.invite(30.005, body=sdp("192.0.2.10:4000", extra="a=sendonly\r\n"))
    call.reply(30.035, 481, to=hold)
    call.ack(30.05, by="a", number=hold.number, branch=hold.via[0].partition("branch=")[2])
    return call.packets()


@scenario(
    Expect(
        "cut-change@192.0.2.10",
        codes={"ok", "incomplete", "unknown", "codec_mismatch", "change_refused"},
        certain=False,
        never_codes={"dialog_lost"},
    )
)
def refusal_of_a_change_without_its_request():
    """The 200 of the call and the request of a change that got 488 are missing: the 488 looks like the call's own."""
    call = established(Dialog("cut-change@192.0.2.10"))
    change = call.invite(14, body=sdp("192.0.2.10:4000", (18,)))
    call.reply(14.1, 488, to=change)
    call.ended(60)
    lost = [message for message in call.messages if message is change or message.start.startswith("SIP/2.0 200")]
    call.messages = [message for message in call.messages if message not in lost and message.method != "ACK"]
    return call.packets()
