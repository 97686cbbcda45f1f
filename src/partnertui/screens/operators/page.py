"""Operators: one row per person who works with this program, with login, role, partner, and whether it is locked."""

from __future__ import annotations

from partnertui.db.models import OperatorAccount, Partner
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.operators import ROLE_WORDS, Role
from partnertui.kit.declare.kinds import Age, Choice, Flag, Identifier, Time
from partnertui.kit.declare.page import Column, Fact, Page
from partnertui.screens.operators.actions import ACTIONS


def operators() -> Query:
    """Operators with the partner they work for; no password, not even its hash."""
    return list_query(
        OperatorAccount,
        OperatorAccount.login,
        OperatorAccount.name,
        OperatorAccount.email,
        OperatorAccount.role,
        OperatorAccount.enabled,
        OperatorAccount.last_login_at,
        OperatorAccount.locked_until,
        OperatorAccount.created_at,
        OperatorAccount.database_role,
        Partner.name.label("partner"),
    ).outerjoin(Partner, Partner.id == OperatorAccount.partner_id)


PAGE = Page(
    rows=operators,
    columns=(
        Column("id", Identifier(), group="Operator"),
        Column("login", width=14),
        Column("name", width=22),
        Column("role", Choice(Role, (("admin", "warn"), ("partner", "info"))), width=12),
        Column("partner", width=18),
        Column("enabled", Flag(), width=9),
        Column("email", title="E-mail", width=28),
        Column("last_login_at", Age(), title="Last login", width=11, group="Account"),
        Column("locked_until", Time(seconds=False), width=16),
        Column("created_at", Time(seconds=False), title="Created", width=16),
        Column("database_role", title="Database role", width=16),
    ),
    find=("login", "name"),
    search=("login", "name", "email"),
    sort="name",
    facts=(Fact("Permissions", lambda row: ROLE_WORDS[row["role"]], "Operator"),),
    title=lambda row: f"{row['name']} ({row['login']})",
    actions=ACTIONS,
    table="operators",
    scope="",
    owner="",
    empty="No operators yet.",
    row_role=lambda row: "" if row["enabled"] else "muted",
)
