"""The current time, from one function, so that screenshots can be taken at a fixed time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_source: list[Callable[[], datetime]] = [lambda: datetime.now(UTC)]


def utc_now() -> datetime:
    """The time now, in UTC."""
    return _source[-1]()


def local_minute() -> str:
    """Hours and minutes of local time, for the header."""
    return utc_now().astimezone().strftime("%H:%M")


def stop_at(moment: datetime | None) -> None:
    """Stops the clock at a moment, or lets it go on: for pictures and tests."""
    del _source[1:]
    if moment is not None:
        _source.append(lambda: moment)
