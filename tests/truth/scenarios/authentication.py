"""Challenges and passwords."""

from tests.truth.scenario import Expect, scenario
from tests.truth.wire import SERVER6, Dialog, challenge, contact, credentials, established, sdp


@scenario(
    Expect(
        "reg-ext-51@[2001:db8::51]",
        codes={"wrong_password"},
        never_codes={"ok", "unknown_user", "forbidden"},
        certain=True,
        from_user="51",
        should_say={r"acme-51"},
        never_says={r"password of 51\b"},
        final_code=401,
    )
)
def another_name_for_the_password():
    """A phone registers extension 51 with the login name acme-51; three passwords are refused."""
    phone = Dialog("reg-ext-51@[2001:db8::51]", "51", "51", a="[2001:db8::51]:5060", b=SERVER6)
    wanted = contact(phone) + "Expires: 300\r\n"
    phone.request(0, "REGISTER", headers=wanted)
    phone.reply(0.01, 401, headers=challenge("n0"))
    for turn in range(3):
        phone.request(0.1 + turn, "REGISTER", headers=credentials("acme-51", f"n{turn}") + wanted)
        phone.reply(0.11 + turn, 401, headers=challenge(f"n{turn + 1}"))
    return phone.packets()


@scenario(
    Expect(
        "two-realms@192.0.2.10",
        codes={"no_credentials", "unknown"},
        hedged={"wrong_password"},
        certain=False,
        never_codes={"ok"},
        never_says={r"(it|password) is wrong\b(?!,? or\b)"},
        says={r"core", r"second", r"realm", r"sent none", r"no password", r"not sent"},
    )
)
def second_realm():
    """The edge takes the caller's password; the server behind it asks for another, and the phone has none for it."""
    call = Dialog("two-realms@192.0.2.10", "100", "200")
    invite = call.invite(0)
    call.reply(0.02, 407, to=invite, headers=challenge("n1", "edge.example.com", proxy=True))
    call.ack(0.03)
    again = call.invite(0.1, headers=credentials("100", "n1", "edge.example.com", proxy=True), dialog=False)
    call.reply(0.12, 401, to=again, headers=challenge("m1", "core.example.com"))
    call.ack(0.13)
    return call.packets()


@scenario(
    Expect(
        "blank-phone@192.0.2.77",
        codes={"no_credentials"},
        hedged={"wrong_password"},
        never_codes={"ok", "forbidden"},
        final_code=401,
        says={r"sent none", r"no (password|credentials)", r"without"},
    )
)
def no_password_at_all():
    """A phone registers every half minute without a password, and is asked for one each time."""
    phone = Dialog("blank-phone@192.0.2.77", "77", "77", a="192.0.2.77:5060", b="203.0.113.3:5060")
    for turn in range(5):
        phone.request(30 * turn, "REGISTER", headers=contact(phone) + "Expires: 300\r\n")
        phone.reply(30 * turn + 0.01, 401, headers=challenge(f"n{turn}"))
    return phone.packets()


@scenario(Expect("stale-once@192.0.2.10", codes={"ok"}, final_code=200, never_says={r"password"}))
def old_nonce():
    """A phone registers with an old nonce, is told stale=TRUE, and succeeds with the new one."""
    phone = Dialog("stale-once@192.0.2.10", "100", "100")
    wanted = contact(phone) + "Expires: 300\r\n"
    phone.request(0, "REGISTER", headers=credentials("100", "old") + wanted)
    phone.reply(0.01, 401, headers=challenge("new", stale=True))
    phone.request(0.05, "REGISTER", headers=credentials("100", "new") + wanted)
    phone.reply(0.07, 200, headers=contact(phone, 300))
    return phone.packets()


@scenario(
    Expect(
        "bad-pw@[2001:db8::71]",
        codes={"wrong_password"},
        certain=True,
        never_codes={"ok", "forbidden"},
        final_code=403,
        from_user="oscar",
        evidence_any={"SIP/2.0 403"},
    )
)
def password_refused():
    """A phone registers, and the registrar says in so many words that its password is wrong."""
    phone = Dialog("bad-pw@[2001:db8::71]", "oscar", "oscar", a="[2001:db8::71]:5060", b=SERVER6)
    wanted = contact(phone) + "Expires: 300\r\n"
    phone.request(0, "REGISTER", headers=wanted)
    phone.reply(0.01, 401, headers=challenge("n1"))
    phone.request(0.1, "REGISTER", headers=credentials("oscar", "n1") + wanted)
    phone.reply(0.12, 403, "Wrong password")
    return phone.packets()


@scenario(Expect("hold-auth@192.0.2.10", codes={"ok"}, final_code=200, outcome={"answered"}, never_says={r"password"}))
def asked_within_the_call():
    """A re-INVITE in an answered call is challenged, and repeated with the password: nothing is wrong."""
    call = established(Dialog("hold-auth@192.0.2.10"))
    hold = call.invite(10, body=sdp("192.0.2.10:4000", extra="a=sendonly\r\n"))
    call.reply(10.02, 407, to=hold, headers=challenge("n1", proxy=True))
    call.ack(10.03)
    again = call.invite(
        10.1, body=sdp("192.0.2.10:4000", extra="a=sendonly\r\n"), headers=credentials("100", "n1", proxy=True)
    )
    call.reply(10.12, 200, to=again, body=sdp("198.51.100.1:6000", extra="a=recvonly\r\n"))
    call.ack(10.15)
    call.ended(30)
    return call.packets()


@scenario(
    Expect(
        "taken-pw@192.0.2.10",
        codes={"ok"},
        certain=True,
        final_code=200,
        never_says={r"password"},
        statistics={"setup_ms": (5100, 50), "talk_ms": (20000, 100)},
    )
)
def password_taken():
    """A challenge, the password, and a call that is answered."""
    call = Dialog("taken-pw@192.0.2.10", "100", "200")
    invite = call.invite(0)
    call.reply(0.02, 407, to=invite, headers=challenge("n1", proxy=True))
    call.ack(0.03)
    again = call.invite(0.1, headers=credentials("100", "n1", proxy=True), dialog=False)
    call.reply(0.12, 100, to=again)
    call.reply(1.1, 180, to=again)
    call.reply(5.1, 200, to=again, body=sdp("198.51.100.1:6000"))
    call.ack(5.15)
    call.ended(25.1)
    return call.packets()


@scenario(
    Expect(
        "old-nonce-55@192.0.2.55",
        codes={"stale_nonce"},
        never_codes={"ok", "wrong_password", "no_credentials"},
        final_code=401,
        says={r"nonce .*expired"},
        never_says={r"password (of \S+ )?is wrong"},
        evidence_any={"SIP/2.0 401"},
    )
)
def nonce_too_old():
    """A phone refreshes its registration with a nonce of the day before; it is told so and does not try the new one."""
    phone = Dialog("old-nonce-55@192.0.2.55", "55", "55", a="192.0.2.55:5060")
    phone.request(0, "REGISTER", headers=credentials("55", "yesterday") + contact(phone) + "Expires: 300\r\n")
    phone.reply(0.01, 401, headers=challenge("today", stale=True))
    return phone.packets()
