"""*Registration time line*: when a phone was registered, refreshed, lost and back again."""

from partnertui.screens.shared.registration_timeline.action import CAPTURED_TIMELINE, TIMELINE

__all__ = ["CAPTURED_TIMELINE", "TIMELINE"]
