"""Opens a capture file from outside, such as a customer's, and lists its calls, each with its ladder."""

from partnertui.screens.shared.capture_file.actions import CALL_ACTIONS, OPEN

__all__ = ["CALL_ACTIONS", "OPEN"]
