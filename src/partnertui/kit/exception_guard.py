"""Keeps the program running after an exception in a handler, where Textual would end that widget's message loop."""

from __future__ import annotations

from collections.abc import Callable


class ReportedErrors:
    """Inside, an exception is handed on and the code behind goes on."""

    def __init__(self, report: Callable[[Exception], None]) -> None:
        self.report = report

    def __enter__(self) -> None:
        """No-op."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Exception):
            return False
        self.report(error)
        return True
