"""Applies all rules and picks the verdict: the first certain finding, else the first likely one, else a guess."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from partnertui.calls.diagnosis.cdr_cross_check import with_record
from partnertui.calls.diagnosis.rule import Subject
from partnertui.calls.diagnosis.rules import RULES
from partnertui.calls.diagnosis.verdict import FINE, Code, Confidence, Diagnosis, Verdict
from partnertui.calls.replaced_calls import own_part
from partnertui.calls.signalling_analysis import CallAnalysis
from partnertui.calls.trace_model import Trace

ORDER = (Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE)


ABOUT_CALLS = tuple(rule for rule in RULES if rule.calls is not False)
ABOUT_REQUESTS = tuple(rule for rule in RULES if rule.calls is not True)


def diagnose(trace: Trace, analysis: CallAnalysis | None = None) -> Diagnosis:
    """The verdict of a call. An answered call is fine unless something certain or likely was wrong with it.

    `analysis`: that of the trace, where it was made before.
    """
    if trace.others:
        own, places = own_part(trace)
        return _placed(diagnose(own), places)
    subject = Subject(analysis or CallAnalysis(trace))
    rules = ABOUT_CALLS if subject.analysis.is_call else ABOUT_REQUESTS
    found = [verdict for rule in rules if (verdict := rule.verdict(subject)) is not None]
    fine = [verdict for verdict in found if verdict.code in FINE]
    wrong = [verdict for verdict in found if verdict.code not in FINE]
    ranked = [verdict for sure in ORDER[:2] for verdict in wrong if verdict.confidence == sure]
    ranked += [*fine, *(verdict for verdict in wrong if verdict.confidence == ORDER[2])]
    if not ranked:
        return Diagnosis(with_record(unknown(subject), subject.analysis), (), subject.coverage, _known(trace))
    first, rest = with_record(_with_knowledge(ranked[0], trace), subject.analysis), ranked[1:]
    also = tuple(verdict for verdict in rest if verdict.code not in (first.code, *FINE))
    return Diagnosis(first, also, subject.coverage, _known(trace))


def _placed(found: Diagnosis, places: Sequence[int]) -> Diagnosis:
    """Evidence as indexes of the whole trace."""
    made = [
        replace(verdict, evidence=tuple(places[index] for index in verdict.evidence))
        for verdict in (found.verdict, *found.also)
    ]
    return replace(found, verdict=made[0], also=tuple(made[1:]))


ABOUT_REACHING = frozenset(
    {Code.NOT_REGISTERED, Code.UNREACHABLE, Code.TIMEOUT, Code.NAT_BINDING_LOST, Code.UNKNOWN_USER, Code.NO_ANSWER}
)
"""Verdicts to which the registration of the called user says more."""


def _with_knowledge(verdict: Verdict, trace: Trace) -> Verdict:
    """The verdict with what is known from elsewhere."""
    if verdict.code not in ABOUT_REACHING or not trace.known:
        return verdict
    return replace(verdict, text=" ".join((verdict.text, *trace.known)))


def _known(trace: Trace) -> tuple[str, ...]:
    said = trace.record.sentence if trace.record is not None else ""
    return (*((said,) if said else ()), *trace.known)


def unknown(subject: Subject) -> Verdict:
    """The trace can't show it; says what is missing."""
    missing = "; ".join(_missing(subject)) or "these messages don't show what happened"
    last = len(subject.trace.messages) - 1
    return Verdict(
        Code.UNKNOWN,
        Confidence.POSSIBLE,
        f"The cause can't be determined from this trace: {missing}.",
        "Capture for longer, closer to the platform, or on both sides of it; then open the new capture.",
        (last,),
    )


def _missing(subject: Subject) -> Iterator[str]:
    analysis = subject.analysis
    if not analysis.method:
        yield "these aren't readable SIP messages"
        return
    if not analysis.initial_requests:
        yield f"the initial request ({analysis.method}) wasn't captured"
    if not analysis.responses:
        yield "no response was captured"
    elif analysis.final is None:
        yield "it ends before the final response"
    yield from subject.trace.missing
