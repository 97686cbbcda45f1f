"""Rule: one possible cause, how to find it in a call, what must be captured to be certain, and its documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from partnertui.calls.capture_coverage import Coverage, Evidence, coverage_of
from partnertui.calls.diagnosis.ending import ending_of
from partnertui.calls.diagnosis.refusal_meaning import Refusal, refusal_of
from partnertui.calls.diagnosis.verdict import Code, Confidence, Verdict
from partnertui.calls.media import MediaAnalysis
from partnertui.calls.signalling_analysis import CallAnalysis
from partnertui.calls.trace_model import Trace
from partnertui.sip.lock_free_cached_property import cached_property

CERTAIN, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE


@dataclass(frozen=True)
class Subject:
    """A call as rules see it: its messages, its audio, and what of both was captured."""

    analysis: CallAnalysis

    @property
    def trace(self) -> Trace:
        """Its messages and streams."""
        return self.analysis.trace

    @cached_property
    def media(self) -> MediaAnalysis:
        """Agreements and streams."""
        return MediaAnalysis(self.analysis)

    @cached_property
    def refusal(self) -> Refusal | None:
        """What the refusal of a call means; None for other requests and for calls that were not refused."""
        return refusal_of(self.analysis) if self.analysis.is_call else None

    @cached_property
    def ending(self) -> tuple[Code, Confidence] | None:
        """What the BYE says about the end of an answered call; None for an ordinary end."""
        return ending_of(self.analysis)

    @cached_property
    def coverage(self) -> Coverage:
        """What was captured."""
        return coverage_of(self.analysis, self.media)


@dataclass(frozen=True)
class Finding:
    """What a rule found: how sure, in words, what to try, and the messages that show it."""

    confidence: Confidence
    text: str
    advice: str
    evidence: Iterable[int | None]


@dataclass(frozen=True)
class Rule:
    """One kind of verdict. `looks_for`: in a line what it goes by. `find`: returns None where it isn't there.

    `requires`: what must have been captured for certainty. `meaning`, `customer` and `steps` are for the documentation:
    what it means, what to tell the customer, what to try. `calls`: True for rules about calls alone, False for those
    about other requests alone.
    """

    code: Code
    looks_for: str
    find: Callable[[Subject], Finding | None]
    requires: tuple[Evidence, ...]
    meaning: str
    customer: str
    steps: str
    calls: bool | None = None

    def verdict(self, subject: Subject) -> Verdict | None:
        """The verdict with its evidence; never certain without what it requires."""
        found = self.find(subject)
        if found is None:
            return None
        evidence = tuple(dict.fromkeys(index for index in found.evidence if index is not None))
        absent = [kind for kind in self.requires if not subject.coverage.has(kind)]
        confidence = LIKELY if found.confidence == CERTAIN and absent else found.confidence
        settle = ", ".join(absent) if confidence != CERTAIN else ""
        return Verdict(self.code, confidence, found.text, found.advice, evidence, settle)
