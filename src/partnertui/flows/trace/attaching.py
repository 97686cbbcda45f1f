"""Attaches a trace to a ticket: ladder and verdict as an internal note, with numbers and addresses masked or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from partnertui.flows.attach import attach_to_ticket
from partnertui.kit.context import Here
from partnertui.kit.picker import Item, Picker

if TYPE_CHECKING:
    from partnertui.sip.trace.model import Trace

WIDTH = 74
"""Characters of a line: a ticket shows so many at 80 columns, and wraps what is longer."""


def ask_attach(here: Here, trace: Trace, names: Mapping[str, str], customer_id: int | None) -> None:
    """Asks how, then for the ticket; those of the customer stand first."""
    items = (
        Item("whole", "As it is", "for colleagues: numbers and addresses can be read", key="a"),
        Item("masked", "Masked", "numbers, names and addresses are replaced", key="m"),
    )

    def attach(how: str) -> None:
        words = told(trace, names, masked=how == "masked")
        attach_to_ticket(replace(here, row={"customer_id": customer_id}), words, "the trace")

    here.desk.ask(Picker(here.desk, "Attach the trace to a ticket", items, keys=True), attach)


def told(trace: Trace, names: Mapping[str, str], *, masked: bool) -> str:
    """Who called whom, why it ended so, the ladder and the figures, as plain text."""
    from partnertui.sip.ladder import ladder_text
    from partnertui.sip.ladder.figures import facts, stream_words
    from partnertui.sip.saving import masked as hide
    from partnertui.sip.trace.statistics import statistics_of
    from partnertui.sip.verdict.judge import judge

    shown, names = (hide(trace), {}) if masked else (trace, names)
    figures = [f"{label:<20} {value}" for label, value, _ in facts(statistics_of(shown))]
    streams = [f"{'RTP':<20} {stream_words(stream)}" for stream in shown.streams]
    return "\n".join([ladder_text(shown, names, width=WIDTH, judgement=judge(shown)), *figures, *streams])
