"""The one error that people see: a sentence, what to do about it, and the field it is about."""

from __future__ import annotations


class UserError(Exception):
    """Something could not be done, in words for the person who asked; never holds a traceback or a secret.

    Every error that reaches the screen or the shell derives from this class. `field` names the form field or
    setting that has to change, if there is one.
    """

    def __init__(self, message: str, advice: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.message, self.advice, self.field = message, advice, field
