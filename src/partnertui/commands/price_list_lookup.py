"""Finds the price list that a command names, by ID, name, or name and currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from partnertui.db.models import PriceList
from partnertui.domain.errors import DomainError

if TYPE_CHECKING:
    from partnertui.db.database import Database


def find_price_list(database: Database, typed: str) -> int:
    """The ID of a price list by ID, name, or name and currency. Raises DomainError if there isn't exactly one."""
    query = select(PriceList.id, PriceList.name, PriceList.currency).order_by(PriceList.id)
    rows = database.read(lambda connection: list(connection.execute(query)))
    wanted = typed.strip().casefold()
    names = [(row, {str(row.id), row.name.casefold(), f"{row.name} {row.currency}".casefold()}) for row in rows]
    found = [row for row, known in names if wanted in known]
    if len(found) == 1:
        return int(found[0].id)
    several = ", ".join(f"{row.id} ({row.name} {row.currency})" for row in found or rows[:10])
    text = f"Several price lists are named “{typed}”." if found else f"There is no price list “{typed}”."
    raise DomainError(text, f"Use an ID: {several}." if several else "There are no price lists yet.")
