"""Two captures of one call, whose clocks differ: the difference is told by what both have, said, and put right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.calls.call_scripts import START_US, messages

from partnertui.calls.call_assembly import as_captured, build_calls, build_trace
from partnertui.calls.clock_skew import clock_offsets
from partnertui.calls.diagnosis.diagnose import diagnose
from partnertui.calls.trace_model import Message
from partnertui.captures.saving import masked

CALL = """
0 A>P INVITE 1
0.1 P>A 100 INVITE 1
0.2 P>B INVITE 1
1 B>P 180 INVITE 1
1.1 P>A 180 INVITE 1
3 B>P 200 INVITE 1
3.1 P>A 200 INVITE 1
3.2 A>P ACK 1 tag branch=x
3.3 P>B ACK 1 tag branch=y
9 A>P BYE 2 tag
9.1 P>B BYE 2 tag
9.2 B>P 200 BYE 2
9.3 P>A 200 BYE 2
"""
EDGE, CORE = "/captures/edge.pcap", "/captures/core.pcap"


def two_captures(ahead_us: int, delay_us: int = 20_000, script: str = CALL) -> list[Message]:
    """The edge has what comes from and goes to the caller; the core has all, with the network's delay between them."""
    core = [replace(one, origin=CORE) for one in messages(script)]
    edge = []
    for one in core:
        if "198.51.100.6" in (one.source.address, one.destination.address):
            there = -delay_us if one.source.address == "198.51.100.6" else delay_us
            edge.append(replace(one, origin=EDGE, time_us=one.time_us + there + ahead_us))
    return [*core, *edge]


@given(st.integers(-7_200_000_000, 7_200_000_000), st.integers(0, 300_000))
def test_the_difference_is_found_whatever_the_delay(ahead: int, delay: int) -> None:
    offsets = clock_offsets(two_captures(ahead, delay))
    assert offsets == ({EDGE: ahead} if abs(ahead) >= 100_000 else {})


def test_it_is_applied_and_said() -> None:
    plain, found = build_trace(two_captures(0)), build_trace(two_captures(1_200_000))
    assert [m.data for m in found.messages] == [m.data for m in plain.messages]
    assert [m.time_us for m in found.messages] == [m.time_us for m in plain.messages]
    sentence = "The clock of capture edge.pcap was 1.2 s ahead: its timestamps were corrected."
    coverage = diagnose(found).coverage
    assert coverage is not None
    assert sentence in coverage.lines
    assert diagnose(found).verdict == diagnose(plain).verdict
    behind = diagnose(build_trace(two_captures(-61_000_000))).coverage
    assert behind is not None
    assert "The clock of capture edge.pcap was 61.0 s behind: its timestamps were corrected." in behind.lines


def test_a_list_of_calls_tells_the_clock_by_all_of_them() -> None:
    alone = [
        replace(one, origin=EDGE, time_us=one.time_us + 1_200_000)
        for one in messages("20 A>P INVITE 9 id=c2 from=7 to=8")
    ]
    calls = {call.call_ids[0]: call for call in build_calls([*two_captures(1_200_000), *alone])}
    assert calls["c2"].clocks == {EDGE: 1_200_000}
    assert calls["c2"].start_us == START_US + 20_000_000


def test_the_captures_own_times_are_kept_for_those_who_need_them() -> None:
    given_messages = two_captures(1_200_000)
    assert sorted(as_captured(build_trace(given_messages)), key=str) == sorted(given_messages, key=str)


@pytest.mark.parametrize(
    "found",
    [
        [replace(one, origin=CORE if one.frame < 5 else EDGE) for one in messages(CALL)],
        # one message alone: the other may have lost the first of two
        [*(replace(one, origin=CORE) for one in messages(CALL)), replace(messages(CALL)[0], origin=EDGE, time_us=0)],
        # differences that agree in nothing
        [
            *(replace(one, origin=CORE) for one in messages(CALL)),
            *(replace(one, origin=EDGE, time_us=one.time_us + one.frame * 2_000_000) for one in messages(CALL)),
        ],
        # one direction alone, and no more than a slow network
        [
            *(replace(one, origin=CORE) for one in messages(CALL)),
            *(
                replace(one, origin=EDGE, time_us=one.time_us + 600_000)
                for one in messages(CALL)
                if one.frame in (1, 8, 10)
            ),
        ],
        [],
    ],
    ids=["a ring", "one message", "no agreement", "slow network", "nothing"],
)
def test_no_clock_is_put_right_by_a_guess(found: list[Message]) -> None:
    assert clock_offsets(found) == {}


def test_a_third_capture_of_an_unknown_clock_leaves_all_as_they_are() -> None:
    third = [replace(one, origin="/captures/third.pcap") for one in messages("4 B>P INFO 7 tag")]
    assert clock_offsets([*two_captures(1_200_000), *third]) == {}


def test_no_file_is_named_in_a_masked_trace() -> None:
    assert masked(build_trace(two_captures(1_200_000))).clocks == {}
