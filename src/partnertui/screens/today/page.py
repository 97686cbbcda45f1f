"""Today: one row per ticket, promise, card, trial, port or credit that is due, overdue or at risk today."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import BigInteger, Column, MetaData, Table, Text, select

from partnertui.db.due_today import due_today
from partnertui.db.models.types import Utc
from partnertui.db.rows.filter_criteria import Equals
from partnertui.db.rows.in_memory_rows import Snapshot
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.capital_letter import capital
from partnertui.domain.due_kinds import DueKind
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.kinds import Choice, Identifier, Remaining
from partnertui.kit.declare.page import Column as Shown
from partnertui.kit.declare.page import Page, Tab
from partnertui.kit.declare.view_location import Location

ROLES = (("SLA", "bad"), ("promise", "accent"), ("card", "warn"), ("credit", "bad"))
ROWS = Table(
    "today",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    *(Column(name, Text) for name in ("kind", "what", "customer", "screen")),
    *(Column(name, BigInteger) for name in ("customer_id", "partner_id", "record")),
    Column("due_at", Utc),
)


def rows() -> Query:
    """The columns of the list."""
    return select(ROWS)


def source(context: ActionContext) -> Snapshot:
    """What is due until midnight, local time, as far as the operator may see it."""
    operator, now = context.operator, utc_now()
    midnight = (now.astimezone() + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return Snapshot(
        ROWS, lambda connection: [] if operator is None else due_today(connection, operator, utc_now(), midnight)
    )


def open_row(context: ActionContext) -> None:
    """Opens the ticket, customer, card or order that the line is about."""
    row = context.row or {}
    context.services.open(Location(row["screen"], row["record"]))


PAGE = Page(
    rows=rows,
    columns=(
        Shown("kind", Choice(DueKind, ROLES), title="Type", width=8, group="Today", priority=1),
        Shown("due_at", Remaining(warn_below=3600, past="overdue"), title="Due in", width=14, priority=1),
        Shown("what", width=36, priority=1),
        Shown("customer", width=20, link="customers", priority=1),
        Shown("id", Identifier(), shown=False),
    ),
    search=("what", "customer"),
    sort="id",
    tabs=(Tab("All"), *(Tab(capital(kind), (Equals("kind", kind),)) for kind in DueKind)),
    actions=(Action("today.open", "Open", open_row, ("enter",), "open", rows="one", group="Row"),),
    title=lambda row: row["what"],
    source=source,
    refresh=60,
    empty="Nothing is due today.",
)
