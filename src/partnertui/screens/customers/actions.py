"""What can be done with customers."""

from __future__ import annotations

from partnertui.kit.actions import Action

ACTIONS: tuple[Action, ...] = ()
