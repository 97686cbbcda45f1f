"""Runs SIP tests of many phones at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from partnertui.config import SipTest as Settings
from partnertui.probes.allowed_addresses import Network
from partnertui.probes.sip_options.sip_test import ProbePlan, SipProbe, run

# 200 phones at once hold the interface's loop up for 7 ms at most (docs/benchmarks.md).
YIELD_EVERY = 8


MAX_CONCURRENT = 200
"""Phones tested at the same time; each takes one socket."""


async def run_all(
    probes: Sequence[SipProbe],
    plan: ProbePlan,
    settings: Settings,
    changed: Callable[[], None],
    ended: Callable[[int], None] = lambda count: None,
    allow: Iterable[Network] = (),
) -> None:
    """Test many phones concurrently, MAX_CONCURRENT at most; calls `ended` with the number finished."""
    gate, over, allowed = asyncio.Semaphore(MAX_CONCURRENT), 0, tuple(allow)

    async def one(probe: SipProbe) -> None:
        nonlocal over
        async with gate:
            await run(probe, plan, settings, changed, allowed)
        over += 1
        ended(over)

    async with asyncio.TaskGroup() as group:
        for number, probe in enumerate(probes, 1):
            group.create_task(one(probe))
            if number % YIELD_EVERY == 0:  # let other tasks of the event loop run
                await asyncio.sleep(0)
