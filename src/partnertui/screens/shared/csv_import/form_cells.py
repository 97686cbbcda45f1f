"""Reads the cells of a CSV line as fields of a form, with the form's own checks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from partnertui.domain.csv_files.headings import CsvColumn
from partnertui.domain.errors import DomainError
from partnertui.kit.declare.form import Field, MutableValues, Option, Values
from partnertui.kit.views.form.choice_options import options_of
from partnertui.kit.views.form.field_values import read_all
from partnertui.kit.views.form.text_editors import parsed

CUSTOMER = CsvColumn("customer", "Customer", ("customer id", "company", "kunde", "kundennummer", "firma"))
Options = Mapping[str, Sequence[Option]]


def columns_of(
    fields: Sequence[Field], also: Mapping[str, tuple[str, ...]], required: Collection[str]
) -> list[CsvColumn]:
    """The columns for fields; `also` are further headings by field name."""
    return [CsvColumn(entry.name, entry.heading, also.get(entry.name, ()), entry.name in required) for entry in fields]


@dataclass(frozen=True)
class Cell:
    """A cell as a field of a form; an empty one has the value that the form begins with."""

    entry: Field
    typed: str
    options: Sequence[Option]

    def read(self, values: Values) -> object:
        """The value. Raises InvalidValue or DomainError."""
        if not self.typed:
            return values.get(self.entry.name)
        if not self.options or self.entry.kind.suggestions(""):
            return parsed(self.entry, self.typed, values)
        wanted = self.typed.casefold()
        for option in self.options:
            if wanted in {
                option.label.casefold(),
                str(option.value).casefold(),
                option.detail.casefold() or wanted + "-",
            }:
                return option.value
        names = ", ".join([*(option.label for option in self.options[:8]), *(["…"] if self.options[8:] else [])])
        raise DomainError(f"“{self.typed}” isn't one of the choices.", f"Use one of {names}.")


def read_cells(fields: Sequence[Field], cells: Mapping[str, str], start: Values, options: Options) -> MutableValues:
    """The values of a form filled in with cells; `start` are those it begins with.

    Raises DomainError with the first field that isn't valid.
    """
    base = {entry.name: entry.default for entry in fields} | dict(start)
    rows = [
        Cell(entry, cells.get(entry.name, ""), options.get(entry.name) or options_of(entry) or ()) for entry in fields
    ]
    values, errors = read_all(rows, base)
    for name, text in errors.items():
        raise DomainError(text, field=name)
    return values
