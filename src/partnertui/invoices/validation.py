"""Validates a document's PDF or XML: totals, official schema, official rules."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO

from partnertui.domain.errors import DomainError
from partnertui.domain.money import CURRENCIES, decimal_places
from partnertui.limited_process import Limits, run_limited

MOST_BYTES = 20 * 1024 * 1024
LIMITS = Limits(memory_kib=0, cpu_seconds=60, wall_seconds=90.0)
"""No limit of address space: Saxon reserves 30 GB of it and uses 200 MB."""
CHECKER = "partnertui.invoices.validation_child"
LONGEST_ANSWER = 1 << 20


@dataclass(frozen=True)
class Checked:
    """What was found wrong, a sentence each."""

    number: str
    profile: str
    cents: tuple[str, ...]
    schema: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def is_valid(self) -> bool:
        """Whether nothing was found."""
        return not (self.cents or self.schema or self.rules)


def check_file(content: bytes) -> Checked:
    """Checks a PDF with Factur-X, or its XML. Raises DomainError for what is neither."""
    if len(content) > MOST_BYTES:
        raise DomainError(f"The file is larger than {MOST_BYTES >> 20} MB.", field="file")
    places = {code: decimal_places(code) for code in CURRENCIES if decimal_places(code) != 2}
    arguments = (str(MOST_BYTES), json.dumps(places))
    answer = _object(run_limited(CHECKER, arguments, content, LIMITS, _read))
    if "unreadable" in answer:
        raise DomainError(f"This file can't be checked. {answer['unreadable']}", field="file")
    texts = {name: answer.get(name) for name in ("number", "profile")}
    lists = {name: answer.get(name) for name in ("cents", "schema", "rules")}
    if not all(isinstance(text, str) for text in texts.values()) or not all(map(_is_texts, lists.values())):
        raise _broken()
    cents, schema, rules = (tuple(map(str, found)) for found in lists.values() if isinstance(found, list))
    return Checked(str(texts["number"]), str(texts["profile"]), cents, schema, rules)


def _is_texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(entry, str) for entry in found)


def _read(output: IO[bytes]) -> bytes:
    # Never all of it: a hostile file may have taken the child over.
    return output.readline(LONGEST_ANSWER)


def _object(line: bytes) -> dict[str, object]:
    try:
        answer: object = json.loads(line)
    except ValueError:  # it was killed at a limit, or broke
        raise _broken() from None
    if not isinstance(answer, dict):
        raise _broken()
    return answer


def _broken() -> DomainError:
    return DomainError(
        "The file couldn't be checked: the validator crashed, or reached its time limit.",
        field="file",
        advice="Check that it opens in another program.",
    )
