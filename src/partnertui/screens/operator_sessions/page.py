"""Operator sessions: one row per run of this program, with operator, host, version, last key press and end."""

from __future__ import annotations

from datetime import timedelta

from partnertui.db.models import OperatorAccount, OperatorSession
from partnertui.db.rows.filter_criteria import Equals, Not
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.duration_text import span_words
from partnertui.domain.operators import Role
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Age, Choice, Identifier, Row, Time
from partnertui.kit.declare.page import Column, Fact, Page, Tab
from partnertui.kit.shell.session_watch import REPORT_SECONDS
from partnertui.screens.operator_sessions.actions import ACTIONS

LOST = timedelta(seconds=4 * REPORT_SECONDS)
"""Time without a report after which a program was killed or is cut off."""


def sessions() -> Query:
    """Sessions with their operators."""
    columns = (
        OperatorSession.operator_id,
        OperatorSession.started_at,
        OperatorSession.seen_at,
        OperatorSession.last_key_at,
        OperatorSession.origin,
        OperatorSession.program_version,
        OperatorSession.ended_at,
        OperatorSession.signed_out_by,
        OperatorAccount.name.label("operator"),
        OperatorAccount.login,
        OperatorAccount.role,
    )
    return list_query(OperatorSession, *columns).join(
        OperatorAccount, OperatorAccount.id == OperatorSession.operator_id
    )


def state(row: Row) -> str:
    """Whether it runs, in words."""
    if row["ended_at"] is not None:
        return f"logged out by {row['signed_out_by']}" if row["signed_out_by"] else "ended"
    lost = utc_now() - row["seen_at"] > LOST
    if lost:
        return f"no heartbeat for {span_words(LOST)}: the program was killed or can't reach the database"
    return "running"


PAGE = Page(
    rows=sessions,
    columns=(
        Column("operator", width=20, link="operators", priority=1, group="Session"),
        Column("login", width=10),
        Column("role", Choice(Role, (("admin", "warn"), ("partner", "info"))), width=12, priority=3),
        Column("origin", title="From", width=26, priority=1),
        Column("last_key_at", Age(), title="Last input", width=10, priority=1),
        Column("started_at", Time(seconds=False), title="Started", width=16),
        Column("program_version", title="Version", width=9),
        Column("seen_at", Age(), title="Last heartbeat", width=14, priority=3),
        Column("ended_at", Time(seconds=False), title="Ended", width=16, priority=3),
        Column("signed_out_by", title="Logged out by", width=18, priority=3),
        Column("id", Identifier(), shown=False),
    ),
    find=("operator", "login"),
    search=("operator", "login", "origin"),
    sort="-last_key_at",
    tabs=(Tab("Now", (Equals("ended_at", None),)), Tab("Ended", (Not(Equals("ended_at", None)),))),
    facts=(Fact("State", state, "Session"),),
    title=lambda row: f"{row['operator']} {row['origin']}",
    actions=ACTIONS,
    table="",
    scope="",
    owner="",
    refresh=5,
    empty="No one is logged in.",
    row_role=lambda row: "" if state(row) == "running" else "muted",
)
