"""Legs are guessed by numbers, time and SDP; of a busy call centre's calls no two are ever taken for one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.calls.call_scripts import messages, trace

from partnertui.calls.call_assembly import build_calls

FIRST = "0 A>P INVITE 1 from=442071234567 to=442079460000 sdp=198.51.100.6:4000/PCMA"
SAME_SDP = "sdp=198.51.100.6:4000/PCMA"
JOINED = {
    "a rewritten number, same description": f"0.1 P>B INVITE 1 id=c2 from=442071234567 to=4940333444 {SAME_SDP}",
    "from another address of the platform": f"0.1 D>B INVITE 1 id=c2 from=442071234567 to=442079460000 {SAME_SDP}",
    "a DDI and its extension": "0.1 P>B INVITE 1 id=c2 from=442071234567 to=1002 sdp=203.0.113.10:7000/PCMA",
    "an anonymous caller": "0.1 P>B INVITE 1 id=c2 from=anonymous to=442079460000",
    "the tie is broken by the description": (
        f"0.1 P>B INVITE 1 id=c2 from=442071234567 to=442079460000 {SAME_SDP}\n"
        "0.2 P>C INVITE 1 id=c3 from=442071234567 to=442079460000 sdp=203.0.113.10:7002/PCMA"
    ),
}
APART = {
    "no number agrees": f"0.1 P>B INVITE 1 id=c2 from=4930111222 to=4940333444 {SAME_SDP}",
    "another caller of the same hotline": "0.1 P>B INVITE 1 id=c2 from=4930111222 to=442079460000",
    "another call of the same company": "0.1 P>B INVITE 1 id=c2 from=442071234567 to=4940333444",
    "too late": f"5 P>B INVITE 1 id=c2 from=442071234567 to=442079460000 {SAME_SDP}",
    "earlier": f"-1 P>B INVITE 1 id=c2 from=442071234567 to=442079460000 {SAME_SDP}",
    "the phone tries again": f"1 A>P INVITE 1 id=c2 from=442071234567 to=442079460000 {SAME_SDP}",
    "on hold no place agrees": ("0.1 D>B INVITE 1 id=c2 from=442071234567 to=442079460000 sdp=0.0.0.0:4000/PCMA"),
}


@pytest.mark.parametrize("name", JOINED)
def test_second_legs_are_found(name: str) -> None:
    calls = {call.call_ids: call for call in build_calls(messages(f"{FIRST}\n{JOINED[name]}"))}
    found = calls["c1", "c2"]
    assert found.guessed
    assert found.joined_by == ("numbers, time and SDP" if SAME_SDP in JOINED[name] else "numbers and time")


@pytest.mark.parametrize("name", APART)
def test_other_calls_stay_apart(name: str) -> None:
    calls = build_calls(messages(f"{FIRST}\n{APART[name]}"))
    assert sorted(call.call_ids for call in calls) == [("c1",), ("c2",)]


def test_a_session_that_is_passed_on_is_told_by_its_origin() -> None:
    origin = "o=alice 2890844526 1 IN IP4 192.168.1.5"
    script = messages(f"{FIRST}\n0.1 D>B INVITE 1 id=c2 from=442071234567 to=1002 sdp=203.0.113.10:7000/PCMA")
    changed = [replace(one, data=re.sub(rb"o=-[^\r]*", origin.encode(), one.data)) for one in script]
    (found,) = build_calls(changed)
    assert found.joined_by == "numbers, time and SDP"


@dataclass(frozen=True)
class Made:
    """A call of the busy call centre: when, by whom, to whom, through a relay or not, which legs were captured."""

    at: int
    caller: int
    called: int
    rewritten: bool
    relayed: bool
    captured: tuple[bool, bool]


CALLS = st.lists(
    st.builds(
        Made,
        st.integers(0, 60),
        st.integers(0, 1),
        st.integers(0, 1),
        st.booleans(),
        st.booleans(),
        st.sampled_from([(True, True), (True, True), (True, False), (False, True)]),
    ),
    min_size=2,
    max_size=8,
)
CALLERS, CALLED = ("442071234567", "1001"), ("442079460000", "442083660000")


def legs(number: int, call: Made, captured: tuple[bool, bool]) -> list[str]:
    """The two legs of a call as lines of a script; every call has its own ports."""
    caller, called = CALLERS[call.caller], CALLED[call.called]
    place = f"198.51.100.6:{4000 + 2 * number}"
    onward = f"203.0.113.10:{6000 + 2 * number}" if call.relayed else place
    behind = f"10{number:02}" if call.rewritten else called
    lines = [
        f"{call.at / 10} A>P INVITE 1 id=a{number} from={caller} to={called} sdp={place}/PCMA",
        f"{call.at / 10 + 0.05} P>B INVITE 1 id=b{number} from={caller} to={behind} sdp={onward}/PCMA",
    ]
    return [line for line, there in zip(lines, captured, strict=True) if there]


@settings(max_examples=300, deadline=None)
@given(CALLS)
def test_a_busy_call_centre_whose_legs_were_all_captured(calls: list[Made]) -> None:
    script = "\n".join(line for number, call in enumerate(calls) for line in legs(number, call, (True, True)))
    for found in build_calls(messages(script)):
        assert len({call_id[1:] for call_id in found.call_ids}) == 1, found.call_ids


@settings(max_examples=300, deadline=None)
@given(CALLS)
def test_what_the_description_joins_is_one_call_whatever_is_missing(calls: list[Made]) -> None:
    lines = [line for number, call in enumerate(calls) for line in legs(number, call, call.captured)]
    for found in build_calls(messages("\n".join(lines))):
        if "SDP" in found.joined_by:
            assert len({call_id[1:] for call_id in found.call_ids}) == 1, found.call_ids
        if len(found.call_ids) > 1:
            assert found.guessed


def test_one_script_is_one_call() -> None:
    assert trace(FIRST).joined_by == ""
