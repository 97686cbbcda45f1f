"""From what an agent typed to the one address that is probed."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from partnertui.probes.addresses import Network, ProbeRefused, check_address


@dataclass(frozen=True)
class Place:
    """A host as it was named, and its address."""

    host: str
    address: str


def locate(host: str, allow: Iterable[Network] = (), *, typed: bool = False) -> Place:
    """Looks the host up once and checks every address that it has; blocks. Raises ProbeRefused.

    `typed` as for check_address.
    """
    host, allowed = host.strip(), tuple(allow)
    bare = host[1:-1] if re.fullmatch(r"\[[^\]]*\]", host) else host
    try:
        ip_address(bare)
    except ValueError:
        return Place(host, _first(host, allowed, typed))
    return Place(bare, check_address(bare, allowed, typed=typed))


def _first(host: str, allowed: tuple[Network, ...], typed: bool) -> str:
    """The first address of a name, as the system prefers them (RFC 6724); all of them must be allowed."""
    advice = "Is it spelled right? A path needs a host or an address, without sip: and without a port."
    if not host or len(host) > 253 or re.search(r"[\s@/:]", host):
        raise ProbeRefused(f"“{host[:60]}” is no host.", advice=advice)
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError):
        raise ProbeRefused(f"The name {host[:60]} is not known.", advice=advice) from None
    checked = [check_address(str(entry[4][0]), allowed, typed=typed) for entry in found]
    return checked[0]
