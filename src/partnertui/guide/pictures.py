"""Takes the guide's pictures from a small demo database at a fixed time, so that they are reproducible."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from partnertui.app import PartnerApp
from partnertui.config import Folders, Settings
from partnertui.config.settings import Archive, DatabaseSettings
from partnertui.db.archive.write_months import archive_months
from partnertui.db.database import open_database
from partnertui.demo import build
from partnertui.kit import clock
from partnertui.kit.declare.view_location import Location
from partnertui.kit.saved_state import SavedState
from partnertui.kit.terminal.svg_screenshot_cleanup import clean
from partnertui.screenshot import settle

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
SIZE = (116, 30)
CUSTOMERS, CDRS, SEED = 40, 4_000, 7
RECORDS = frozenset(
    {
        "customers",
        "cdr",
        "support",
        "sip-locations",
        "ivrs",
        "ring-groups",
        "routing-rules",
        "statements",
        "transactions",
        "payments",
        "pending-ddi",
        "customer-phones",
    }
)
"""Screens of which a record is shown as well."""
TRACES = {"trace": ("home", "t"), "trace-why": ("V",)}
"""Pictures of a call's trace, and the keys that lead from one to the next."""


@contextmanager
def stopped_clock() -> Iterator[None]:
    """The time and the time zone of the pictures."""
    zone = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    clock.stop_at(NOW)
    try:
        yield
    finally:
        clock.stop_at(None)
        os.environ.pop("TZ") if zone is None else os.environ.update(TZ=zone)
        time.tzset()


async def take_all() -> dict[str, str]:
    """SVG by file name: every screen, and a record of some."""
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as place, stopped_clock():
        folders = Folders.inside(Path(place))
        folders.make()
        url = f"sqlite:///{place}/guide.db"
        build(url, customers=CUSTOMERS, cdrs=CDRS, seed=SEED, now=NOW)
        archive = folders.data / "archive"
        with closing(open_database(url)) as database:
            for _ in archive_months(database, archive, NOW):
                pass
        settings = Settings(DatabaseSettings(url), archive=Archive(str(archive)), theme="dark", operator="ann")
        app = PartnerApp(settings, folders, "customers")
        app.services.saved_state = SavedState(None)
        async with app.run_test(size=SIZE) as pilot:
            await settle(app)
            for screen in app.services.catalog.screens:
                app.services.open(Location(screen))
                await settle(app)
                found[f"{screen}.svg"] = clean(app.export_screenshot())
                if screen in RECORDS:
                    await pilot.press("enter")
                    await settle(app)
                    found[f"{screen}-record.svg"] = clean(app.export_screenshot())
            app.services.open(Location("cdr"))
            await settle(app)
            for name, keys in TRACES.items():
                await pilot.press(*keys)
                await settle(app)
                found[f"{name}.svg"] = clean(app.export_screenshot())
    return found
