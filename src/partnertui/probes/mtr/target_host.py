"""Resolves the host that an agent typed to the one address to probe."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from partnertui.probes.allowed_addresses import Network, ProbeRefused, check_address
from partnertui.probes.sip_options.destination import is_address

ADVICE = "Check the spelling. Enter a host name or an address, without sip: and without a port."


@dataclass(frozen=True)
class TargetHost:
    """A host as it was entered, and its address."""

    host: str
    address: str


def resolve_host(host: str, allow: Iterable[Network] = (), *, from_shell: bool = False) -> TargetHost:
    """Resolve the host once and check all its addresses. Blocks. Raises ProbeRefused.

    `from_shell` as for check_address.
    """
    host, allowed = check_host(host), tuple(allow)
    if is_address(host):
        return TargetHost(host, check_address(host, allowed, from_shell=from_shell))
    return TargetHost(host, _first(host, allowed, from_shell))


def check_host(text: str) -> str:
    """The name or address without brackets. Raises ProbeRefused for anything else."""
    text = text.strip()
    bare = text[1:-1] if re.fullmatch(r"\[[^\]]*\]", text) else text
    # 253 characters are what 255 octets of a DNS name can hold (RFC 1035, section 2.3.4).
    if not is_address(bare) and (not text or len(text) > 253 or re.search(r"[\s@/:\[\]]", text)):
        raise ProbeRefused(f"“{text[:60]}” isn't a valid host.", advice=ADVICE)
    return bare


def _first(host: str, allowed: tuple[Network, ...], from_shell: bool) -> str:
    """The first address of a name in the system's order (RFC 6724); all of them must be allowed."""
    try:
        # With a socket type each address comes once, not once for each type.
        found = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError):
        raise ProbeRefused(f"The name {host[:60]} can't be resolved.", advice=ADVICE) from None
    checked = [check_address(str(entry[4][0]), allowed, from_shell=from_shell) for entry in found]
    return checked[0]
