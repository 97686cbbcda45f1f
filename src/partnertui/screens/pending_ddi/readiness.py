"""*Check readiness*: per number, red or green: is its target registered, has it a price, is its address verified."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from partnertui.db import ddi_readiness
from partnertui.db.kamailio.kamailio_database import open_kamailio
from partnertui.db.pending_ddis import numbers_of
from partnertui.domain.pending_ddis import ENDED
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.declare.kinds import Number
from partnertui.kit.declare.styled_line import Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from partnertui.db.ddi_readiness import Check, Readiness

ROLES = {"red": "bad", "green": "good", "not known": "warn"}


def check_readiness(context: ActionContext) -> None:
    """Shows for each number of the order under the cursor whether it is ready."""
    services, row = context.services, context.row or {}

    def work(connection: Connection) -> list[Readiness]:
        open_parts = [part for part in numbers_of(connection, row["id"]) if part["state"] not in ENDED]
        with closing(open_kamailio(services.settings)) as kamailio:
            return ddi_readiness.check_readiness(connection, open_parts, kamailio, utc_now())

    def show(found: list[Readiness]) -> None:
        if not found:
            services.notify("This order has no numbers left to activate.", "warn")
            return
        title = f"Readiness of {one_line(row['order_number'])}: {_summary(found)}"
        services.show_dialog(LinesDialog(services, title, lambda width: list(_lines(found, width))))

    services.read(context.view, "readiness", work, show, opens=True)


def _summary(found: list[Readiness]) -> str:
    counts = {verdict: sum(one.verdict == verdict for one in found) for verdict in ROLES}
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)


def _lines(found: list[Readiness], width: int) -> Iterator[Line]:
    for one in found:
        shown = Number().text(one.number)
        yield Line(((f"{shown:<17}", "value"), (one.verdict, ROLES[one.verdict])), copy=f"{shown}: {one.verdict}")
        for check in one.checks:
            sign, role = _sign(check)
            first, *rest = wrapped(one_line(check.text, 500), width - 5, "muted" if check.ok else role)
            yield Line(((f"   {sign} ", role), *first.pieces))
            yield from (Line((("     ", ""), *line.pieces)) for line in rest)


def _sign(check: Check) -> tuple[str, str]:
    return ("+", "good") if check.ok else ("?", "warn") if check.ok is None else ("!", "bad")
