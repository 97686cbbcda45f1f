"""Reads all fields of a form, and says for each what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from partnertui.domain.errors import DomainError
from partnertui.kit.declare.form import Values
from partnertui.kit.declare.kinds import InvalidValue
from partnertui.kit.views.form.lines import MISSING, wrong
from partnertui.kit.views.form.row import FieldRow


class Known(dict[str, Any]):
    """Values of which those not read yet are None, so that what follows from them can be asked at any time."""

    def __missing__(self, key: str) -> None:
        return None


def lenient(rows: Iterable[FieldRow], base: Values) -> dict[str, Any]:
    """What stands in the fields now, as far as it can be read; for what follows from it while one types."""
    values = Known(base)
    for row in rows:
        try:
            values[row.entry.name] = row.read(values)
        except (InvalidValue, DomainError):
            values[row.entry.name] = None
    return values


def strict(rows: Iterable[FieldRow], base: Values) -> tuple[dict[str, Any], dict[str, str]]:
    """All values, and the sentences of the fields that cannot be saved so, by name."""
    rows = list(rows)
    values, errors = lenient(rows, base), {}
    for row in rows:
        entry = row.entry
        if not entry.visible(values):
            values[entry.name] = base.get(entry.name, entry.default)
            continue
        try:
            value = values[entry.name] = row.read(values)
            if entry.needed(values) and value in (None, "", {}, ()):
                raise MISSING
        except (InvalidValue, DomainError) as error:
            errors[entry.name] = wrong(error)
    errors.update(_checked(rows, values, errors))
    return dict(values), errors


def _checked(rows: list[FieldRow], values: Values, errors: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for row in rows:
        entry = row.entry
        if entry.check is None or entry.name in errors or not entry.visible(values):
            continue
        value = values[entry.name]
        if value is not None and (words := entry.check(value, values)):
            found[entry.name] = words
    return found
