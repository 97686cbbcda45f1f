"""A voice menu as a tree: digits, what they lead to, and the menus below."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from partnertui.domain.routing.plan import Goal, Plan
from partnertui.domain.telephony import TargetType
from partnertui.flows.routes import MOST, spot_of
from partnertui.kit.kinds import Row
from partnertui.kit.records.lines import Line
from partnertui.kit.safe_text import one_line
from partnertui.kit.table.paint import fit

DIGITS = {"t": "no digit", "i": "wrong digit"}
DEEPEST = 6


def tree(row: Row, width: int) -> list[Line]:
    """The menu of a row as lines; Enter on one goes to what it leads to."""
    root = Goal(TargetType.IVR, row["id"], row["name"])
    return list(islice(_branches(row["plan"], root, "", width, (root.id,)), MOST))


def _branches(plan: Plan, goal: Goal, indent: str, width: int, above: tuple[int | None, ...]) -> Iterator[Line]:
    menu = plan.menus.get(goal.id) if goal.id is not None else None
    if menu is None or not menu.entries:
        yield Line(((f"{indent}└─ no digit leads anywhere", "bad"),))
        return
    for place, (digit, to) in enumerate(menu.entries):
        last = place == len(menu.entries) - 1
        nested = to.kind == TargetType.IVR and to.id in plan.menus
        seen = nested and to.id in above
        yield _branch(plan, f"{indent}{'└' if last else '├'}─ ", digit, to, width, "  (see above)" if seen else "")
        if nested and not seen and len(above) <= DEEPEST:
            yield from _branches(plan, to, indent + ("   " if last else "│  "), width, (*above, to.id))


def _branch(plan: Plan, stem: str, digit: str, to: Goal, width: int, more: str) -> Line:
    label = f"{DIGITS.get(digit, digit)} "
    room = max(0, width - len(stem) - len(label) - len(more))
    words = fit(one_line(plan.name(to), 500), room, "left", "…").rstrip()
    role = "bad" if plan.broken(to) or to.kind == TargetType.NONE else "link" if spot_of(to) else "value"
    pieces = ((stem, "muted"), (label, "accent"), (words, role), (more, "muted"))
    return Line(pieces, spot_of(to), f"{label}{plan.name(to)}")
