"""Destination: the server that a SIP URI names, and the addresses it resolves to."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address

from partnertui.probes.allowed_addresses import ProbeRefused
from partnertui.sip.uri import SipUri

TRANSPORTS = ("udp", "tcp", "tls")
DEFAULT_PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061}
"""RFC 3261, section 19.1.2."""


@dataclass(frozen=True)
class Server:
    """The server part of a URI. Port and transport are None when left to DNS; `secure` is True for sips."""

    host: str
    port: int | None = None
    transport: str | None = None
    secure: bool = False

    @property
    def numeric(self) -> bool:
        """True when the host is an IP address."""
        return is_address(self.host)

    @property
    def words(self) -> str:
        """Host and port for display; IPv6 in brackets."""
        host = bracketed(self.host)
        return host if self.port is None else f"{host}:{self.port}"


@dataclass(frozen=True)
class Destination:
    """One address to send to. `name` is the domain its certificate must be valid for (RFC 5922, section 7.2)."""

    transport: str
    address: str
    port: int
    name: str = ""

    @property
    def words(self) -> str:
        """`udp 192.0.2.1:5060`, for the screen."""
        return f"{self.transport} {self.host_port}"

    @property
    def host_port(self) -> str:
        """Address and port, as a URI has them."""
        return f"{bracketed(self.address)}:{self.port}"


def server_of(uri: SipUri, transport: str = "") -> Server:
    """The server of a URI (RFC 3263, section 4.1); an explicit `transport` takes precedence over the URI's.

    Raises ProbeRefused for port 0 and for a transport we don't support.
    """
    if uri.port == 0:
        raise ProbeRefused("The address has port 0, which isn't a valid port.", advice="Check the contact.")
    wanted = (transport or uri.parameter("transport") or "").lower() or None
    if wanted is not None and wanted not in TRANSPORTS:
        raise ProbeRefused(
            f"SIP over {wanted.upper()[:20]} isn't supported.",
            advice="Test over UDP, TCP or TLS, or through the proxy.",
        )
    if uri.scheme == "sips" and wanted == "tcp":  # sips over TCP is TLS (RFC 3261, section 26.2.2)
        wanted = "tls"
    return Server(uri.parameter("maddr") or uri.host, uri.port, wanted, uri.scheme == "sips")


def is_address(host: str) -> bool:
    """True for an IP address, False for a host name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def bracketed(host: str) -> str:
    """A host as URIs write it: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host
