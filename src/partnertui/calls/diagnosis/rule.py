"""A rule: what it looks for, and the verdict where it finds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from partnertui.calls.analysis import CallAnalysis
from partnertui.calls.diagnosis.verdict import Code, Confidence, Verdict

CERTAIN, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE


@dataclass(frozen=True)
class Finding:
    """What a rule found: how sure, in words, what to try, and the messages that it rests on."""

    confidence: Confidence
    text: str
    advice: str
    evidence: tuple[int | None, ...]


@dataclass(frozen=True)
class Rule:
    """One thing that can go wrong. `looks_for` says it in a line; `find` returns None where it is not there."""

    code: Code
    looks_for: str
    find: Callable[[CallAnalysis], Finding | None]

    def verdict(self, analysis: CallAnalysis) -> Verdict | None:
        """The verdict, with its evidence in order."""
        found = self.find(analysis)
        if found is None:
            return None
        evidence = tuple(dict.fromkeys(index for index in found.evidence if index is not None))
        return Verdict(self.code, found.confidence, found.text, found.advice, evidence)


RULES: list[Rule] = []
"""All rules, in the order in which they are asked: the modules of `verdict.rules` add theirs when they are imported."""


def rule(
    code: Code, looks_for: str
) -> Callable[[Callable[[CallAnalysis], Finding | None]], Callable[[CallAnalysis], Finding | None]]:
    """Declares a function as a rule."""

    def declare(find: Callable[[CallAnalysis], Finding | None]) -> Callable[[CallAnalysis], Finding | None]:
        RULES.append(Rule(code, looks_for, find))
        return find

    return declare


def said(analysis: CallAnalysis, index: int) -> str:
    """An answer as it may be quoted: `486 Busy ActionContext`."""
    return analysis.message(index).reading.start


def who(analysis: CallAnalysis, index: int) -> str:
    """Who sent a message, in an agent's words."""
    address = analysis.message(index).source.address
    if address == analysis.caller:
        return "the caller's phone"
    if analysis.method != "INVITE":
        return "the server"
    if address == analysis.server and (analysis.has_both_hops or analysis.refused_by_server):
        return "the platform"
    return "the called side" if analysis.has_both_hops or not analysis.refused_by_server else "the platform"
