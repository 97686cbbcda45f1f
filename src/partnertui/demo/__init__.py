"""Demo data of a plausible VoIP provider, generated from a seed, without real numbers or addresses."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnertui.demo.progress import Progress


def build(
    url: str,
    *,
    customers: int = 200,
    cdrs: int = 100_000,
    seed: int = 1,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> None:
    """Fills the empty database at `url`; the same seed and `now` give the same rows.

    Upgrades the schema first. Raises DomainError for numbers out of range or a database that isn't empty, DatabaseError
    for a database that can't be used.
    """
    from partnertui.demo.build_order import Plan, build_all  # here: it imports all models

    build_all(url, Plan.checked(customers, cdrs, seed, now), progress or (lambda what, done, total: None))
