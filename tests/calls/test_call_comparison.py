"""A good call beside a bad one: only what differs is named, in words."""

from tests.calls.call_scripts import stream, trace

from partnertui.calls.call_comparison import differences

GOOD = """
    0.00 A>P INVITE 1 sdp=198.51.100.6:4000/PCMA,PCMU User-Agent="Yealink T46 1"
    0.01 P>A 407 INVITE 1
    0.02 A>P ACK 1
    0.03 A>P INVITE 2 auth sdp=198.51.100.6:4000/PCMA,PCMU User-Agent="Yealink T46 1"
    0.50 P>A 180 INVITE 2
    1.00 P>A 200 INVITE 2 sdp=203.0.113.10:4000/PCMA
    1.01 A>P ACK 2 tag branch=ack
    9.00 A>P BYE 3 tag
    9.01 P>A 200 BYE 3 tag
"""
BAD = """
    0.00 A>P INVITE 1 sdp=198.51.100.6:4000/PCMA,PCMU/SRTP User-Agent="Yealink T46 2"
    0.01 P>A 407 INVITE 1
    0.02 A>P ACK 1
    0.03 A>P INVITE 2 auth sdp=198.51.100.6:4000/PCMA,PCMU/SRTP User-Agent="Yealink T46 2"
    0.50 P>A 488 INVITE 2
    0.51 A>P ACK 2
"""


def facts(one: str, other: str) -> dict[str, tuple[str, str]]:
    return {fact.label: (fact.one, fact.other) for fact in differences(trace(one), trace(other))}


def test_a_call_and_itself_do_not_differ() -> None:
    assert facts(GOOD, GOOD) == {}


def test_what_differs_is_named() -> None:
    found = facts(GOOD, BAD)
    assert found["Result"] == ("answered", "failed: 488 Not Acceptable Here")
    assert found["Caller's device"] == ("Yealink T46 1", "Yealink T46 2")
    assert found["Encryption offered"] == ("none (RTP)", "SRTP")


def test_what_is_the_same_or_follows_from_the_result_is_left_out() -> None:
    found = facts(GOOD, BAD)
    assert not {"Caller's address", "Dialled as", "Codecs offered", "Negotiated codec", "Password"} & set(found)


def test_a_number_dialled_in_another_form_is_named() -> None:
    assert facts(GOOD, GOOD.replace("INVITE 2 auth", "INVITE 2 auth to=+491002"))["Dialled as"] == ("1002", "+491002")


def test_sound_in_one_direction_only_is_named() -> None:
    both, single = (stream("A", "P"), stream("P", "A", ssrc=2)), (stream("A", "P"),)
    found = {fact.label: (fact.one, fact.other) for fact in differences(trace(GOOD, *both), trace(GOOD, *single))}
    assert [words.split(",")[0] for words in found["Audio"]] == ["both directions", "one direction"]
