"""What the CDR and the live table add to a verdict: never certainty, and a contradiction is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.calls.call_scripts import trace

from partnertui.calls.diagnosis.diagnose import ORDER, diagnose
from partnertui.calls.diagnosis.verdict import Code, Confidence
from partnertui.calls.platform_record import PlatformRecord
from partnertui.domain.call_enums import Disposition, HungUpBy, LiveState

BUSY = "0 A>P INVITE 1\n0.1 P>B INVITE 1\n0.2 B>P 486 INVITE 1\n0.3 P>A 486 INVITE 1\n0.4 A>P ACK 1"
RINGING = "0 A>P INVITE 1\n1 P>A 180 INVITE 1"
FINE = """
0 A>P INVITE 1
0.1 P>B INVITE 1
1 B>P 200 INVITE 1
1.1 P>A 200 INVITE 1
1.2 A>P ACK 1 tag branch=x
1.3 P>B ACK 1 tag branch=y
9 A>P BYE 2 tag
9.1 P>B BYE 2 tag
9.2 B>P 200 BYE 2
9.3 P>A 200 BYE 2
"""
SCRIPTS = [BUSY, RINGING, FINE, "0 A>P INVITE 1", "0 P>A BYE 3 tag", "0 A>P REGISTER 1\n0.1 P>A 200 REGISTER 1"]
RECORDS = st.builds(
    PlatformRecord,
    st.none() | st.sampled_from(Disposition),
    st.none() | st.sampled_from([200, 404, 480, 486, 487, 503, 999]),
    st.none() | st.sampled_from([0, 16, 17, 31, 300]),
    st.none() | st.sampled_from(HungUpBy),
    st.none() | st.sampled_from(LiveState),
)


def judged(script: str, record: PlatformRecord) -> tuple[Code, Confidence, str]:
    verdict = diagnose(replace(trace(script), record=record)).verdict
    return verdict.code, verdict.confidence, verdict.text


def test_a_cdr_that_agrees_is_shown_and_changes_nothing() -> None:
    record = PlatformRecord(Disposition.BUSY, 486, 17, HungUpBy.CALLEE)
    alone, found = diagnose(trace(BUSY)), diagnose(replace(trace(BUSY), record=record))
    assert found.verdict == alone.verdict
    assert alone.known == ()
    assert found.known == (
        "The CDR says: busy, SIP 486 Busy Here, Q.850 cause 17 (user busy), ended by the called party.",
    )


def test_what_was_not_captured_the_cdr_may_tell_as_a_possibility() -> None:
    code, confidence, text = judged(RINGING, PlatformRecord(Disposition.BUSY, 486))
    assert (code, confidence) == (Code.BUSY, Confidence.POSSIBLE)
    assert "capture ends before the final response" in text
    assert text.endswith("The CDR says: busy, SIP 486 Busy Here.")
    code, confidence, text = judged(RINGING, PlatformRecord(Disposition.ANSWERED, 200))
    assert code == Code.INCOMPLETE, "that it was answered doesn't say that it was fine"
    assert "The CDR says: answered" in text


def test_answered_by_one_and_refused_by_the_other_is_not_certain() -> None:
    before = diagnose(trace(BUSY)).verdict
    code, confidence, text = judged(BUSY, PlatformRecord(Disposition.ANSWERED, 200))
    assert before.confidence == Confidence.CERTAIN
    assert (code, confidence) == (before.code, Confidence.LIKELY)
    assert "according to the CDR, the call was answered, but in the capture it ended with 486" in text
    assert "ended as “busy”, but in the capture it was answered" in judged(FINE, PlatformRecord(Disposition.BUSY))[2]


@pytest.mark.parametrize(
    ("script", "record", "words"),
    [
        (BUSY, PlatformRecord(Disposition.NO_ANSWER, 480), "it has SIP 480, but the capture has 486"),
        (
            FINE,
            PlatformRecord(Disposition.ANSWERED, 200, 16, HungUpBy.CALLEE),
            "but the messages show that it was the caller",
        ),
        (
            BUSY.replace("0.3 P>A 486 INVITE 1", "0.3 P>A 486 INVITE 1 Reason='Q.850;cause=17'"),
            PlatformRecord(Disposition.BUSY, 486, 21),
            "it has Q.850 cause 21 (call rejected), but the messages have 17 (user busy)",
        ),
    ],
)
def test_other_contradictions_are_said(script: str, record: PlatformRecord, words: str) -> None:
    assert f"The CDR contradicts the capture: {words}" in judged(script, record)[2].replace(
        "it says that the called party ended the call, ", ""
    )


@pytest.mark.parametrize(
    ("script", "record"),
    [
        (FINE, PlatformRecord(Disposition.ANSWERED, 200, 16, HungUpBy.CALLER)),
        (FINE, PlatformRecord(Disposition.DIVERTED, 302)),
        (FINE, PlatformRecord(state=LiveState.ANSWERED)),
        (FINE, PlatformRecord(state=LiveState.RINGING)),
        (FINE, PlatformRecord(Disposition.VOICEMAIL)),
        (RINGING, PlatformRecord(state=LiveState.RINGING)),
    ],
)
def test_no_contradiction_is_made_up(script: str, record: PlatformRecord) -> None:
    assert "contradicts" not in judged(script, record)[2]


def test_the_live_table_is_said_with_its_time() -> None:
    known = diagnose(replace(trace(RINGING), record=PlatformRecord(state=LiveState.RINGING))).known
    assert known == ("The live table showed this call in progress (ringing) when the trace was opened.",)


@given(st.sampled_from(SCRIPTS), RECORDS)
def test_nothing_noted_elsewhere_makes_a_verdict_surer(script: str, record: PlatformRecord) -> None:
    alone, found = diagnose(trace(script)), diagnose(replace(trace(script), record=record))
    assert ORDER.index(found.verdict.confidence) >= ORDER.index(alone.verdict.confidence)
    assert found.verdict.text.startswith(alone.verdict.text)
    assert found.verdict.evidence == alone.verdict.evidence
    if alone.verdict.confidence != Confidence.POSSIBLE:
        assert found.verdict.code == alone.verdict.code
