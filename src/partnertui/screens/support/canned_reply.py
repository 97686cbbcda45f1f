"""Starts a reply with a canned response."""

from __future__ import annotations

from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.declare.lazy import lazy
from partnertui.screens.support.composer import REPLY
from partnertui.screens.support.composer_opening import write_to


def reply_with_canned(context: ActionContext) -> None:
    """Writes a reply that begins with a canned response."""
    write_to(context, REPLY, lazy("partnertui.screens.support.canned_picker:pick_canned"))
