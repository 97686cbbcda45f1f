"""Makes the action that attaches a row to a ticket."""

from __future__ import annotations

from partnertui.domain.evidence import EvidenceKind
from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.lazy import lazy

ATTACH_ROW = lazy("partnertui.screens.shared.attach_row_evidence:attach_row")


def attach_action(area: str, kind: EvidenceKind) -> Action:
    """The action for the rows of a list."""
    return Action(
        f"{area}.attach",
        "Attach to a ticket",
        lambda context: ATTACH_ROW(context, kind),
        ("upper_a", "A"),
        "attach",
        rows="one",
        group="Row",
        about="as a fixed snapshot, masked or unmasked",
    )
