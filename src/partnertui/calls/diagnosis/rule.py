"""A rule: what it looks for, and the verdict where it finds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from partnertui.calls.analysis import Facts
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
    find: Callable[[Facts], Finding | None]

    def verdict(self, facts: Facts) -> Verdict | None:
        """The verdict, with its evidence in order."""
        found = self.find(facts)
        if found is None:
            return None
        evidence = tuple(dict.fromkeys(place for place in found.evidence if place is not None))
        return Verdict(self.code, found.confidence, found.text, found.advice, evidence)


RULES: list[Rule] = []
"""All rules, in the order in which they are asked: the modules of `verdict.rules` add theirs when they are imported."""


def rule(
    code: Code, looks_for: str
) -> Callable[[Callable[[Facts], Finding | None]], Callable[[Facts], Finding | None]]:
    """Declares a function as a rule."""

    def declare(find: Callable[[Facts], Finding | None]) -> Callable[[Facts], Finding | None]:
        RULES.append(Rule(code, looks_for, find))
        return find

    return declare


def said(facts: Facts, place: int) -> str:
    """An answer as it may be quoted: `486 Busy ActionContext`."""
    return facts.at(place).reading.start


def who(facts: Facts, place: int) -> str:
    """Who sent a message, in an agent's words."""
    address = facts.at(place).source.address
    if address == facts.caller:
        return "the caller's phone"
    if facts.method != "INVITE":
        return "the server"
    if address == facts.server and (facts.whole or facts.by_server):
        return "the platform"
    return "the called side" if facts.whole or not facts.by_server else "the platform"
