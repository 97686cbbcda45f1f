"""Parses and checks the recipients typed for a reply."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from partnertui.domain.email_addresses import read_email
from partnertui.domain.errors import DomainError

FIELDS = ("to", "cc", "bcc")
MOST_RECIPIENTS = 100
_SEPARATOR = re.compile(r"[,;\n]+")
_IN_BRACKETS = re.compile(r"<([^<>]*)>\s*$")


@dataclass(frozen=True)
class Recipients:
    """Normalised addresses, none of them twice."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()

    def as_json(self) -> dict[str, list[str]]:
        """As tables hold them."""
        return {"to": list(self.to), "cc": list(self.cc), "bcc": list(self.bcc)}

    def __bool__(self) -> bool:
        return bool(self.to or self.cc or self.bcc)


def read_recipients(typed: Mapping[str, str]) -> Recipients:
    """Reads the fields to, cc and bcc: addresses between commas, semicolons or blanks, also as `Name <address>`.

    Raises DomainError with the field of the first address that isn't valid, or if nobody is in `to`.
    """
    seen: set[str] = set()
    found = {field: tuple(_addresses(field, typed.get(field, ""), seen)) for field in FIELDS}
    if not found["to"]:
        raise DomainError("A reply needs at least one address in To.", "Enter an e-mail address.", field="to")
    if len(seen) > MOST_RECIPIENTS:
        raise DomainError(f"A reply can go to at most {MOST_RECIPIENTS} addresses.", "Remove some.", field="cc")
    return Recipients(**found)


def recipients_text(addresses: Iterable[str]) -> str:
    """Addresses as they are typed."""
    return ", ".join(addresses)


def _addresses(field: str, typed: str, seen: set[str]) -> Iterable[str]:
    for part in _SEPARATOR.split(typed):
        bracketed = _IN_BRACKETS.search(part)
        for word in [bracketed[1]] if bracketed else part.split():
            try:
                address = read_email(word)
            except DomainError as error:
                raise DomainError(str(error), error.advice, field=field) from None
            if address.lower() not in seen:
                seen.add(address.lower())
                yield address
