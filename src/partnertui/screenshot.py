"""Renders any screen without a terminal, as SVG or text, for docs, bug reports and tests."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from textual._wait import wait_for_idle

from partnertui.app import PartnerApp
from partnertui.db.customer_lookup import customer_country, customer_name
from partnertui.domain.errors import DomainError
from partnertui.kit.declare.view_location import Scope
from partnertui.kit.saved_state import SavedState
from partnertui.kit.terminal.safe_text import block
from partnertui.kit.terminal.svg_screenshot_cleanup import clean

if TYPE_CHECKING:
    from partnertui.config import Folders, Settings

TIMEOUT = 20.0
"""Seconds to wait for a screen's rows."""


def read_size(text: str) -> tuple[int, int]:
    """Columns and rows of a size such as 140x40; raises DomainError if it isn't one."""
    columns, _, rows = text.lower().partition("x")
    if not (columns.isdigit() and rows.isdigit()) or not (20 <= int(columns) <= 500 and 5 <= int(rows) <= 200):
        raise DomainError(f"“{text}” isn't a valid size.", advice="Use the format 140x40: columns, x, rows.")
    return int(columns), int(rows)


async def settle(app: PartnerApp) -> None:
    """Waits until no query is running and the screen is painted."""
    end = time.monotonic() + TIMEOUT
    idle = 0
    while idle < 3 and time.monotonic() < end:
        await asyncio.sleep(0.012)
        await wait_for_idle(0)
        idle = 0 if app.services.jobs.working else idle + 1


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
    """The picture of a screen as SVG or plain text, after some keys; raises DomainError for an unknown screen.

    `keys` are Textual's key names with spaces between: `slash a c m e enter`.
    """
    if settings.theme == "auto":
        settings = replace(settings, theme="dark")
    app = PartnerApp(settings, folders, screen)
    app.services.saved_state = SavedState(None)  # independent of the agent's saved state
    if screen not in app.services.catalog.screens:
        known = ", ".join(app.services.catalog.screens)
        raise DomainError(f"There is no screen “{screen}”.", advice=f"Available screens: {known}.")
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
    """Sets the customer scope; raises DomainError if there is no such customer."""
    operator = app.services.operator
    name = app.services.database.read(lambda connection: customer_name(connection, customer, operator))
    if name is None or operator is None:
        raise DomainError(f"There is no customer {customer}.", advice="partnertui shot customers lists them.")
    country = app.services.database.read(lambda connection: customer_country(connection, customer))
    app.services.set_scope(Scope(customer, name, country))
    await settle(app)


def as_text(app: PartnerApp) -> str:
    """The screen as lines of text."""
    height = app.size.height
    lines = app.screen._compositor.render_strips()
    return "\n".join(block(strip.text).rstrip() for strip in lines[:height]) + "\n"


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
