"""Attaches a trace to a ticket: ladder and verdict as an internal note, with numbers and addresses masked or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from partnertui.kit.declare.context import ActionContext
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.screens.shared.attach_to_ticket import attach_to_ticket

if TYPE_CHECKING:
    from partnertui.calls.model import Trace

WIDTH = 74
"""Characters of a line: a ticket shows so many at 80 columns, and wraps what is longer."""


def ask_attach(context: ActionContext, trace: Trace, names: Mapping[str, str], customer_id: int | None) -> None:
    """Asks how, then for the ticket; those of the customer stand first."""
    items = (
        Item("whole", "As it is", "for colleagues: numbers and addresses can be read", key="a"),
        Item("masked", "Masked", "numbers, names and addresses are replaced", key="m"),
    )

    def attach(how: str) -> None:
        words = told(trace, names, masked=how == "masked")
        attach_to_ticket(replace(context, row={"customer_id": customer_id}), words, "the trace")

    context.services.show_dialog(Picker(context.services, "Attach the trace to a ticket", items, keys=True), attach)


def told(trace: Trace, names: Mapping[str, str], *, masked: bool) -> str:
    """Who called whom, why it ended so, the ladder and the figures, as plain text."""
    from partnertui.calls.diagnosis.diagnose import diagnose
    from partnertui.calls.statistics import statistics_of
    from partnertui.captures.saving import masked as hide
    from partnertui.ladder import ladder_text
    from partnertui.ladder.statistics_text import facts, stream_label

    shown, names = (hide(trace), {}) if masked else (trace, names)
    figures = [f"{label:<20} {value}" for label, value, _ in facts(statistics_of(shown))]
    streams = [f"{'RTP':<20} {stream_label(stream)}" for stream in shown.streams]
    return "\n".join([ladder_text(shown, names, width=WIDTH, judgement=diagnose(shown)), *figures, *streams])
