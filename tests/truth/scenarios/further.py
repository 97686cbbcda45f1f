"""Further failures of every day, and calls that only look like one."""

import struct

from tests.truth.scenario import Expect, scenario
from tests.truth.wire import (
    CALLED,
    PHONE,
    SERVER,
    TIMER_A,
    Dialog,
    answered,
    both_ways,
    contact,
    credentials,
    established,
    frame,
    proxied,
    refused,
    registration,
    rtp,
    sdp,
    unreachable,
)


@scenario(
    Expect("no-prack@192.0.2.10", codes={"prack_missing"}, never_codes={"ok"}, final_code=504, evidence_any={"RSeq: 1"})
)
def reliable_answer_not_acknowledged():
    """A reliable 183 is sent six times, no PRACK comes, and the server gives up with 504."""
    call = Dialog("no-prack@192.0.2.10")
    invite = call.invite(0, headers="Supported: 100rel\r\n")
    call.reply(0.02, 100, to=invite)
    early = call.reply(0.5, 183, to=invite, headers="Require: 100rel\r\nRSeq: 1\r\n", body=sdp("198.51.100.1:6000"))
    call.again([1, 2, 4, 8, 16], early)
    call.reply(33, 504, to=invite)
    call.ack(33.1)
    return call.packets()


@scenario(Expect("spam@192.0.2.10", codes={"call_blocked"}, certain=True, final_code=608))
def blocked_by_analytics():
    """An intermediary declines the call as unwanted by its analytics (608, RFC 8688)."""
    return refused(Dialog("spam@192.0.2.10"), 608, "Rejected", at=0.2).packets()


@scenario(Expect("unwanted@192.0.2.10", codes={"rejected"}, never_codes={"call_blocked"}, final_code=607))
def unwanted_by_the_called_person():
    """The called person marks the call as unwanted while it rings (607, RFC 8197)."""
    return refused(Dialog("unwanted@192.0.2.10"), 607, "Unwanted", at=5, ring=0.5).packets()


@scenario(
    Expect(
        "silent-change@192.0.2.10",
        codes={"call_dropped"},
        final_code=200,
        says={r"never answered"},
        statistics={"hung_up_by": "caller"},
    )
)
def change_never_answered():
    """A re-INVITE for hold is sent seven times and never answered; the caller hangs up."""
    call = established(Dialog("silent-change@192.0.2.10"))
    call.repeated([60 + time for time in TIMER_A], "INVITE", body=sdp("192.0.2.10:4000"))
    call.ended(95)
    return call.packets()


@scenario(Expect("no-path@192.0.2.10", codes={"ice_failed"}, final_code=200, says={r"STUN|ICE"}))
def no_path_for_the_sound():
    """Ten connectivity checks of a web phone are never answered; no sound follows."""
    offer = sdp("192.0.2.10:4000", extra="a=ice-ufrag:x\r\na=candidate:1 1 UDP 1 192.0.2.10 4000 typ host\r\n")
    call = answered(Dialog("no-path@192.0.2.10"), end=12, offer=offer)
    check = struct.pack("!HHI12s", 1, 0, 0x2112A442, b"binding-0001")
    return call.packets() + [(2.1 + n / 2, frame("192.0.2.10:4000", "198.51.100.1:6000", check)) for n in range(10)]


@scenario(Expect("both-hang-up@192.0.2.10", codes={"ok"}, never_codes={"dialog_lost"}, final_code=200))
def both_hang_up():
    """Both sides hang up at the same moment; the second BYE gets 481."""
    call = proxied(Dialog("both-hang-up@192.0.2.10"), end=None)
    first = call.request(20, "BYE")
    second = call.request(20.01, "BYE", by="b", source=CALLED, destination=SERVER)
    call.reply(20.02, 200, to=first)
    call.reply(20.03, 481, to=second)
    return call.packets()


@scenario(
    Expect(
        "relay-forward@192.0.2.10",
        codes={"relay_failed", "one_way_audio"},
        final_code=200,
        says={r"198\.51\.100\.1"},
        never_says={r"192\.0\.2\.10\)? (sent|sends) no"},
    )
)
def callers_sound_not_passed_on():
    """Both phones send; the relay passes the called side's sound on, but not the caller's."""
    call = proxied(
        Dialog("relay-forward@192.0.2.10"), end=11, onward=sdp("198.51.100.1:7000"), back=sdp("198.51.100.1:6000")
    )
    return (
        call.packets()
        + rtp(3.1, "192.0.2.10:4000", "198.51.100.1:6000", 390, ssrc=21)
        + rtp(3.1, "203.0.113.20:5000", "198.51.100.1:7000", 390, ssrc=22)
        + rtp(3.1005, "198.51.100.1:6000", "192.0.2.10:4000", 390, ssrc=22)
    )


@scenario(Expect("too-long@192.0.2.10", codes={"duration_limit"}, final_code=200, evidence_any={"BYE sip:"}))
def longest_duration():
    """The platform ends a call after an hour, because it may not be longer."""
    call = established(Dialog("too-long@192.0.2.10"))
    call.ended(3600, "b", 'Reason: SIP;cause=200;text="Max call duration reached"\r\n')
    return call.packets()


@scenario(Expect("devices@192.0.2.10", codes={"too_many_registrations"}, final_code=403))
def too_many_devices():
    """A sixth device of a user is refused."""
    phone = Dialog("devices@192.0.2.10", "701", "701")
    phone.request(0, "REGISTER", headers=contact(phone) + "Expires: 300\r\n")
    phone.reply(0.1, 403, "Too many registrations")
    return phone.packets()


@scenario(
    Expect(
        "refresh-503@192.0.2.10", codes={"registration_lost"}, hedged={"congestion"}, never_codes={"ok"}, final_code=503
    )
)
def refresh_refused():
    """A phone is registered; the registrar is overloaded when it wants to refresh that."""
    phone = Dialog("refresh-503@192.0.2.10", "702", "702")
    registration(phone, asked=300, granted=300)
    phone.request(250, "REGISTER", headers=credentials("702", "n1") + contact(phone) + "Expires: 300\r\n")
    phone.reply(250.1, 503)
    return phone.packets()


@scenario(Expect("both-stop@192.0.2.10", codes={"sound_stopped"}, certain=False, final_code=200, says={r"both sides"}))
def sound_of_both_stops():
    """The sound of both sides stops after ten seconds of forty."""
    call = answered(Dialog("both-stop@192.0.2.10"), end=40)
    return call.packets() + both_ways(2.1, "192.0.2.10:4000", "198.51.100.1:6000", 500)


@scenario(Expect("no-host@198.51.100.1", codes={"unreachable"}, never_codes={"ok"}, says={r"203\.0\.113\.99"}))
def router_says_that_the_host_is_gone():
    """A router tells the platform by ICMP that the host of a phone can't be reached."""
    call = Dialog("no-host@198.51.100.1", a=SERVER, b=PHONE)
    call.repeated(TIMER_A[:4], "INVITE", body=sdp("198.51.100.1:4000"))
    packets = call.packets()
    return packets + [(time + 0.05, unreachable(data, 1, "203.0.113.99")) for time, data in packets]


@scenario(
    Expect(
        "only-caller@192.0.2.10",
        codes={"ok", "incomplete", "unknown"},
        certain=False,
        never_codes={"timeout", "no_answer"},
        outcome={"answered"},
    )
)
def only_what_the_caller_sends():
    """A mirror port gives only what the caller sends: INVITE, ACK and BYE."""
    call = answered(Dialog("only-caller@192.0.2.10"), end=30)
    call.messages = [message for message in call.messages if message.source == call.a]
    return call.packets()
