"""What is wrong with the settings, in a sentence."""

from __future__ import annotations


class ConfigError(Exception):
    """A setting cannot be used: where it stands, what is wrong, and what to do."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice
