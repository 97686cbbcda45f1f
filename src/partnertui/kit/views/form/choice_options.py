"""The options of a field, from its declaration or its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.declare.form import Field, Option
from partnertui.kit.declare.kinds import Choice, Country

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


def options_of(entry: Field) -> tuple[Option, ...] | None:
    """The options of a field that chooses; None for one that is typed. Empty until they are loaded."""
    if entry.choices is not None:
        return tuple(entry.choices)
    if waits_for_choices(entry):
        return ()
    if isinstance(entry.kind, Choice):
        return tuple(Option(member, entry.kind.text(member)) for member in entry.kind.of)
    return None


def waits_for_choices(entry: Field) -> bool:
    """True where its choices come from the database, or out of a module that is slow to import."""
    return entry.choices is None and (entry.load_choices is not None or isinstance(entry.kind, Country))


def load_options(entry: Field, connection: Connection) -> list[Option]:
    """The choices of a field that waits for them; runs in a job."""
    if entry.load_choices is not None:
        return list(entry.load_choices(connection))
    from partnertui.domain.countries import countries

    names = sorted(countries().items(), key=lambda pair: pair[1])
    return [Option(code, name, code) for code, name in names]


def find_typed(options: Sequence[Option], typed: str, after: int = -1) -> int | None:
    """The index of the option that begins with what was typed: by code, then label, then a word of the label.

    after: the place to look behind, round and round, when one letter is typed again and again.
    """
    wanted = typed.casefold()
    places = [(after + 1 + step) % len(options) for step in range(len(options))]
    fits = (
        lambda option: option.detail.casefold() == wanted,
        lambda option: option.label.casefold().startswith(wanted),
        lambda option: f" {wanted}" in option.label.casefold(),
    )
    for fit in fits:
        for place in places:
            if fit(options[place]):
                return place
    return None
