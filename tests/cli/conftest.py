"""What every test of a command needs."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither the log nor the environment of the tests is left changed."""
    root = logging.getLogger()
    handlers, level, hooks = list(root.handlers), root.level, (sys.excepthook, logging.lastResort)
    for name in [name for name in os.environ if name.startswith(("PARTNERTUI_", "TEXTUAL_"))]:
        monkeypatch.delenv(name)
    yield
    for handler in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    sys.excepthook, logging.lastResort = hooks
