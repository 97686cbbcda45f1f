"""Ends a program at its n-th transaction, as a kill would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from partnertui.db.database import Database


class Killed(BaseException):
    """What no code catches."""


@contextmanager
def killed_after(limit: int) -> Iterator[None]:
    """The first `limit` transactions are committed; the next one never begins, and must have been tried."""
    real, steps = Database.write, 0

    def write(self: Database, work: Any, **more: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps > limit:
            raise Killed
        return real(self, work, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "write", write)
        with pytest.raises(Killed):
            yield
