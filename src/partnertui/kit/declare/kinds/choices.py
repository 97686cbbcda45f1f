"""Values out of a known set."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from partnertui.db.rows.criteria import Criterion, Equals, Missing, OneOf
from partnertui.kit.declare.kinds.base import EMPTY_ROW, InvalidValue, Kind

if TYPE_CHECKING:
    from datetime import datetime
    from enum import StrEnum

    from partnertui.db.rows.types import Row

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
        """The values that begin with what was typed."""
        words = (one_word(str(member)) for member in self.of)
        return tuple(word for word in words if word.startswith(one_word(prefix)))

    def criterion(self, field: str, op: str, typed: str, now: datetime) -> Criterion:
        """`status:active`, `status:active,trial`, `status:-`; raises InvalidValue."""
        if op != ":":
            raise InvalidValue(f"“{field}” can't be compared: use {field}:{typed}")
        if typed == "-":
            return Missing(field)
        values = tuple(self.parse(part) for part in typed.split(",") if part.strip())
        if not values:
            raise InvalidValue(f"a value is missing after {field}:")
        return Equals(field, values[0]) if len(values) == 1 else OneOf(field, values)


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
        raise InvalidValue(f"“{typed}” is neither yes nor no")

    def suggestions(self, prefix: str) -> tuple[str, ...]:
        """Yes and no."""
        return tuple(word for word in ("yes", "no") if word.startswith(prefix.lower()))

    def criterion(self, field: str, op: str, typed: str, now: datetime) -> Criterion:
        """`enabled:yes`; raises InvalidValue."""
        if op != ":":
            raise InvalidValue(f"“{field}” can't be compared: use {field}:yes or {field}:no")
        return Missing(field) if typed == "-" else Equals(field, self.parse(typed))


@dataclass(frozen=True)
class Masked(Flag):
    """A secret that is set or not; never the secret itself."""

    def text(self, value: bool | None, row: Row = EMPTY_ROW) -> str:
        """Dots where it is set."""
        return "••••" if value else "none"

    def input_text(self, value: bool | None) -> str:
        """Whether it is set."""
        return "yes" if value else "no"


@dataclass(frozen=True)
class Tags(Kind[str]):
    """Words with blanks between them."""

    known: tuple[str, ...] = field(default=())
    width: ClassVar[int] = 16

    def role(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """Tags are chips."""
        return "info"

    def suggestions(self, prefix: str) -> tuple[str, ...]:
        """Known tags that begin with what is typed."""
        return tuple(tag for tag in self.known if tag.startswith(prefix))
