"""Figures of calls that were told as scripts."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest
from tests.calls.call_scripts import stream, trace
from tests.calls.test_diagnosis import BEGIN, ENDED, PASSED, RANG, TAKEN

from partnertui.calls.call_statistics import Outcome, statistics_of
from partnertui.calls.trace_json import serialize
from partnertui.calls.trace_model import Side
from partnertui.ladder.statistics_text import statistics_rows
from partnertui.screens.cdr.page import PAGE as CALLS

TALKED = (
    PASSED
    + """
    0.20 B>P 180 INVITE 2
    0.21 P>A 180 INVITE 2
    3.00 B>P 200 INVITE 2 sdp=198.51.100.130:4000/PCMA User-Agent="Desk 1"
    3.01 P>A 200 INVITE 2 sdp=198.51.100.130:4000/PCMA User-Agent="Desk 1"
    9.00 A>P BYE 3 tag Reason='Q.850;cause=16;text="Normal"'
"""
)


def test_a_call() -> None:
    figures = statistics_of(trace(TALKED))
    assert (figures.outcome, figures.final_code, figures.hung_up_by) == (Outcome.ANSWERED, 200, "caller")
    assert (figures.setup_ms, figures.pdd_ms, figures.ring_ms, figures.talk_ms) == pytest.approx(
        (3010, 210, 2800, 5990)
    )
    assert (figures.q850, figures.reason) == (16, "Normal")
    assert (figures.offered, figures.chosen) == (("PCMA", "PCMU"), ("PCMA",))
    assert figures.destination_agent == "Desk 1"
    assert figures.retransmissions == 0


@pytest.mark.parametrize(
    ("script", "outcome", "code", "who"),
    [
        (PASSED + "0.1 B>P 486 INVITE 2\n0.11 P>A 486 INVITE 2", Outcome.BUSY, 486, "callee"),
        (PASSED + "0.1 B>P 503 INVITE 2\n0.11 P>A 500 INVITE 2", Outcome.CONGESTION, 500, "callee"),
        (RANG + "9 A>P CANCEL 2\n9.1 P>A 487 INVITE 2", Outcome.CANCELLED, 487, "caller"),
        (BEGIN + "0.1 P>A 404 INVITE 2 Server=proxy", Outcome.FAILED, 404, "server"),
        (BEGIN + "0.1 P>A 302 INVITE 2 Server=proxy", Outcome.DIVERTED, 302, "server"),
        (TAKEN + "9 B>P BYE 1 tag\n9.1 P>A BYE 1 tag", Outcome.ANSWERED, 200, "callee"),
        (TAKEN + "9 P>A BYE 1 tag\n9.1 P>B BYE 1 tag", Outcome.ANSWERED, 200, "server"),
        (RANG, Outcome.IN_PROGRESS, None, ""),
        (BEGIN, Outcome.INCOMPLETE, None, ""),
        ("0 A>P REGISTER 1\n0.1 P>A 200 REGISTER 1", Outcome.OK, 200, ""),
    ],
)
def test_outcomes(script: str, outcome: Outcome, code: int | None, who: str) -> None:
    figures = statistics_of(trace(script))
    assert (figures.outcome, figures.final_code, figures.hung_up_by) == (outcome, code, who)


def test_retransmissions_and_copies_are_told_apart() -> None:
    call = trace("0 A>P INVITE 1\n0.001 A>P INVITE 1\n0.5 A>P INVITE 1\n1.5 A>P INVITE 1\n1.6 P>A 200 INVITE 1")
    assert call.retransmissions == {0: 2}
    assert call.copies == {1}
    assert statistics_of(call).retransmissions == 2


def test_the_worst_stream_is_the_calls_mos() -> None:
    call = trace(ENDED, stream("A", "B"), stream("B", "A"))
    assert statistics_of(call).mos == 4.2


def test_json_of_a_call() -> None:
    call = trace(ENDED, stream("A", "B"))
    made = json.loads(json.dumps(serialize(call)))
    assert made["call_ids"] == ["c1"]
    assert (made["from"], made["to"], made["outcome"], made["final_code"]) == ("1001", "1002", "answered", 200)
    assert made["verdict"]["evidence"] == [4, 10], "sound goes one way: what was offered and what was answered"
    assert made["start"] == "2026-11-18T11:06:40.000000Z"
    assert [message["frame"] for message in made["messages"]] == list(range(1, 17))
    assert made["streams"][0]["packets"] == 500
    assert {message["leg"] for message in serialize(call, Side.SOURCE)["messages"]} == {"source"}
    assert len(serialize(call, Side.DESTINATION)["messages"]) == 6


@pytest.mark.parametrize("reason", ["Q.850;" * 10_000, "," * 60_000, "text " * 12_000, 'Q.850;text="' * 5_000])
def test_a_reason_without_end_takes_no_time(reason: str) -> None:
    """It took a minute."""
    call = trace("0 A>P INVITE 1\n1 P>A 486 INVITE 1")
    refusal = call.messages[1]
    data = refusal.data.replace(b"Content-Length", f"Reason: {reason}\r\nContent-Length".encode())
    hostile = replace(call, messages=(call.messages[0], replace(refusal, data=data)))
    begun = time.thread_time()
    assert statistics_of(hostile).final_code == 486
    assert time.thread_time() - begun < 0.1


def test_the_cause_is_that_of_q850() -> None:
    call = trace("""
        0 A>P INVITE 1
        1 P>A 480 INVITE 1 Reason="SIP;cause=480;text=x, Q.850 ; cause = 19 ;text=\\"no answer\\""
    """)
    assert statistics_of(call).q850 == 19


@pytest.mark.parametrize(("pdd_ms", "role"), [(5_000, ""), (5_001, "warn")])
def test_calls_and_ladders_find_the_same_post_dial_delay_long(pdd_ms: int, role: str) -> None:
    (listed,) = (column for column in CALLS.columns if column.name == "pdd_ms")
    assert listed.kind.role(pdd_ms) == role
    figures = replace(statistics_of(trace(TALKED)), pdd_ms=float(pdd_ms))
    (told,) = (row for row in statistics_rows(figures) if row[0] == "Post-dial delay")
    assert told[2] == role
    assert ("long" in told[1]) == bool(role)
