"""Demo data: a believable VoIP provider made from a seed, with nobody's real number or address in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

Progress = Callable[[str, int, int], None]
"""Called with what is being made, how much of it is done and how much there is."""


def build(
    url: str,
    *,
    customers: int = 200,
    cdrs: int = 100_000,
    seed: int = 1,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> None:
    """Fills the empty database at `url`: the same seed and `now` give the same rows.

    Brings the schema up to date first. Raises DomainError for numbers out of range and for a database that already
    has customers, and DatabaseError for a database that cannot be used.
    """
    from partnertui.demo.building import Plan, build_all

    build_all(url, Plan.checked(customers, cdrs, seed, now), progress or (lambda what, done, total: None))
