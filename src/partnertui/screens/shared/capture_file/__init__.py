"""Opens a capture somebody sent and lists its calls, each with its ladder."""

from partnertui.screens.shared.capture_file.actions import CALL_ACTIONS, OPEN

__all__ = ["CALL_ACTIONS", "OPEN"]
