"""The error boundary: turns an exception in a screen into a message and a log entry, and goes back."""

from __future__ import annotations

import logging
import time
from typing import Any

log = logging.getLogger(__name__)
LOOP_ERRORS, LOOP_SECONDS = 20, 10.0
"""More errors than this in so many seconds are a loop, which ends the program."""


class ErrorBoundary:
    """Mixed into the app: errors that would end the program are logged and shown."""

    services: Any
    _failures: tuple[float, ...] = ()
    """When the last unexpected errors came."""

    def _handle_exception(self, error: Exception) -> None:
        """Takes an exception that nobody else took. The program goes on; a broken start does not loop."""
        log.error("unexpected error", exc_info=error)
        now = time.monotonic()
        self._failures = (*(since for since in self._failures if now - since < LOOP_SECONDS), now)
        # Before the first frame nothing can be shown or left, so Textual ends the program with the error.
        if len(self._failures) > LOOP_ERRORS or not getattr(self, "_painted_once", False):
            super()._handle_exception(error)  # type: ignore[misc]
            return
        words = (
            f"Something went wrong ({type(error).__name__}): {{key:app.back}} goes back; the log file has the details."
        )
        self.services.notify(words, "bad")

    def _fatal_error(self) -> None:
        """Textual prints tracebacks here; ours is in the log file only."""
        self._close_messages_no_wait()  # type: ignore[attr-defined]
