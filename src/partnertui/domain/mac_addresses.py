"""Parses MAC addresses of phones (IEEE 802-2014, section 8) into twelve lower-case hex digits."""

from __future__ import annotations

import re
from collections.abc import Iterable

from partnertui.domain.errors import DomainError

_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_NOTATION = re.compile(
    r"[0-9a-f]{12}"
    r"|[0-9a-f]{2}([:. -])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}"
    r"|[0-9a-f]{3}([:. -])[0-9a-f]{3}(?:\2[0-9a-f]{3}){2}"
    r"|[0-9a-f]{4}([:. -])[0-9a-f]{4}\3[0-9a-f]{4}"
    r"|[0-9a-f]{6}([:. -])[0-9a-f]{6}"
)
"""Twelve digits, or groups of two, three, four or six with the same sign between them. Groups that lack a digit are no
MAC: libraries read `0:4:13:12:34:5` as another phone's."""
MULTICAST_BIT, LOCAL_BIT = 0x01, 0x02
"""Of the first octet: for a group of stations; assigned by a program instead of a maker."""


def read_mac(typed: str) -> str:
    """The twelve digits of a MAC address, blanks around it or not; raises DomainError."""
    digits = _DASHES.sub("-", typed).strip().lower()
    if not _NOTATION.fullmatch(digits):
        raise DomainError(
            f"“{typed.strip()}” isn't a valid MAC address.",
            advice="Enter the twelve hex digits printed on the phone, such as 00:04:13:12:34:56.",
        )
    return re.sub(r"[:. -]", "", digits)


def mac_digits(typed: str) -> str:
    """The digits of a part of a MAC address, as it is looked for; "" where anything else is in it."""
    digits = re.sub(r"[\s:.-]", "", _DASHES.sub("-", typed).lower())
    return digits if re.fullmatch(r"[0-9a-f]{1,12}", digits) else ""


def format_mac(mac: str) -> str:
    """Pairs of digits with colons between them."""
    return ":".join(mac[at : at + 2] for at in range(0, len(mac), 2))


def address_problem(mac: str) -> str:
    """Why no phone can have this address, in a sentence; "" if one can."""
    if int(mac[:2], 16) & MULTICAST_BIT:
        return f"{format_mac(mac)} is a multicast address, so no phone has it. Check the second digit: it must be even."
    if not int(mac, 16):
        return "This address is all zeros, so no phone has it. Enter the one printed on the phone."
    return ""


def is_local(mac: str) -> bool:
    """Whether a program assigned it, so that it has no maker."""
    return bool(int(mac[:2], 16) & LOCAL_BIT)


def mismatch(mac: str, make: str, ouis: Iterable[str], maker: str) -> str:
    """What speaks against a phone of this make having this MAC, in a sentence; "" if nothing does.

    ouis: the first six digits of that make's addresses, as far as they are known. maker: the registered one, or "".
    """
    known = tuple(ouis)
    if is_local(mac) or mac[:6] in known or _same(make, maker) or not (known or maker):
        return ""
    if maker:
        return f"This MAC address belongs to {maker}, not {make}: check the make and the MAC address."
    return f"{make} isn't known to use {format_mac(mac[:6])}: check the make and the MAC address."


def _same(make: str, maker: str) -> bool:
    """Whether a maker's registered name begins with, or holds, the name of the make."""
    return bool(make) and re.search(rf"\b{re.escape(make.lower())}", maker.lower()) is not None
