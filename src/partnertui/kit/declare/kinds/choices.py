"""Kinds of values from a known set: Choice, one of an enum, and Flag, yes or no."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from partnertui.db.rows.filter_criteria import Criterion, Equals, Missing, OneOf
from partnertui.kit.declare.kinds.base import EMPTY_ROW, InvalidValue, Kind

if TYPE_CHECKING:
    from datetime import datetime
    from enum import StrEnum

    from partnertui.db.rows.type_aliases import Row

Roles = tuple[tuple[str, str], ...]


def one_word(text: str) -> str:
    """A choice as it is typed: lower case, underscores for blanks and dashes."""
    return text.strip().lower().replace(" ", "_").replace("-", "_")


@dataclass(frozen=True)
class Choice(Kind[str]):
    """One of an enumeration's words; roles pair a word with its colour role."""

    of: type[StrEnum]
    roles: Roles = ()
    names: Roles = ()
    """Pairs of value and label, where they differ."""
    spaced: ClassVar[bool] = True
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Words that a filter understands as several values: what an agent calls failed is rejected or congested, too."""
    left_out: str = ""
    """What those words don't mean, in words."""

    def text(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """The value with blanks for underscores, or its declared label."""
        if value is None:
            return ""
        word = str(value)
        return dict(self.names).get(word, word.replace("_", " "))

    def role(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """The declared colour role of the value."""
        return dict(self.roles).get(str(value), "")

    def input_text(self, value: str | None) -> str:
        """The value as one word."""
        return "" if value is None else one_word(str(value))

    def parse(self, typed: str) -> StrEnum:
        """The member that was typed, ignoring case, blanks and dashes. Raises InvalidValue naming the closest one."""
        wanted = one_word(typed)
        members = {one_word(str(member)): member for member in self.of}
        if wanted in members:
            return members[wanted]
        words = list(members)
        near = difflib.get_close_matches(wanted, words, 1, 0.5)
        hint = f"; did you mean “{near[0]}”?" if near else f": use one of {', '.join(words)}"
        raise InvalidValue(f"“{typed}” isn't one of the values{hint}")

    def suggestions(self, prefix: str) -> tuple[str, ...]:
        """The values and groups that begin with what was typed."""
        words = dict.fromkeys((*(one_word(str(member)) for member in self.of), *dict(self.groups)))
        return tuple(word for word in words if word.startswith(one_word(prefix)))

    def remark(self, typed: str) -> str:
        """Which values a group finds, and how to find the one of its name alone."""
        groups = dict(self.groups)
        names = [name for part in typed.split(",") if (name := one_word(part)) in groups]
        said = [f"{name} finds {', '.join(self.text(value) for value in groups[name])}" for name in names]
        if not said:
            return ""
        return "; ".join((*said, *([self.left_out] if self.left_out else ())))

    def criterion(self, field: str, op: str, typed: str, now: datetime) -> Criterion:
        """`status:active`, `status:active,trial`, `status:-`; `=` takes no group. Raises InvalidValue."""
        if op not in {":", "="}:
            raise InvalidValue(f"these values can't be compared: use : instead of {op}")
        if typed == "-":
            return Missing(field)
        groups = dict(self.groups) if op == ":" and not typed.startswith("=") else {}
        values: dict[StrEnum, None] = {}
        for part in typed.removeprefix("=").split(","):
            if part.strip():
                values |= dict.fromkeys(map(self.parse, groups.get(one_word(part), (part,))))
        if not values:
            raise InvalidValue("a value is missing")
        found = tuple(values)
        return Equals(field, found[0]) if len(found) == 1 else OneOf(field, found)


@dataclass(frozen=True)
class Flag(Kind[bool]):
    """Yes or no."""

    yes: str = "yes"
    no: str = "no"
    yes_role: str = ""
    width: ClassVar[int] = 4

    def text(self, value: bool | None, row: Row = EMPTY_ROW) -> str:
        """The label for yes or no; "" if unknown."""
        return "" if value is None else (self.yes if value else self.no)

    def role(self, value: bool | None, row: Row = EMPTY_ROW) -> str:
        """The role for yes; no is muted."""
        return self.yes_role if value else "muted"

    def export_value(self, value: bool | None, row: Row = EMPTY_ROW) -> bool | None:
        """True or false."""
        return None if value is None else bool(value)

    def parse(self, typed: str) -> bool:
        """Reads yes and no in the usual spellings; raises InvalidValue."""
        word = typed.strip().lower()
        if word in {"yes", "y", "true", "1", "on", self.yes.lower()}:
            return True
        if word in {"no", "n", "false", "0", "off", "", self.no.lower()}:
            return False
        raise InvalidValue(f"“{typed}” isn't valid: use yes or no")

    def suggestions(self, prefix: str) -> tuple[str, ...]:
        """The words for yes and no."""
        return tuple(word for word in (self.yes, self.no) if word.lower().startswith(prefix.lower()))

    def criterion(self, field: str, op: str, typed: str, now: datetime) -> Criterion:
        """`enabled:yes`; raises InvalidValue."""
        if op not in {":", "="}:
            raise InvalidValue(f"these values can't be compared: use :{self.yes} or :{self.no}")
        return Missing(field) if typed == "-" else Equals(field, self.parse(typed.removeprefix("=")))
