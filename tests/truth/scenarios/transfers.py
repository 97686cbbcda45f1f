"""Transfers and pick-ups."""

from tests.truth.scenario import Expect, scenario
from tests.truth.wire import TIMER_E, Dialog, established, refused


def notify(call, at, status, *, by="b", state="terminated;reason=noresource"):
    """The news of a transfer (RFC 3515), and its 200."""
    headers = f"Event: refer\r\nSubscription-State: {state}\r\n"
    news = call.request(
        at, "NOTIFY", by=by, headers=headers, body=f"SIP/2.0 {status}\r\n", content="message/sipfrag;version=2.0"
    )
    call.reply(at + 0.05, 200, to=news)


@scenario(
    Expect(
        "xfer-486@203.0.113.51",
        codes={"transfer_failed"},
        hedged={"ok"},
        final_code=200,
        outcome={"answered"},
        says={r"transfer"},
        evidence_any={"REFER sip:", "SIP/2.0 486"},
    )
)
def blind_transfer_fails():
    """The called side transfers the caller to 52, which rings and is then busy; the call goes on for a minute."""
    call = established(
        Dialog("xfer-486@203.0.113.51", "+48225550151", "51", a="203.0.113.51:5060", b="192.0.2.51:5060")
    )
    refer = call.request(
        20, "REFER", by="b", headers="Refer-To: <sip:52@example.com>\r\nReferred-By: <sip:51@example.com>\r\n"
    )
    call.reply(20.03, 202, to=refer)
    notify(call, 20.2, "100 Trying", by="a", state="active;expires=60")
    notify(call, 21.0, "180 Ringing", by="a", state="active;expires=60")
    notify(call, 27.5, "486 Busy Here", by="a")
    call.ended(90, "b")
    return call.packets()


@scenario(
    Expect(
        "xfer-ok@192.0.2.10",
        codes={"ok", "transferred"},
        never_codes={"transfer_failed", "diverted"},
        final_code=200,
        outcome={"answered"},
        never_says={r"transfer.{0,30}fail"},
    )
)
def blind_transfer_works():
    """The caller transfers to 300 with success, and leaves the call."""
    call = established(Dialog("xfer-ok@192.0.2.10"))
    refer = call.request(10, "REFER", headers="Refer-To: <sip:300@example.com>\r\n")
    call.reply(10.05, 202, to=refer)
    notify(call, 10.1, "100 Trying", state="active;expires=60")
    notify(call, 13.6, "200 OK")
    call.ended(13.8)
    return call.packets()


@scenario(
    Expect(
        "att-481@192.0.2.56",
        codes={"transfer_failed"},
        hedged={"ok"},
        final_code=200,
        outcome={"answered"},
        says={r"transfer"},
        evidence_any={"REFER sip:", "SIP/2.0 481"},
    )
)
def attended_transfer_fails():
    """A REFER with Replaces is taken with 202, but the call to be replaced is gone by then: NOTIFY tells of 481."""
    call = established(Dialog("att-481@192.0.2.56", "56", "57", a="192.0.2.56:5060", b="203.0.113.57:5060"))
    refer = call.request(
        25, "REFER", by="b", headers="Refer-To: <sip:58@example.com?Replaces=gone%40y%3Bto-tag%3D1%3Bfrom-tag%3D2>\r\n"
    )
    call.reply(25.02, 202, to=refer)
    notify(call, 25.9, "481 Call/Transaction Does Not Exist", by="a")
    call.ended(31, "a")
    return call.packets()


@scenario(
    Expect(
        "refer-lost@203.0.113.59",
        codes={"transfer_failed"},
        hedged={"ok"},
        final_code=200,
        outcome={"answered"},
        says={r"transfer|REFER"},
        evidence_any={"REFER sip:"},
    )
)
def transfer_not_allowed():
    """A phone's REFER is sent eleven times and never answered; the call goes on, and ends normally a minute later."""
    call = established(Dialog("refer-lost@203.0.113.59", "59", "60", a="203.0.113.59:5060", b="192.0.2.59:5060"))
    call.repeated([15 + time for time in TIMER_E], "REFER", headers="Refer-To: <sip:61@example.com>\r\n")
    call.ended(80)
    return call.packets()


@scenario(
    Expect(
        "pickup-late@192.0.2.62",
        codes={"pickup_failed", "dialog_lost", "rejected"},
        hedged={"unknown_user"},
        never_codes={"ok", "not_registered", "busy"},
        final_code=481,
        never_says={r"no such (number|user)"},
        evidence_any={"SIP/2.0 481"},
    )
)
def picked_up():
    """A user picks up a call that has just been answered by another: the INVITE with Replaces gets 481."""
    call = Dialog("pickup-late@192.0.2.62", "62", "**63", a="192.0.2.62:5060", b="203.0.113.63:5060")
    invite = call.invite(0, headers="Replaces: ringing@y;to-tag=7;from-tag=8;early-only\r\n")
    call.reply(0.02, 100, to=invite)
    call.reply(0.1, 481, to=invite)
    call.ack(0.15)
    return call.packets()


@scenario(
    Expect(
        "moved-c@203.0.113.66",
        codes={"transfer_failed", "ok"},
        certain=None,
        final_code=200,
        outcome={"answered"},
        apart={"moved-d@203.0.113.66"},
        says={r"transfer|REFER|503|hung up"},
    ),
    Expect(
        "moved-d@203.0.113.66",
        codes={"congestion"},
        hedged={"no_route", "server_error", "transfer_failed"},
        never_codes={"ok"},
        final_code=503,
        to_user="67",
        evidence_any={"SIP/2.0 503"},
    ),
)
def caller_is_moved():
    """A phone takes a REFER and calls the new number itself, which gets 503; it tells so by NOTIFY."""
    call = established(Dialog("moved-c@203.0.113.66", "66", "65", a="203.0.113.66:5060", b="192.0.2.66:5060"))
    refer = call.request(10, "REFER", by="b", headers="Refer-To: <sip:67@example.com>\r\n")
    call.reply(10.03, 202, to=refer)
    new = Dialog("moved-d@203.0.113.66", "66", "67", a="203.0.113.66:5060", b="192.0.2.66:5060", start=10.1)
    refused(new, 503)
    notify(call, 11, "503 Service Unavailable", by="a")
    call.ended(60, "b")
    return call.packets() + new.packets()
