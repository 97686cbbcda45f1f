"""*Prove that it's solved* by a call: the newest later one of the same number, attached as "after"."""

from __future__ import annotations

from collections.abc import Mapping

from partnertui.db.tickets.later_calls import FoundCall
from partnertui.db.tickets.repeatable_test import Before
from partnertui.domain.evidence import CDR_ID, Evidence, EvidenceKind, masked_text
from partnertui.domain.phone_numbers import format_number


def no_later_call(before: Before) -> str:
    """Why there is no call to attach, in a sentence."""
    if not before.number:
        return "The number of the call was withheld, so no later call of it can be found."
    number = format_number(before.number)
    if before.proved:
        return f"There has been no call to or from {number} since the one attached as “after”."
    started = f"{before.at:%Y-%m-%d %H:%M} UTC" if before.at is not None else "this one"
    return f"There has been no call to or from {number} since {started}."


def later_words(call: FoundCall) -> str:
    """What the call shows: its time and how it ended."""
    return f"the call of {call.started_at:%Y-%m-%d %H:%M} UTC: {call.words}"


def call_evidence(before: Before, call: FoundCall) -> Evidence:
    """The later call as evidence, masked if the earlier one was."""
    facts = shown_facts(call.facts, masked=before.masked)
    wide = max(map(len, facts))
    title = f"Call {facts['From']} to {facts['To']}: {call.words}"
    lines = [title, "", *(f"{label:<{wide}}  {value}" for label, value in facts.items())]
    return Evidence(EvidenceKind.CALL, title, "\n".join(lines), "call.txt", facts=facts, masked=before.masked)


def shown_facts(facts: Mapping[str, str], *, masked: bool) -> dict[str, str]:
    """Labels and values, without the ends of numbers if they are masked."""
    return {label: masked_text(value) if masked and label != CDR_ID else value for label, value in facts.items()}
