"""A capture that somebody sent: opened, its calls listed, each of them with its ladder."""

from partnertui.screens.shared.capture_file.actions import CALL_ACTIONS, OPEN

__all__ = ["CALL_ACTIONS", "OPEN"]
