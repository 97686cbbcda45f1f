"""Which keys run which action: the operator's own keys over the declared ones."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

KEY_NAMES = {
    "slash": "/",
    "full_stop": ".",
    "colon": ":",
    "question_mark": "?",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "exclamation_mark": "!",
    "ampersand": "&",
    "quotation_mark": '"',
    "number_sign": "#",
    "minus": "-",
    "plus": "+",
    "dollar_sign": "$",
    "percent_sign": "%",
    "equals_sign": "=",
    "at": "@",
    "asterisk": "*",
    "underscore": "_",
    "comma": ",",
    "apostrophe": "'",
    "semicolon": ";",
    "tilde": "~",
    "vertical_line": "|",
    "backslash": "\\",
    "grave_accent": "`",
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
"""What is printed on the key: Textual's own `key_display` names arrows and punctuation differently."""


class HasKeys(Protocol):
    """What the key map needs of an action."""

    @property
    def id(self) -> str:
        """The name that settings use."""

    @property
    def title(self) -> str:
        """What it is called on screen."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The default keys."""


A = TypeVar("A", bound=HasKeys)
KEY_IN_TEXT = re.compile(r"\{key:([a-z0-9.-]+)\}")
"""A key in a sentence, by its action: "{key:list.search} changes the filter"."""
DECLARED_KEYS: dict[str, tuple[str, ...]] = {}
"""Default keys of every action declared so far, by ID."""


@dataclass
class KeyMap:
    """Keys of actions; `own` holds the operator's keys by action ID."""

    own: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def keys(self, action: HasKeys) -> tuple[str, ...]:
        """The keys that run an action now."""
        return self.own.get(action.id, action.keys)

    def find(self, key: str, actions: Iterable[A]) -> A | None:
        """The first action that a key runs; list the nearest context first."""
        return next((action for action in actions if key in self.keys(action)), None)

    def pairs(self, actions: Iterable[A]) -> Iterator[tuple[A, tuple[str, ...]]]:
        """Actions with their keys."""
        return ((action, self.keys(action)) for action in actions)

    def label(self, action_id: str) -> str:
        """The first key of an action as it is printed on a keyboard; its verb if it has no key."""
        keys = self.own.get(action_id) or DECLARED_KEYS.get(action_id) or ()
        return key_label(keys[0]) if keys else action_id.partition(".")[2]

    def fill(self, text: str) -> str:
        """The text with `{key:action.id}` replaced by the keys of today."""
        return KEY_IN_TEXT.sub(lambda match: self.label(match[1]), text)


def key_label(key: str) -> str:
    """A key as it is printed on a keyboard: `ctrl+p` is Ctrl+P, `slash` is /, `upper_h` is H."""
    *modifiers, last = key.split("+")
    if last.startswith("upper_"):
        last = last[-1].upper()
    is_function_key = last.startswith("f") and last[1:].isdigit()
    name = KEY_NAMES.get(last, last.upper() if is_function_key or (modifiers and len(last) == 1) else last)
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])
