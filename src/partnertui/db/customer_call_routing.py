"""Reads a customer's call routing."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, select

from partnertui.db.models import Conference, Ddi, Ivr, IvrEntry, RingGroup, RingGroupMember, RoutingRule, Sound, User
from partnertui.db.models.base import Base, table_of
from partnertui.db.rows.type_aliases import Query, ResultRow
from partnertui.domain.customer_and_user_enums import UserState
from partnertui.domain.pbx_enums import DdiState
from partnertui.domain.routing.customer_pbx import Goal, Group, Menu, Person, Plan, Rule
from partnertui.domain.safe_text import one_line


def read_plan(connection: Connection, customer_id: int) -> Plan:
    """The customer's rules, groups, menus, users and numbers; a few hundred rows."""
    users = _users(connection, customer_id)
    return Plan(
        _rules(connection, customer_id),
        _groups(connection, customer_id, users),
        _menus(connection, customer_id),
        users,
        *_numbers(connection, customer_id),
        _names(connection, Conference, customer_id),
        _names(connection, Sound, customer_id),
    )


def _goal(row: ResultRow) -> Goal:
    return Goal(row.target_type, row.target_id, row.target or "")


def _rows_of(model: type[Base], customer_id: int) -> Query:
    table = table_of(model)
    return select(table).where(table.c.customer_id == customer_id)


def _users(connection: Connection, customer_id: int) -> dict[int, Person]:
    query = select(User.id, User.name, User.extension, User.state).where(
        User.customer_id == customer_id, User.removed_at.is_(None)
    )
    return {
        row.id: Person(row.id, row.name, row.extension or "", row.state == UserState.ACTIVE)
        for row in connection.execute(query)
    }


def _rules(connection: Connection, customer_id: int) -> tuple[Rule, ...]:
    rows = connection.execute(_rows_of(RoutingRule, customer_id).order_by(RoutingRule.priority, RoutingRule.id))
    return tuple(
        Rule(
            row.id,
            row.name,
            row.direction,
            row.priority,
            _goal(row),
            row.time_condition,
            row.time_zone,
            row.caller_pattern,
            row.number_pattern,
            row.enabled,
        )
        for row in rows
    )


def _groups(connection: Connection, customer_id: int, users: dict[int, Person]) -> dict[int, Group]:
    members: dict[int, list[Person]] = defaultdict(list)
    query = _rows_of(RingGroupMember, customer_id).order_by(RingGroupMember.ring_group_id, RingGroupMember.position)
    for row in connection.execute(query):
        if row.user_id in users:
            members[row.ring_group_id].append(users[row.user_id])
    return {
        row.id: Group(row.id, row.name, row.strategy, row.ring_time, tuple(members[row.id]), _goal(row), row.enabled)
        for row in connection.execute(_rows_of(RingGroup, customer_id))
    }


def _menus(connection: Connection, customer_id: int) -> dict[int, Menu]:
    entries: dict[int, list[tuple[str, Goal]]] = defaultdict(list)
    for row in connection.execute(_rows_of(IvrEntry, customer_id).order_by(IvrEntry.ivr_id, IvrEntry.digit)):
        entries[row.ivr_id].append((one_line(row.digit, 12), _goal(row)))
    return {
        row.id: Menu(row.id, row.name, row.timeout, row.retries, tuple(entries[row.id]), row.enabled)
        for row in connection.execute(_rows_of(Ivr, customer_id))
    }


def _numbers(connection: Connection, customer_id: int) -> tuple[dict[str, Goal], dict[str, str]]:
    query = select(Ddi.number, Ddi.route_type, Ddi.target_id, Ddi.target, Ddi.state)
    rows = connection.execute(query.where(Ddi.customer_id == customer_id)).all()
    routes = {row.number: Goal(row.route_type, row.target_id, row.target or "") for row in rows}
    return routes, {row.number: row.state.value for row in rows if row.state != DdiState.ACTIVE}


def _names(connection: Connection, model: type[Base], customer_id: int) -> dict[int, str]:
    return {row.id: row.name for row in connection.execute(_rows_of(model, customer_id))}
