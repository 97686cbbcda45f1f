"""Rows in order of their customer's or user's name: walk the names, and read the rows of each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, func, not_, select, true

from partnertui.db.models.cdr_indexes import SHARDS, index_name
from partnertui.db.rows.cdr.merging import merge
from partnertui.db.rows.cdr.ranges import Part
from partnertui.db.rows.cdr.request import CDRS, C, Question, hidden, in_slots
from partnertui.db.rows.listing import order_value
from partnertui.db.rows.types import Expression, Query

AT_ONCE = 60
"""Names looked up at once."""


def page_ids(question: Question, name: Expression) -> list[int]:
    """The IDs of the page; those without a name come last."""
    key, found = question.key, []
    if question.backward:
        if key is None or key[0] is None:
            found = _nameless(question, name, question.limit)
        return found + _named(question, name, question.limit - len(found))
    if key is None or key[0] is not None:
        found = _named(question, name, question.limit)
    return found + _nameless(question, name, question.limit - len(found))


def _named(question: Question, name: Expression, limit: int) -> list[int]:
    """Rows of the names behind the key: first the rest of its own name."""
    found: list[int] = []
    key, execute = question.key, question.connection.execute
    last = None if key is None or key[0] is None else order_value(name, key[0])
    if last is not None and key is not None and limit > 0:
        beyond = C.id < key[1] if question.down else C.id > key[1]
        parents = execute(select(_parent(name)).where(func.lower(name) == last)).scalars().all()
        found += execute(_rows(question, name, list(parents), limit).where(beyond)).scalars()
    while len(found) < limit:
        names = execute(_next_names(question, name, last)).all()
        for folded, parents in _grouped(names):
            last = folded
            found += execute(_rows(question, name, parents, limit - len(found))).scalars()
            if len(found) >= limit:
                break
        if len(names) < AT_ONCE:
            break
    return found


def _grouped(names: Any) -> list[tuple[str, list[int]]]:
    groups: dict[str, list[int]] = {}
    for folded, parent in names:
        groups.setdefault(folded, []).append(parent)
    return list(groups.items())


def _parent(name: Expression) -> ColumnElement[int]:
    return name.table.c.id  # type: ignore[no-any-return]


def _child(name: Expression) -> Expression:
    return C.customer_id if name.table.name == "customers" else C.user_id


def _next_names(question: Question, name: Expression, last: str | None) -> Query:
    """Names behind the last one of which there is a row, all parents of a name together."""
    folded = func.lower(name)
    has_rows = _hinted(select(C.id).where(_child(name) == _parent(name), in_slots(question), hidden(question)), name)
    wanted = true() if last is None else folded < last if question.down else folded > last
    firsts = select(folded.label("folded")).where(name.is_not(None), wanted, exists(has_rows.correlate(name.table)))
    if question.customers is not None and name.table.name == "customers":
        firsts = firsts.where(_parent(name).in_(question.customers))
    order = folded.desc() if question.down else folded.asc()
    some = firsts.distinct().order_by(order).limit(AT_ONCE).subquery("some")
    return select(folded, _parent(name)).where(folded.in_(select(some.c.folded))).order_by(order, _parent(name))


def _hinted(statement: Query, name: Expression) -> Query:
    return statement.with_hint(CDRS, f"INDEXED BY {index_name(_child(name).name, 'slot')}", "sqlite")


def _rows(question: Question, name: Expression, parents: list[int], limit: int) -> Query:
    """IDs of the parents' rows, in order."""
    slots = in_slots(question)
    if _child(name) is C.customer_id and len(parents) == 1:
        own = [slot for slot in question.slots if slot % SHARDS == parents[0] % SHARDS]
        slots = C.slot == own[0] if len(own) == 1 else C.slot.in_(own)
    statement = select(C.id).where(_child(name).in_(parents) if len(parents) > 1 else _child(name) == parents[0], slots)
    order = C.id.desc() if question.down else C.id.asc()
    return _hinted(statement.where(hidden(question)).order_by(order).limit(limit), name)


def _nameless(question: Question, name: Expression, limit: int) -> list[int]:
    """Rows without a parent, or whose parent is gone."""
    key = question.key
    beyond = [] if key is None or key[0] is not None else [C.id < key[1] if question.down else C.id > key[1]]
    if limit <= 0:
        return []
    found = merge(
        question,
        Part((_child(name).is_(None), *beyond), None, index_name(_child(name).name, "slot"), _child(name)),
        limit,
    )
    gone = _gone(question, name)
    if not gone:
        return found
    orphans = _rows(question, name, gone, limit).where(*beyond)
    both = {*found, *question.connection.execute(orphans).scalars()}
    return sorted(both, reverse=question.down)[:limit]


def _gone(question: Question, name: Expression) -> list[int]:
    """IDs that calls name and that no customer or user has, found by skipping from one ID to the next in the index."""
    child = _child(name)
    first = select(func.min(child).label("child")).cte("children", recursive=True)
    following = select(func.min(child)).where(child > first.c.child).correlate(first).scalar_subquery()
    children = first.union_all(select(following).where(first.c.child.is_not(None)))
    known = exists(select(_parent(name)).where(_parent(name) == children.c.child))
    gone = select(children.c.child).where(children.c.child.is_not(None), not_(known))
    return list(question.connection.execute(gone).scalars())
