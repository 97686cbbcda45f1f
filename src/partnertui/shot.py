"""Renders any screen without a terminal: for docs, bug reports and tests."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError
from partnertui.kit.saved_state import SavedState
from partnertui.kit.terminal.pictures import clean

if TYPE_CHECKING:
    from partnertui.app import PartnerApp
    from partnertui.config import Folders, Settings

PATIENCE = 20.0
"""Seconds that a screen may take to have its rows."""


def read_size(text: str) -> tuple[int, int]:
    """Columns and rows of a size like 140x40; raises DomainError."""
    columns, _, rows = text.lower().partition("x")
    if not (columns.isdigit() and rows.isdigit()) or not (20 <= int(columns) <= 500 and 5 <= int(rows) <= 200):
        raise DomainError(f"“{text}” is not a size", advice="Write it as 140x40: columns, x, rows.")
    return int(columns), int(rows)


async def settle(app: PartnerApp) -> None:
    """Waits until no query runs and the screen is painted."""
    from textual._wait import wait_for_idle

    end = time.monotonic() + PATIENCE
    calm = 0
    while calm < 3 and time.monotonic() < end:
        await asyncio.sleep(0.012)
        await wait_for_idle(0)
        calm = 0 if app.services.jobs.working else calm + 1


async def take(
    settings: Settings,
    folders: Folders,
    screen: str,
    *,
    size: tuple[int, int] = (140, 40),
    keys: str = "",
    customer: int | None = None,
    format: str = "svg",
) -> str:
    """The picture of a screen after some keys, as SVG or plain text; raises DomainError for an unknown screen.

    keys: names as Textual has them, blanks between: `slash a c m e enter`.
    """
    from partnertui.app import PartnerApp

    if settings.theme == "auto":
        settings = replace(settings, theme="dark")
    app = PartnerApp(settings, folders, screen)
    app.services.saved_state = SavedState(None)  # a picture neither shows what the agent last looked at nor changes it
    if screen not in app.services.catalog.screens:
        known = ", ".join(app.services.catalog.screens)
        raise DomainError(f"There is no screen “{screen}”.", advice=f"Screens are: {known}.")
    async with app.run_test(size=size) as pilot:
        await settle(app)
        if customer is not None:
            await narrow(app, customer)
        for key in keys.split():
            await pilot.press(key)
            await settle(app)
        await settle(app)
        return clean(app.export_screenshot()) if format == "svg" else as_text(app)


async def narrow(app: PartnerApp, customer: int) -> None:
    """Sets the customer scope; raises DomainError where there is no such customer."""
    from partnertui.db.rows.lookup import customer_name
    from partnertui.kit.declare.context import Scope

    name = app.services.database.read(lambda connection: customer_name(connection, customer))
    if name is None:
        raise DomainError(f"There is no customer {customer}.", advice="partnertui shot customers lists them.")
    app.services.set_scope(Scope(customer, name))
    await settle(app)


def as_text(app: PartnerApp) -> str:
    """The screen as lines of text."""
    height = app.size.height
    lines = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in lines[:height]) + "\n"


def main(
    settings: Settings,
    folders: Folders,
    *,
    screen: str,
    size: str = "140x40",
    keys: str = "",
    customer: int | None = None,
    format: str = "svg",
) -> str:
    """Renders one picture; raises DomainError."""
    return asyncio.run(
        take(settings, folders, screen, size=read_size(size), keys=keys, customer=customer, format=format)
    )
