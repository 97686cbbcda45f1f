"""The time line of registrations: what happened, to which phone, and what it adds up to."""

from itertools import permutations

from tests.calls.call_scripts import START_US, messages

from partnertui.calls.registration_timeline import EventKind, RegistrationTimeline, registration_timelines

FOREVER = 100_000.0


def timelines(script: str, until: float = 0) -> list[RegistrationTimeline]:
    found = messages(script)
    return registration_timelines(found, START_US + round(until * 1e6) if until else found[-1].time_us)


def kinds(timeline: RegistrationTimeline) -> list[str]:
    return [event.kind.name for event in timeline.events]


def register(at: float, number: int, *, frm: str = "A", answer: int = 200, expires: int = 60, extra: str = "") -> str:
    contact = f'Contact="<sip:1001@{frm}:5060>" Expires={expires} User-Agent="Yealink T46"'
    granted = f'Contact="<sip:1001@{frm}:5060>;expires={expires}"'
    return f"""
        {at} {frm}>P REGISTER {number} to=1001 auth {contact} {extra}
        {at + 0.01} P>{frm} {answer} REGISTER {number} to=1001 {granted if answer < 300 else ""} {extra}
    """


def test_registered_and_refreshed_in_time() -> None:
    (found,) = timelines("".join(register(50.0 * i, i + 1) for i in range(5)))
    assert kinds(found) == ["REGISTERED", "REFRESHED"]
    assert found.events[1].count == 4
    assert (found.flaps, found.is_registered) == (0, True)


def test_a_challenge_that_is_answered_at_once_is_not_an_event() -> None:
    challenge = "0 A>P REGISTER 1 to=1001\n0.01 P>A 401 REGISTER 1 to=1001\n"
    (found,) = timelines(challenge + register(0.02, 2))
    assert kinds(found) == ["REGISTERED"]


def test_a_refresh_that_never_came_is_a_loss_and_coming_back_a_flap() -> None:
    (found,) = timelines(register(0, 1) + register(300, 2) + register(350, 3))
    assert kinds(found) == ["REGISTERED", "EXPIRED", "REGISTERED", "REFRESHED"]
    assert found.events[1].time_us == START_US + 60_010_000
    assert found.flaps == 1


def test_what_happens_after_the_last_message_is_told_up_to_the_moment_looked_at() -> None:
    assert timelines(register(0, 1), until=59)[0].is_registered
    (found,) = timelines(register(0, 1), until=120)
    assert kinds(found) == ["REGISTERED", "EXPIRED"]
    assert not found.is_registered


def test_a_phone_that_says_goodbye_is_removed_not_lost_later() -> None:
    (found,) = timelines(register(0, 1) + register(20, 2, expires=0), until=FOREVER)
    assert kinds(found) == ["REGISTERED", "REMOVED"]


def test_a_refusal_does_not_end_what_was_granted_before() -> None:
    (found,) = timelines(register(0, 1) + register(30, 2, answer=403))
    assert kinds(found) == ["REGISTERED", "REFUSED"]
    assert found.is_registered


def test_a_password_that_is_not_accepted_is_named() -> None:
    (found,) = timelines(register(0, 1, answer=401) + register(30, 2, answer=401))
    assert kinds(found) == ["WRONG_PASSWORD", "WRONG_PASSWORD"]
    assert not found.is_registered


def test_requests_without_an_answer_are_told_with_how_often_they_were_sent() -> None:
    line = 'A>P REGISTER 1 to=1001 Contact="<sip:1001@A:5060>"'
    (found,) = timelines("\n".join(f"{at} {line}" for at in (0, 0.5, 1.5, 3.5)))
    assert kinds(found) == ["NO_ANSWER"]
    assert found.events[0].detail == "sent 4 times"


def test_another_address_is_told_and_counted() -> None:
    (found,) = timelines(register(0, 1) + register(30, 1, frm="B", extra="id=c2"))
    assert kinds(found) == ["REGISTERED", "MOVED"]
    assert found.address_changes == 1


def test_two_phones_of_one_user_have_a_time_line_each() -> None:
    script = "".join(
        register(at + i, at + 1, frm=frm, extra=f"id=c{frm}") for at in (0, 30, 60) for i, frm in enumerate("AB")
    )
    found = timelines(script)
    assert [kinds(one) for one in found] == [["REGISTERED", "REFRESHED"]] * 2
    assert sum(one.address_changes for one in found) == 0


def test_the_order_in_which_messages_are_read_does_not_matter() -> None:
    found = messages(register(0, 1) + register(300, 2))
    wanted = registration_timelines(found, found[-1].time_us)
    assert all(registration_timelines(order, found[-1].time_us) == wanted for order in permutations(found))


def test_the_packet_that_shows_it_is_named() -> None:
    (found,) = timelines(register(0, 1))
    assert (found.events[0].kind, found.events[0].frame, found.events[0].seconds) == (EventKind.REGISTERED, 2, 60)
