"""The error boundary: a mistake in a screen becomes a sentence, a line in the log file, and the way back."""

from __future__ import annotations

import logging
from typing import Any

log = logging.getLogger(__name__)


class ErrorBoundary:
    """Mixed into the app: what Textual would end the program for is logged and said."""

    services: Any
    _failures: int = 0

    def _handle_exception(self, error: Exception) -> None:
        """Takes an exception that nobody else took. The program goes on; a broken start does not loop."""
        log.error("unexpected error", exc_info=error)
        self._failures += 1
        if self._failures > 20 or not getattr(self, "_painted_once", False):
            super()._handle_exception(error)  # type: ignore[misc]
            return
        words = (
            f"Something went wrong ({type(error).__name__}): {{key:app.back}} goes back; the log file has the details."
        )
        self.services.notify(words, "bad")

    def _fatal_error(self) -> None:
        """Textual prints tracebacks here; ours is in the log file only."""
        self._close_messages_no_wait()  # type: ignore[attr-defined]
