"""Headers of a SIP message: in order, found by long or compact name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from partnertui.sip.lock_free_cached_property import cached_property

COMPACT = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "d": "request-disposition",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "j": "reject-contact",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "n": "identity-info",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
    "y": "identity",
}
"""Short names (IANA registry "SIP Parameters", header fields)."""


@lru_cache(maxsize=1_000)
def plain_name(name: str) -> str:
    """The long name in lower case."""
    name = name.lower()
    return COMPACT.get(name, name)


@dataclass(frozen=True)
class Headers:
    """Names and values as they were sent, continuation lines joined."""

    items: Sequence[tuple[str, str]]

    def all(self, name: str) -> list[str]:
        """All values of a header, in order."""
        return self._by_name.get(plain_name(name), [])

    def first(self, name: str) -> str:
        """The first value of a header; empty where there is none."""
        values = self._by_name.get(plain_name(name))
        return values[0] if values else ""

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """A message is asked for some dozens of headers."""
        found: dict[str, list[str]] = {}
        for name, value in self.items:
            known = found.get(key := plain_name(name))
            if known is None:
                found[key] = [value]
            else:
                known.append(value)
        return found
