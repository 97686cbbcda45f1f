"""One registry of what can be done: keys, footer, context menu, palette, help and docs/keys.md come from it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from partnertui.kit.declare.context import ActionContext


def allowed(context: ActionContext) -> str:
    """The refusal of an action that is always possible: none."""
    return ""


@dataclass(frozen=True)
class Action:
    """Something that can be done, declared once.

    `run` gets where the agent is (screen, row under the cursor, marked rows). `refuse` answers with a
    sentence why it cannot be done now, or with nothing.
    """

    id: str
    """`area.verb`, unique: the key map of the settings names it."""
    title: str
    run: Callable[[ActionContext], Any]
    keys: tuple[str, ...] = ()
    hint: str = ""
    """Short word for the footer; empty keeps it out of the footer."""
    rows: str = ""
    """`one` needs a row, `many` runs on all marked rows or the one under the cursor."""
    refuse: Callable[[ActionContext], str] = allowed
    roles: frozenset[str] = frozenset()
    """Roles that may; empty for all."""
    group: str = "Do"
    """Heading in help and context menu."""
    about: str = ""
    palette: bool = True
    menu: bool = False
    """Offered in the context menu of a row even where it needs no row."""
    settled: bool = False
    """What `refuse` says holds as long as the view is open: refused, there is no hint in the footer."""
    leads_to: tuple[str, str] | None = None
    """For a view that is neither list nor record: what it is called, and `module:NAME` of the actions that it has."""

    warm: Callable[[], None] | None = None
    """Imports what it needs, in a thread, while the agent reads the list: so the first time is as fast as others."""

    def refusal(self, context: ActionContext) -> str:
        """Why it cannot be done now, in a sentence; empty if it can."""
        if self.roles and context.operator is not None and context.operator.role not in self.roles:
            return f"{self.title} is for {' and '.join(sorted(self.roles))} only"
        if self.rows and not context.rows:
            return "there is no row here to do that with"
        if self.rows == "one" and len(context.rows) > 1:
            return f"{self.title} works on one row: unmark the others with Esc"
        return self.refuse(context)


def views_of(actions: Iterable[Action]) -> dict[str, tuple[Action, ...]]:
    """The actions of the views that these actions lead to, by what those are called; imports them."""
    found: dict[str, tuple[Action, ...]] = {}
    for name, where in filter(None, (action.leads_to for action in actions)):
        module, _, variable = where.partition(":")
        found[name] = getattr(importlib.import_module(module), variable)
    return found


@dataclass
class KeyMap:
    """Keys of actions by context, the agent's own keys over the declared ones."""

    own: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def keys(self, action: Action) -> tuple[str, ...]:
        """The keys that run an action now."""
        return self.own.get(action.id, action.keys)

    def find(self, key: str, actions: Iterable[Action]) -> Action | None:
        """The first action that a key runs; nearer contexts come first."""
        return next((action for action in actions if key in self.keys(action)), None)

    def pairs(self, actions: Iterable[Action]) -> Iterator[tuple[Action, tuple[str, ...]]]:
        """Actions with their keys."""
        return ((action, self.keys(action)) for action in actions)


SPOKEN = {
    "slash": "/",
    "full_stop": ".",
    "colon": ":",
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "minus": "-",
    "plus": "+",
    "equals_sign": "=",
    "exclamation_mark": "!",
    "at": "@",
    "asterisk": "*",
    "underscore": "_",
    "comma": ",",
    "semicolon": ";",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
    "tab": "Tab",
    "delete": "Del",
    "insert": "Ins",
    "backspace": "Backspace",
}


def key_words(key: str) -> str:
    """A key as an agent reads it: `ctrl+p` is Ctrl+P, `slash` is /, `upper_h` is H."""
    *mods, last = key.split("+")
    if last.startswith("upper_"):
        last = last[-1].upper()
    name = SPOKEN.get(last, last.upper() if mods or (last.startswith("f") and last[1:].isdigit()) else last)
    if mods and len(last) == 1:
        name = last.upper()
    return "+".join([*(mod.capitalize() for mod in mods), name])
