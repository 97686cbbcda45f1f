"""Ticket statistics: one row per day, agent, customer or verdict, with tickets opened, answered and solved."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, MetaData, Table, Text, select

from partnertui.db.rows.filter_criteria import Equals
from partnertui.db.rows.in_memory_rows import Snapshot
from partnertui.db.rows.type_aliases import Query
from partnertui.db.tickets.figures import DAYS, GROUPINGS, ticket_figures
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.declare.kinds import Count, Identifier, Seconds
from partnertui.kit.declare.page import Column as Shown
from partnertui.kit.declare.page import Page, Tab
from partnertui.screens.ticket_figures.plot import ACTIONS

NUMBERS = ("id", "opened", "answered", "solved", "late", "first_answer", "solution")
ROWS = Table(
    "ticket_figures",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    *(Column(name, BigInteger) for name in NUMBERS[1:]),
    Column("grouping", Text),
    Column("name", Text),
)


def figures() -> Query:
    """The columns of the list."""
    return select(ROWS)


def source(context: ActionContext) -> Snapshot:
    """The figures that the operator may see, as they are now."""
    operator = context.operator
    return Snapshot(
        ROWS, lambda connection: [] if operator is None else ticket_figures(connection, operator, utc_now())
    )


PAGE = Page(
    rows=figures,
    columns=(
        Shown(
            "name",
            width=24,
            group="Statistics",
            priority=1,
            about="By verdict: that of the newest trace attached to the ticket, else the SIP response of its call.",
        ),
        Shown("opened", Count(), width=7, priority=1),
        Shown("answered", Count(), title="Replies", width=8, priority=1),
        Shown("solved", Count(), width=7, priority=1),
        Shown("late", Count(), width=5, about="First responses and resolutions past their due time."),
        Shown(
            "first_answer",
            Seconds(),
            title="First response",
            width=15,
            about="Median time from when the ticket was opened.",
        ),
        Shown(
            "solution", Seconds(), title="Resolution", width=11, about="Median time from when the ticket was opened."
        ),
        Shown("id", Identifier(), shown=False),
    ),
    search=("name",),
    sort="-name",
    tabs=tuple(Tab(f"By {name}", (Equals("grouping", name),)) for name in GROUPINGS),
    actions=ACTIONS,
    title=lambda row: row["name"],
    scope="",
    owner="",
    source=source,
    empty=f"No tickets in the last {DAYS} days.",
)
