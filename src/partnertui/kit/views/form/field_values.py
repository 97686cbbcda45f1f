"""Reads the values of all fields of a form, with a sentence for each field that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from partnertui.errors import UserError
from partnertui.kit.declare.form import MutableValues, Values
from partnertui.kit.declare.kinds import InvalidValue
from partnertui.kit.views.form.text_editors import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from partnertui.kit.declare.form import Field

MISSING = InvalidValue("Required")


class Fillable(Protocol):
    """A field that is filled in: in a dialog, or by a cell of a file."""

    @property
    def entry(self) -> Field:
        """The field."""

    def read(self, values: Values) -> object:
        """Its value, with the other values in sight. Raises InvalidValue, DomainError."""


class PartialValues(MutableValues):
    """Values of which those not read yet are None, so that what depends on them can be worked out at any time."""

    def __missing__(self, key: str) -> None:
        return None


def read_leniently(rows: Iterable[Fillable], base: Values) -> MutableValues:
    """The current values, None for a field that can't be read; for what depends on them while typing."""
    values = PartialValues(base)
    for row in rows:
        try:
            values[row.entry.name] = row.read(values)
        except UserError:
            values[row.entry.name] = None
    return values


def read_all(rows: Iterable[Fillable], base: Values) -> tuple[MutableValues, dict[str, str]]:
    """All values, and by field name the sentences about those that can't be saved."""
    rows = list(rows)
    values, errors = read_leniently(rows, base), {}
    for row in rows:
        entry = row.entry
        if not entry.visible(values):
            values[entry.name] = base.get(entry.name, entry.default)
            continue
        try:
            value = values[entry.name] = row.read(values)
            if entry.needed(values) and value in (None, "", {}, ()):
                raise MISSING
        except UserError as error:
            errors[entry.name] = sentence(error)
    errors.update(_checked(rows, values, errors))
    return dict(values), errors


def _checked(rows: list[Fillable], values: Values, errors: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for row in rows:
        entry = row.entry
        if entry.check is None or entry.name in errors or not entry.visible(values):
            continue
        value = values[entry.name]
        if value is not None and (text := entry.check(value, values)):
            found[entry.name] = text
    return found
