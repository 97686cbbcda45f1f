"""Asks all rules and decides: the first certain finding, else the first likely one; a guess stays a guess."""

from __future__ import annotations

from collections.abc import Iterator

from partnertui.calls.analysis import CallAnalysis
from partnertui.calls.diagnosis import rules as _rules  # noqa: F401 - importing declares them
from partnertui.calls.diagnosis.rule import RULES
from partnertui.calls.diagnosis.verdict import Code, Confidence, Diagnosis, Verdict
from partnertui.calls.model import Trace

ORDER = (Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE)


def diagnose(trace: Trace) -> Diagnosis:
    """The verdict of a call. What was answered is fine unless something certain or likely was wrong with it."""
    analysis = CallAnalysis(trace)
    found = [verdict for rule in RULES if (verdict := rule.verdict(analysis)) is not None]
    fine = [verdict for verdict in found if verdict.code == Code.OK]
    wrong = [verdict for verdict in found if verdict.code != Code.OK]
    ranked = [verdict for sure in ORDER[:2] for verdict in wrong if verdict.confidence == sure]
    ranked += [*fine, *(verdict for verdict in wrong if verdict.confidence == ORDER[2])]
    if not ranked:
        return Diagnosis(unknown(analysis))
    first, rest = ranked[0], ranked[1:]
    return Diagnosis(first, tuple(v for v in rest if v.code not in (first.code, Code.OK)))


def unknown(analysis: CallAnalysis) -> Verdict:
    """The trace cannot tell; says what is missing."""
    missing = "; ".join(_missing(analysis)) or "what happened is not in these messages"
    last = len(analysis.trace.messages) - 1
    return Verdict(
        Code.UNKNOWN,
        Confidence.POSSIBLE,
        f"The trace cannot tell: {missing}.",
        "Capture longer, nearer to the platform, or on both sides of it; then open the call again.",
        (last,),
    )


def _missing(analysis: CallAnalysis) -> Iterator[str]:
    if not analysis.method:
        yield "these are no SIP messages that can be read"
        return
    if not analysis.initial_requests:
        yield f"the request that began it ({analysis.method}) was not captured"
    if not analysis.responses:
        yield "no answer was captured"
    elif analysis.final is None:
        yield "it ends before the last answer" + (": it rang" if analysis.ringing else "")
    yield from analysis.trace.missing
