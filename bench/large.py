"""The program on a large database, as an agent feels it: rows on screen, keys answered meanwhile, memory.

usage: python bench/large.py URL [--sorts customer,duration] [--filters code,"a day"]
(URL of a database with many CDRs, such as that of: partnertui demo --cdrs 10000000; by default all columns are sorted
and all filters are tried)

The whole program runs without a terminal (as `partnertui shot` does). For each step: milliseconds from the key to
the painted rows, and the longest time that the event loop did not answer meanwhile. Median of five rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from partnertui.app import PartnerApp
from partnertui.config import Folders, Settings
from partnertui.config.settings import DatabaseSettings
from partnertui.kit.declare.view_location import Location
from partnertui.kit.views.lists.list_view import ListView
from partnertui.screenshot import settle
from table_print import median, show

ROUNDS = 5
SORTS = ("disposition", "source_number", "destination_number", "duration", "customer", "user", "charge", "mos", "codec")
FILTERS = {
    "customer": 'customer:"blue heron"',
    "number prefix": "to:+4420",
    "5 digits inside a number": "to:79460",
    "a day": "start:yesterday",
    "code": "sip:486",
    "result and charge": "result:answered charge>0.50",
}


@dataclass
class Watch:
    """Notes when rows were painted, and the longest pause of the event loop."""

    painted: asyncio.Event = field(default_factory=asyncio.Event)
    pause: float = 0.0
    times: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    async def tick(self) -> None:
        """Sleeps a little, again and again, and sees how late it wakes."""
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(0.002)
            self.pause = max(self.pause, time.perf_counter() - begun - 0.002)

    async def step(self, name: str, act: Callable[[], object]) -> None:
        """One step: from the act until rows are painted."""
        self.painted.clear()
        self.pause, begun = 0.0, time.perf_counter()
        act()
        await asyncio.wait_for(self.painted.wait(), 30)
        self.times.setdefault(name, []).append((time.perf_counter() - begun, self.pause))


def memory() -> float:
    """Resident MB of this process."""
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else float("nan")


async def measure(
    app: PartnerApp,
    watch: Watch,
    wait: Callable[[], Awaitable[None]],
    sorts: Sequence[str],
    filters: Sequence[str],
) -> None:
    """All steps, some rounds."""
    services = app.services
    for _ in range(ROUNDS):
        services.open(Location("customers"))
        await wait()
        await watch.step("open CDR", lambda: services.open(Location("cdr")))
        await wait()
        view: ListView = services.view_stack.view
        for name, go in (("End", view.feed.end), ("Home", view.feed.home)):
            await watch.step(name, go)
            await wait()
        for column in sorts:
            for down in (False, True):
                view.state.sort, view.state.descending = column, down
                await watch.step(f"sort by {column}", view.restart)
                await wait()
        view.state.sort, view.state.descending = "started_at", True
        for name in filters:
            await watch.step(f"filter: {name}", partial(view.bar.replace, FILTERS[name]))
            await wait()
            await watch.step("clear the filter", partial(view.bar.replace, ""))
            await wait()


async def run(url: str, sorts: Sequence[str], filters: Sequence[str]) -> None:
    """Runs the program and prints the table."""
    watch = Watch()
    painted = ListView._painted

    def told(self: ListView, how: str) -> None:
        painted(self, how)
        self.call_after_refresh(watch.painted.set)

    ListView._painted = told  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory() as place:
        folders = Folders.inside(Path(place))
        folders.make()
        settings = Settings(database=DatabaseSettings(url=url), theme="dark", development=True)  # as the tables' owner
        app = PartnerApp(settings, folders, "customers")
        async with app.run_test(size=(140, 40)):
            await settle(app)
            ticking = asyncio.create_task(watch.tick())
            await measure(app, watch, lambda: settle(app), sorts, filters)
            ticking.cancel()
            used = memory()
    rows = [
        (
            name,
            f"{median([took for took, _ in found]) * 1000:.0f}",
            f"{max(took for took, _ in found) * 1000:.0f}",
            f"{max(pause for _, pause in found) * 1000:.0f}",
        )
        for name, found in watch.times.items()
    ]
    rows.append(("memory of the whole process, MB", f"{used:.0f}", "", ""))
    show(f"Large: {url.split(':')[0]}", ("step", "rows painted, ms", "worst", "loop paused at most, ms"), rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--sorts", type=lambda text: text.split(","), default=SORTS, metavar="COLUMN,…")
    parser.add_argument("--filters", type=lambda text: text.split(","), default=tuple(FILTERS), metavar="NAME,…")
    arguments = parser.parse_args()
    asyncio.run(run(arguments.url, arguments.sorts, arguments.filters))
