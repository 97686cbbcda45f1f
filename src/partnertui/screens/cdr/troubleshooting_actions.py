"""CDR actions for finding out why a call failed, besides its trace: *What changed just before it broke*."""

from __future__ import annotations

from partnertui.kit.declare.actions import Action, signed_in
from partnertui.kit.declare.lazy import lazy

WHAT_CHANGED = Action(
    "cdr.what-changed",
    "What changed just before it broke",
    lazy("partnertui.screens.shared.what_changed:show_before_call"),
    rows="one",
    refuse=signed_in,
    group="Call",
    about="first failure, history, registrations, tests, prices and incidents on one timeline",
)
