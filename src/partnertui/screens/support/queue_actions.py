"""What can be done with several tickets at once."""

from __future__ import annotations

from partnertui.kit.declare.actions import Action

QUEUE_ACTIONS: tuple[Action, ...] = ()
