"""Draws a voice menu as a tree of its options and submenus."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from partnertui.domain.pbx_enums import TargetType
from partnertui.domain.routing.customer_pbx import Goal, Plan
from partnertui.domain.routing.explain import MOST
from partnertui.kit.declare.kinds import Row
from partnertui.kit.declare.styled_line import Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.table.painter import fit
from partnertui.screens.shared.routing_steps import location_of

DIGITS = {"t": "timeout", "i": "invalid"}
DEEPEST = 6
ROOM = 24
"""Cells a branch needs; menus below a narrower one aren't drawn."""


def tree(row: Row, width: int) -> list[Line]:
    """The menu of a row as lines; Enter goes to an option's target."""
    root = Goal(TargetType.IVR, row["id"], row["name"])
    branches = _branches(row["plan"], root, "", width, (root.id,))
    lines = list(islice(branches, MOST))
    return lines if next(branches, None) is None else [*lines, Line((("… too many levels to show", "warn"),))]


def _branches(plan: Plan, goal: Goal, indent: str, width: int, above: tuple[int | None, ...]) -> Iterator[Line]:
    menu = plan.menus.get(goal.id) if goal.id is not None else None
    if menu is None or not menu.entries:
        yield Line(((f"{indent}└─ no menu options", "bad"),))
        return
    in_order = sorted(menu.entries, key=lambda entry: (entry[0] in DIGITS, entry[0]))
    for place, (digit, to) in enumerate(in_order):
        last = place == len(in_order) - 1
        nested = to.kind == TargetType.IVR and to.id in plan.menus
        seen = nested and to.id in above
        deep = nested and not seen and (len(above) > DEEPEST or width - len(indent) < ROOM)
        more = "  (see above)" if seen else "  (continues)" if deep else ""
        yield _branch(plan, f"{indent}{'└' if last else '├'}─ ", digit, to, width, more)
        if nested and not seen and not deep:
            yield from _branches(plan, to, indent + ("   " if last else "│  "), width, (*above, to.id))


def _branch(plan: Plan, stem: str, digit: str, to: Goal, width: int, more: str) -> Line:
    label = f"{DIGITS.get(digit, one_line(digit, 12))} → "
    room = max(0, width - len(stem) - len(label) - len(more))
    words = fit(one_line(plan.name(to), 500), room, "left", "…").rstrip()
    role = "bad" if plan.broken(to) or to.kind == TargetType.NONE else "link" if location_of(to) else "value"
    pieces = ((stem, "muted"), (label, "accent"), (words, role), (more, "muted"))
    return Line(pieces, location_of(to), f"{label}{one_line(plan.name(to), 500)}")
