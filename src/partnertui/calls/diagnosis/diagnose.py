"""Asks all rules and decides: the first certain finding, else the first likely one; a guess stays a guess."""

from __future__ import annotations

from collections.abc import Iterator

from partnertui.calls.diagnosis.rule import Subject
from partnertui.calls.diagnosis.rules import RULES
from partnertui.calls.diagnosis.verdict import FINE, Code, Confidence, Diagnosis, Verdict
from partnertui.calls.model import Trace

ORDER = (Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE)


def diagnose(trace: Trace) -> Diagnosis:
    """The verdict of a call. An answered call is fine unless something certain or likely was wrong with it."""
    return diagnose_subject(Subject(trace))


def diagnose_subject(subject: Subject) -> Diagnosis:
    """The same from a subject whose analysis may have been made before."""
    found = [verdict for rule in RULES if (verdict := rule.verdict(subject)) is not None]
    fine = [verdict for verdict in found if verdict.code in FINE]
    wrong = [verdict for verdict in found if verdict.code not in FINE]
    ranked = [verdict for sure in ORDER[:2] for verdict in wrong if verdict.confidence == sure]
    ranked += [*fine, *(verdict for verdict in wrong if verdict.confidence == ORDER[2])]
    if not ranked:
        return Diagnosis(unknown(subject), (), subject.coverage)
    first, rest = ranked[0], ranked[1:]
    also = tuple(verdict for verdict in rest if verdict.code not in (first.code, *FINE))
    return Diagnosis(first, also, subject.coverage)


def unknown(subject: Subject) -> Verdict:
    """The trace can't show it; says what is missing."""
    missing = "; ".join(_missing(subject)) or "what happened is not in these messages"
    last = len(subject.trace.messages) - 1
    return Verdict(
        Code.UNKNOWN,
        Confidence.POSSIBLE,
        f"It can't be determined from this trace: {missing}.",
        "Capture longer, nearer to the platform, or on both sides of it; then open the call again.",
        (last,),
    )


def _missing(subject: Subject) -> Iterator[str]:
    analysis = subject.analysis
    if not analysis.method:
        yield "these are no SIP messages that can be read"
        return
    if not analysis.initial_requests:
        yield f"the request that began it ({analysis.method}) was not captured"
    if not analysis.responses:
        yield "no answer was captured"
    elif analysis.final is None:
        yield "it ends before the last answer"
    yield from subject.trace.missing
