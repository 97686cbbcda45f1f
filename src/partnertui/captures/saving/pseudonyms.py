"""Pseudonyms for masked values: the same value always gets the same mask, so that a ladder can still be followed."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

HIDDEN = "(masked)"
"""What is shown of what a copy must not have, and no mask stands for."""
IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3}|:)?(?![\w:])")
NUMBER = re.compile(r"\+?\d(?:[ ().-]{0,2}\d){5,}")
"""Six digits or more, as people write numbers."""
RUN = re.compile(r"\+?\d{7,}")
MAC = re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{12}|(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2})(?![0-9A-Fa-f])")
IN_TEXT, IN_WORDS = 3, 6
"""Characters of a name or number that is replaced wherever it occurs: in sentences, and among words of the protocol."""


class Masks:
    """Masks by what they stand for. `taken`: all of the original, in which no mask may occur."""

    def __init__(self, taken: str) -> None:
        self.taken = taken
        self.found: dict[tuple[str, str], str] = {}
        self.counts: dict[str, int] = {}
        self._known: dict[int, re.Pattern[str]] = {}
        self._replacements: dict[str, str] = {}

    def _mask(self, kind: str, text: str, make: Callable[[int], str]) -> str:
        mask = self.found.get((kind, text))
        while mask is None:
            number = self.counts[kind] = self.counts.get(kind, 0) + 1
            made = make(number)
            if made not in self.taken:
                mask = self.found[kind, text] = made
        return mask

    def user(self, text: str) -> str:
        """A number or a user name; `+44 …`, `0044 …` and `44 …` are one number."""
        digits = re.sub(r"[ ().\-]", "", text)
        if digits.lstrip("+").isdigit():
            return self._mask("number", digits.lstrip("+0") or digits, lambda number: f"number-{number}")
        return self._mask("user", text.lower(), lambda number: f"user-{number}") if text else ""

    def name(self, text: str) -> str:
        """A display name."""
        return self._mask("name", text, lambda number: f"Name {number}")

    def host(self, text: str) -> str:
        """An address becomes one of those for documentation (RFC 5737, RFC 3849), a name one that resolves nowhere."""
        bare = text.strip("[]").partition("%")[0]
        try:
            address = ip_address(bare)
        except ValueError:
            return self._mask("host", bare.lower().rstrip("."), lambda number: f"host-{number}.invalid") if bare else ""
        if isinstance(address, IPv6Address):
            made = self._mask("IPv6", str(address), lambda number: f"2001:db8::{number:x}")
            return f"[{made}]" if text.startswith("[") else made
        return self._mask("IPv4", str(address), _documentation)

    def token(self, kind: str, text: str) -> str:
        """A Call-ID, tag or branch: what it is and a number."""
        known = self.found.get((kind, text))
        if known is None:
            number = self.counts[kind] = self.counts.get(kind, 0) + 1
            known = self.found[kind, text] = f"{kind}-{number}"
        return known

    def session(self, text: str) -> str:
        """A Session-ID (RFC 7989) that is one still."""
        return f"{int(self.token('session', text).partition('-')[2]):032x}"

    def learned(self) -> None:
        """All has been seen once: from now on `scrub` knows every name, number and address of the trace."""
        words: dict[str, str] = {}
        for (kind, text), mask in self.found.items():
            if kind in {"number", "user", "name", "host", "IPv4", "IPv6"}:
                words[text.lower()] = mask
        self._replacements = words
        for least in (IN_TEXT, IN_WORDS):
            # The longest first: a regular expression takes the first alternative that fits.
            found = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if len(word) >= least)
            if found:
                self._known[least] = re.compile(rf"(?<![A-Za-z0-9])(?:{found})(?![A-Za-z0-9])", re.IGNORECASE)

    def scrub(self, text: str) -> str:
        """Free text: without what is known, and without what looks like an address or a number."""
        text = IPV4.sub(lambda match: self.host(match[0]), self.known(text, IN_TEXT))
        text = IPV6.sub(lambda match: self._six(match[0]), text)
        # Documentation addresses, which are masks already, look like numbers, too.
        return NUMBER.sub(lambda match: match[0] if IPV4.fullmatch(match[0]) else self.user(match[0]), text)

    def known(self, text: str, least: int = IN_WORDS) -> str:
        """Words of the protocol, versions: without what is known, long runs of digits, and MAC addresses."""
        if (known := self._known.get(least)) is not None:
            text = known.sub(lambda match: self._replacements.get(match[0].lower(), ""), text)
        text = MAC.sub(lambda match: self.token("mac", match[0].lower()), text)
        return RUN.sub(lambda match: self.user(match[0]), text)

    def _six(self, text: str) -> str:
        try:
            ip_address(text)
        except ValueError:
            return text
        return self.host(text)


def _documentation(number: int) -> str:
    """192.0.2.1 and on, then 198.51.100.0/24, 203.0.113.0/24, and the range for benchmarks (RFC 2544)."""
    if number <= 3 * 254:
        return f"{('192.0.2', '198.51.100', '203.0.113')[(number - 1) // 254]}.{(number - 1) % 254 + 1}"
    number -= 3 * 254
    return f"198.{18 + number // 65536 % 2}.{number // 256 % 256}.{number % 256}"
