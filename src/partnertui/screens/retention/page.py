"""Retention: one row per kind of record, with how many days it is kept, and how the last run went."""

from __future__ import annotations

from partnertui.db.models import RetentionRule
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.privacy.retention import FACTS, RetentionKind
from partnertui.kit.declare.kinds import Age, Choice, Count, Identifier, Integer, Row
from partnertui.kit.declare.page import Column, Fact, Page
from partnertui.screens.retention.actions import ACTIONS, title


def retention_rules() -> Query:
    """Each kind with its period and its last run."""
    return list_query(
        RetentionRule,
        RetentionRule.kind,
        RetentionRule.keep_days,
        RetentionRule.last_run_at,
        RetentionRule.last_removed,
        RetentionRule.last_problem,
    )


def what(row: Row) -> str:
    """What goes, and since when its age counts."""
    found = FACTS[RetentionKind(row["kind"])].what
    return found if row["keep_days"] is not None else f"{found} (kept indefinitely)"


def fewest(row: Row) -> str:
    """The fewest days that may be set, with the law."""
    facts = FACTS[RetentionKind(row["kind"])]
    return f"{facts.fewest} days{f' ({facts.law})' if facts.law else ''}" if facts.fewest > 1 else ""


PAGE = Page(
    rows=retention_rules,
    columns=(
        Column("kind", Choice(RetentionKind), title="Type", width=28, group="Retention"),
        Column("keep_days", Integer("days"), title="Kept for", width=11),
        Column("last_run_at", Age(), title="Last run", width=9),
        Column("last_removed", Count(), title="Removed", width=10),
        Column("last_problem", title="Problem", width=40, priority=1),
        Column("id", Identifier(), shown=False),
    ),
    sort="id",
    facts=(Fact("What is deleted", what), Fact("Minimum", fewest)),
    title=title,
    actions=ACTIONS,
    table="retention_rules",
    scope="",
    owner="",
)
