"""Ticket actions for finding the cause: what changed, similar tickets, repeat the test, evidence bundle."""

from __future__ import annotations

from partnertui.kit.declare.actions import Action, signed_in
from partnertui.kit.declare.lazy import lazy

SOLVING_ACTIONS = (
    Action(
        "support.what-changed",
        "What changed just before it broke",
        lazy("partnertui.screens.shared.what_changed:show_before_ticket"),
        ("ctrl+w",),
        rows="one",
        refuse=signed_in,
        group="Solve",
        about="first failure, history, registrations, tests, prices and incidents on one timeline",
    ),
    Action(
        "support.similar",
        "What helped last time",
        lazy("partnertui.screens.support.similar_tickets:show_similar"),
        ("ctrl+e",),
        rows="one",
        refuse=signed_in,
        group="Solve",
        about="solved tickets with the same verdict, phone and carrier: replies and actions to insert",
        leads_to=("In “What helped last time”", "partnertui.screens.support.similar_tickets:SIMILAR_ACTIONS"),
    ),
    Action(
        "support.prove",
        "Prove it's solved",
        lazy("partnertui.screens.support.repeat_test:prove"),
        ("ctrl+t",),
        rows="one",
        refuse=signed_in,
        group="Solve",
        about="repeats the attached test, attaches a later call of the number, or tests the phone: before and after",
    ),
    Action(
        "support.bundle",
        "Evidence bundle",
        lazy("partnertui.screens.support.bundle_dialog:ask_bundle"),
        rows="one",
        refuse=signed_in,
        group="Solve",
        about="the whole ticket in one encrypted file: conversation, traces, tests, calls and details",
    ),
)
