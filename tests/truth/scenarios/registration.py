"""Registrations, subscriptions, and other requests outside of calls."""

from tests.truth.scenario import Expect, scenario
from tests.truth.wire import (
    PHONE6,
    SERVER6,
    TIMER_A,
    TIMER_E,
    Dialog,
    answered,
    challenge,
    contact,
    credentials,
    registration,
    sdp,
)


@scenario(
    Expect(
        "7d1e@[2001:db8::10]",
        codes={"wrong_password", "registration_lost"},
        never_codes={"ok"},
        final_code=401,
        from_user="reception",
        never_says={r"is registered"},
        evidence_any={"CSeq: 6 REGISTER"},
    )
)
def refused_after_a_while():
    """A phone on IPv6 is registered; at its refresh an hour later every password is answered by another challenge."""
    phone = Dialog("7d1e@[2001:db8::10]", "reception", "reception", a=PHONE6, b=SERVER6, domain="pbx.example.net")
    registration(phone, asked=3600, granted=3600)
    wanted = contact(phone) + "Expires: 3600\r\n"
    phone.request(3300, "REGISTER", headers=wanted)
    phone.reply(3300.02, 401, headers=challenge("k1", phone.domain))
    for turn in range(3):
        phone.request(
            3300.1 + turn, "REGISTER", headers=credentials("reception", f"k{turn + 1}", phone.domain) + wanted
        )
        phone.reply(3300.12 + turn, 401, headers=challenge(f"k{turn + 2}", phone.domain))
    return phone.packets()


@scenario(
    Expect(
        "b2c4d@203.0.113.77",
        codes={"timeout", "registration_lost", "nat_binding_lost"},
        never_codes={"ok"},
        never_says={r"is registered for"},
        evidence_any={"CSeq: 5 REGISTER", "CSeq: 6 REGISTER", "CSeq: 7 REGISTER"},
    )
)
def silent_after_a_while():
    """A phone behind NAT registers twice with success; then three further attempts, each repeated, stay unanswered."""
    phone = Dialog("b2c4d@203.0.113.77", "4410", "4410", a="203.0.113.77:61022", domain="voip.example.org")
    phone.a_contact = "192.168.7.31:5062"
    registration(phone, asked=120, granted=120)
    registration(phone, 110, nonce="n2", asked=120, granted=120)
    for start in (220, 260, 320):
        times = [start + time for time in TIMER_E[:7]]
        phone.repeated(times, "REGISTER", headers=contact(phone, host="192.168.7.31:5062") + "Expires: 120\r\n")
    return phone.packets()


@scenario(
    Expect(
        "two-devices@198.51.100.30",
        codes={"ok"},
        final_code=200,
        says={r"\b120 s", r"\b120 seconds", r"two minutes", r"2 min"},
        never_says={r"registered for 1800", r"registered for 3570", r"registered for 600"},
    )
)
def shorter_than_asked():
    """A phone asks for half an hour; the answer lists another device with 3570 s, and this one with 120 s."""
    phone = Dialog("two-devices@198.51.100.30", "sales", "sales", a="198.51.100.30:5071", b="192.0.2.200:5060")
    phone.request(0, "REGISTER", headers=contact(phone) + "Expires: 1800\r\n")
    both = contact(phone, 3570, host="198.51.100.31:5060") + contact(phone, 120)
    phone.reply(0.04, 200, headers=both)
    return phone.packets()


@scenario(
    Expect(
        "brief-then-well@203.0.113.44",
        codes={"ok"},
        final_code=200,
        never_says={r"too (brief|short)", r"refused"},
        evidence_any={"SIP/2.0 200"},
        evidence_never={"SIP/2.0 423"},
    )
)
def interval_too_brief():
    """A phone asks for 60 s, is told that 600 is the least, and registers for 600 s."""
    phone = Dialog("brief-then-well@203.0.113.44", "door", "door", a="203.0.113.44:5060", b="192.0.2.1:5060")
    phone.request(0, "REGISTER", headers=contact(phone) + "Expires: 60\r\n")
    phone.reply(0.03, 423, headers="Min-Expires: 600\r\n")
    registration(phone, 0.2, asked=600, granted=600)
    return phone.packets()


@scenario(
    Expect(
        "clean-100@192.0.2.10",
        codes={"ok"},
        final_code=200,
        says={r"registered"},
        never_says={r"took (its|the) registration back", r"unregistered", r"signed out"},
    )
)
def taken_back():
    """A phone clears all its bindings at start (Contact: *) and registers again a second later."""
    phone = Dialog("clean-100@192.0.2.10", "100", "100")
    phone.request(0, "REGISTER", headers="Contact: *\r\nExpires: 0\r\n")
    phone.reply(0.06, 200)
    phone.request(1, "REGISTER", headers=contact(phone) + "Expires: 300\r\n")
    phone.reply(1.06, 200, headers=contact(phone, 300))
    return phone.packets()


@scenario(
    Expect(
        "nowhere@192.0.2.61",
        codes={"timeout"},
        never_codes={"ok", "wrong_password"},
        evidence_any={"CSeq: 1 REGISTER"},
        final_code=None,
    )
)
def registrar_does_not_do_it():
    """A phone is set to an address where nothing answers: eleven times the same REGISTER."""
    phone = Dialog("nowhere@192.0.2.61", "kitchen", "kitchen", a="192.0.2.61:5060", b="198.51.100.250:5060")
    phone.repeated(TIMER_E, "REGISTER", headers=contact(phone) + "Expires: 3600\r\n")
    return phone.packets()


@scenario(
    Expect(
        "stranger@192.0.2.10",
        codes={"unknown_user"},
        never_codes={"ok", "not_registered"},
        final_code=404,
        evidence_any={"SIP/2.0 404"},
    )
)
def registrar_refuses_the_user():
    """The registrar does not know the user that the phone is set to."""
    phone = Dialog("stranger@192.0.2.10", "1000", "1000")
    phone.request(0, "REGISTER", headers=contact(phone) + "Expires: 300\r\n")
    phone.reply(0.02, 404)
    return phone.packets()


@scenario(
    Expect(
        "deaf-call@192.0.2.84",
        codes={"replies_lost", "nat_binding_lost", "timeout"},
        hedged={"wrong_password"},
        never_codes={"ok", "cancelled"},
        evidence_any={"SIP/2.0 407", "CSeq: 1 INVITE"},
    )
)
def answers_not_heard():
    """A phone repeats its INVITE seven times although each is answered with 407: a firewall drops what comes back."""
    call = Dialog("deaf-call@192.0.2.84", "311", "0441234567", a="192.0.2.84:5060", b="203.0.113.5:5060")
    call.repeated(TIMER_A, "INVITE", body=sdp("192.0.2.84:16384"))
    first = call.reply(0.02, 407, headers=challenge("n1", proxy=True))
    call.again([time + 0.02 for time in TIMER_A[1:]], first)
    return call.packets()


@scenario(
    Expect(
        "blf-31@192.0.2.31",
        codes={"subscription_refused", "rejected"},
        hedged={"unknown_user"},
        never_codes={"ok", "not_registered"},
        final_code=404,
        says={r"subscri", r"lamp", r"BLF", r"dialog", r"presence", r"hint"},
        never_says={r"no (registered phone|phone of it is registered)", r"not registered", r"no such (number|user)"},
        evidence_any={"SIP/2.0 404"},
    ),
    Expect("ring-32@192.0.2.31", codes={"ok"}, final_code=200, to_user="32"),
)
def no_such_mailbox():
    """A busy lamp for 32 is refused with 404, though 32 answers a call seconds later: the hint is missing."""
    lamp = Dialog("blf-31@192.0.2.31", "31", "32", a="192.0.2.31:5060")
    lamp.request(0, "SUBSCRIBE", headers="Event: dialog\r\nAccept: application/dialog-info+xml\r\nExpires: 600\r\n")
    lamp.reply(0.01, 404)
    call = answered(Dialog("ring-32@192.0.2.31", "31", "32", a="192.0.2.31:5060", start=4), end=20)
    return lamp.packets() + call.packets()


@scenario(
    Expect(
        "presence-100@192.0.2.10",
        codes={"rejected", "subscription_refused"},
        never_codes={"ok", "forbidden", "no_route"},
        final_code=489,
        never_says={r"barr", r"call that number"},
        evidence_any={"SIP/2.0 489"},
    )
)
def event_not_served():
    """A phone asks for presence, which the platform does not serve: 489 Bad Event."""
    phone = Dialog("presence-100@192.0.2.10", "100", "200")
    phone.request(0, "SUBSCRIBE", headers="Event: presence\r\nExpires: 3600\r\n")
    phone.reply(0.01, 489)
    return phone.packets()


@scenario(
    Expect(
        "mwi-lost@192.0.2.10",
        codes={"subscription_lost"},
        hedged={"ok"},
        says={r"481", r"NOTIFY", r"lost", r"no longer (known|exists)"},
        evidence_any={"SIP/2.0 481"},
    )
)
def subscription_lost():
    """A subscription is granted; the phone answers the first NOTIFY with 481, it has forgotten it."""
    phone = Dialog("mwi-lost@192.0.2.10", "100", "100")
    phone.request(0, "SUBSCRIBE", headers="Event: message-summary\r\nExpires: 3600\r\n")
    phone.reply(0.02, 200, headers="Expires: 3600\r\n")
    notice = "Messages-Waiting: no\r\n"
    headers = "Event: message-summary\r\nSubscription-State: active;expires=3600\r\n"
    phone.request(0.1, "NOTIFY", by="b", headers=headers, body=notice, content="application/simple-message-summary")
    phone.reply(0.12, 481)
    return phone.packets()


@scenario(
    Expect(
        "probe-2@[2001:db8::1]",
        codes={"timeout", "nat_binding_lost", "not_registered"},
        hedged={"unknown"},
        never_codes={"ok", "unknown_user"},
        evidence_any={"OPTIONS sip:"},
    )
)
def options_probe():
    """The platform probes a phone on IPv6 with OPTIONS; nothing comes back."""
    probe = Dialog("probe-2@[2001:db8::1]", "ping", "hall", a=SERVER6, b=PHONE6)
    probe.repeated(TIMER_E, "OPTIONS")
    return probe.packets()


@scenario(
    Expect(
        "sync-2@203.0.113.1",
        codes={"forbidden", "rejected"},
        never_codes={"ok"},
        final_code=403,
        never_says={r"barring", r"(the|a) platform does not allow"},
        evidence_any={"SIP/2.0 403"},
    )
)
def check_sync():
    """The platform tells a phone to restart (NOTIFY check-sync), and the phone refuses with 403."""
    notice = Dialog("sync-2@203.0.113.1", "pbx", "206", a="203.0.113.1:5060", b="192.0.2.66:5060")
    notice.request(0, "NOTIFY", headers="Event: check-sync;reboot=true\r\nSubscription-State: terminated\r\n")
    notice.reply(0.03, 403)
    return notice.packets()


@scenario(Expect("lamp-on@192.0.2.10", codes={"ok"}, final_code=200, never_says={r"no mailbox"}))
def message_lamp_tells():
    """A phone subscribes to its mailbox and is told of two new messages."""
    phone = Dialog("lamp-on@192.0.2.10", "100", "100")
    phone.request(0, "SUBSCRIBE", headers="Event: message-summary\r\nExpires: 3600\r\n")
    phone.reply(0.02, 200, headers="Expires: 3600\r\n")
    body = "Messages-Waiting: yes\r\nMessage-Account: sip:*97@example.com\r\nVoice-Message: 2/5 (0/0)\r\n"
    headers = "Event: message-summary\r\nSubscription-State: active;expires=3600\r\n"
    phone.request(0.1, "NOTIFY", by="b", headers=headers, body=body, content="application/simple-message-summary")
    phone.reply(0.12, 200)
    return phone.packets()


@scenario(
    Expect(
        "brief-31@192.0.2.31",
        codes={"interval_too_brief"},
        never_codes={"ok", "wrong_password", "forbidden"},
        final_code=423,
        says={r"\b600\b"},
        evidence_any={"SIP/2.0 423"},
    )
)
def refused_as_too_brief():
    """A phone registers for a minute, the platform wants ten (423, Min-Expires), and the phone gives up."""
    phone = Dialog("brief-31@192.0.2.31", "31", "31", a="192.0.2.31:5060")
    phone.request(0, "REGISTER", headers=contact(phone) + "Expires: 60\r\n")
    phone.reply(0.01, 423, headers="Min-Expires: 600\r\n")
    return phone.packets()


@scenario(
    Expect(
        "no-box-310@192.0.2.31",
        codes={"mailbox_unknown"},
        never_codes={"ok", "unknown_user", "subscription_refused"},
        final_code=404,
        evidence_any={"SIP/2.0 404"},
    )
)
def mailbox_unknown():
    """A phone subscribes to the messages of a mailbox that is not there: 404."""
    phone = Dialog("no-box-310@192.0.2.31", "31", "310", a="192.0.2.31:5060")
    phone.request(0, "SUBSCRIBE", headers="Event: message-summary\r\nExpires: 3600\r\n")
    phone.reply(0.01, 404)
    return phone.packets()
