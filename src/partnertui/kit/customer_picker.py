"""Picks a customer by typing any part of name, ID, e-mail or phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from partnertui.kit.context import Scope
from partnertui.kit.desk import Desk
from partnertui.kit.picker import Item, Picker

if TYPE_CHECKING:
    from sqlalchemy import Connection


def pick_customer(desk: Desk, then: Callable[[Scope], None], typed: str = "") -> None:
    """Asks for a customer; two that fit are both shown, it never guesses."""
    from partnertui.db.lookup import customers_like

    def search(text: str, show: Callable[[list[Item]], None]) -> None:
        def work(connection: Connection) -> list[Item]:
            return [
                Item(Scope(row.id, row.company), row.company, f"{row.id}  {row.status}  {row.email or ''}")
                for row in customers_like(connection, re.sub(r"\s+", " ", text).strip(), operator=desk.operator)
            ]

        desk.jobs.query(
            picker, "search", lambda: desk.database, work, show, lambda trouble: desk.say(str(trouble), "bad")
        )

    picker = Picker(desk, "Customer", search=search, hint="name, ID, e-mail or phone")
    desk.ask(picker, then)
