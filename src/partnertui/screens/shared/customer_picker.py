"""Picks a customer by typing any part of name, ID, e-mail or phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from partnertui.kit.declare.context import Scope
from partnertui.kit.shell.services import Services
from partnertui.kit.widgets.picker import Item, Picker

if TYPE_CHECKING:
    from sqlalchemy import Connection


def pick_customer(services: Services, then: Callable[[Scope], None], typed: str = "") -> None:
    """Asks for a customer; two that fit are both shown, it never guesses."""
    from partnertui.db.rows.lookup import customers_like

    def search(text: str, show: Callable[[list[Item]], None]) -> None:
        def work(connection: Connection) -> list[Item]:
            return [
                Item(Scope(row.id, row.company), row.company, f"{row.id}  {row.status}  {row.email or ''}")
                for row in customers_like(connection, re.sub(r"\s+", " ", text).strip(), operator=services.operator)
            ]

        services.jobs.query(
            picker, "search", lambda: services.database, work, show, lambda trouble: services.notify(str(trouble), "bad")
        )

    picker = Picker(services, "Customer", search=search, hint="name, ID, e-mail or phone")
    services.show_dialog(picker, then)
