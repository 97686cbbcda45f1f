"""Waits until targets may be probed, or refuses: the rate limit is counted in db/probe_rate_limit.py."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from partnertui.db.errors import DatabaseError
from partnertui.db.probe_rate_limit import begin
from partnertui.domain.errors import DomainError
from partnertui.kit.declare.actions import Services
from partnertui.kit.jobs import in_thread

KIND = "options"
TRIES = 5


async def wait_for_rate_limit(services: Services, targets: Sequence[str], kind: str = KIND) -> None:
    """Wait briefly until the targets may be probed. Raises DomainError if the operator has to wait longer."""
    operator = services.operator
    if operator is None:
        raise DomainError("No one is logged in yet.", advice="Try again in a moment.")
    number = operator.id

    def count() -> float:
        try:
            return begin(services.database, number, kind, targets)
        except DatabaseError as error:
            raise DomainError(
                f"The rate limit couldn't be checked, so nothing was sent: {error}", advice=error.advice
            ) from error

    # Asked again after the wait: somebody else's test may have taken the place by then.
    for _ in range(TRIES):
        seconds = await in_thread(count)
        if not seconds:
            return
        await asyncio.sleep(seconds)
    raise DomainError("Too many tests at once.", advice="Try again in a moment.")
