"""The error boundary ends the program for a loop of errors, not for their number in a long day."""

from __future__ import annotations

import time

import pytest

from partnertui.kit.shell.error_boundary import LOOP_ERRORS, LOOP_SECONDS, ErrorBoundary


class Base:
    ended = 0

    def _handle_exception(self, error: Exception) -> None:
        self.ended += 1


class Notes:
    def __init__(self) -> None:
        self.said: list[str] = []

    def notify(self, text: str, role: str) -> None:
        self.said.append(text)


class Program(ErrorBoundary, Base):
    _painted_once = True

    def __init__(self) -> None:
        self.services = Notes()


def test_errors_of_a_long_day_never_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    program, clock = Program(), iter(range(0, 100_000, int(LOOP_SECONDS) // 5))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    for _ in range(10 * LOOP_ERRORS):
        program._handle_exception(ValueError())
    assert program.ended == 0
    assert len(program.services.said) == 10 * LOOP_ERRORS


def test_a_loop_of_errors_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program()
    monkeypatch.setattr(time, "monotonic", lambda: 5.0)
    for _ in range(LOOP_ERRORS + 1):
        program._handle_exception(ValueError())
    assert program.ended == 1
