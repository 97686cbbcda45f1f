"""The base class of all errors that users see."""

from __future__ import annotations


class UserError(Exception):
    """An error with a message for the user, advice on what to do, and the form field or setting it is about.

    Every error shown on screen or in the shell derives from this class; none contains a traceback or a secret.
    """

    def __init__(
        self, message: str, advice: str = "", *, field: str | None = None, details: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.message, self.advice, self.field = message, advice, field
        self.details = details
        """What the message sums up, one line each; a form shows them in a dialog of their own."""
