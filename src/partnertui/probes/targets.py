"""From a registration to where an OPTIONS goes: request URI, destination, Route headers (RFC 3261, section 8.1.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network

from partnertui.probes.addresses import Network, ProbeRefused, check_address, resolve
from partnertui.sip.address import parse_address
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.text import split_outside
from partnertui.sip.uri import SipUri, parse_uri

DEFAULT_PORT = 5060


@dataclass(frozen=True)
class Registration:
    """What a row of Kamailio's location says about reaching a phone."""

    aor: str
    contact: str
    received: str | None = None
    path: str | None = None


@dataclass(frozen=True)
class Target:
    """Where to send and what to write; `host` is a name or an address, `routes` are URIs."""

    aor: str
    request_uri: str
    host: str
    port: int
    routes: tuple[str, ...] = ()
    through_proxy: bool = False
    behind_nat: bool = False
    transport: str = "udp"
    """The phone's own; the packet from here always goes by UDP."""

    @property
    def words(self) -> str:
        """Where it goes, for the screen."""
        place = f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
        return f"through the proxy {place}" if self.through_proxy else f"directly to {place}"


def behind_nat(registration: Registration) -> bool:
    """Whether the phone is seen from another address than the one it gave, or over UDP from another port."""
    if not registration.received:
        return False
    try:
        seen, said = parse_uri(registration.received), _contact(registration)
    except (SipSyntaxError, ProbeRefused):
        return True
    if _plain(seen.host) != _plain(said.host):
        return True
    return said.transport == "udp" and _port(seen) != _port(said)


def _plain(host: str) -> str:
    try:
        return str(ip_address(host))
    except ValueError:
        return host.lower()


def direct(registration: Registration) -> Target:
    """Straight to where the phone is: `received`, else the contact. Raises ProbeRefused."""
    contact = _contact(registration)
    where = _uri(registration.received, "received address") if registration.received else contact
    if contact.transport != "udp" or where.transport != "udp":
        raise ProbeRefused(
            f"The phone is registered over {contact.transport.upper()}: only its own connection reaches it.",
            advice="Test through the proxy that holds the connection.",
        )
    return Target(
        registration.aor, str(replace(contact, headers="")), where.host, _port(where),
        behind_nat=behind_nat(registration), transport=contact.transport,
    )  # fmt: skip


def through(registration: Registration, proxy: str) -> Target:
    """To the proxy that holds the NAT binding, which follows the Route headers. Raises ProbeRefused."""
    contact = _contact(registration)
    gate = parse_proxy(proxy)
    reached = _uri(registration.received, "received address") if registration.received else contact
    onward = _path(registration) or (_loose(replace(reached, user="")),)
    return Target(
        registration.aor, str(replace(contact, headers="")), gate.host, _port(gate),
        routes=(_loose(replace(gate, user="")), *onward), through_proxy=True,
        behind_nat=behind_nat(registration), transport=contact.transport,
    )  # fmt: skip


def parse_proxy(proxy: str) -> SipUri:
    """The proxy of the settings; raises ProbeRefused for one that cannot be reached over UDP."""
    try:
        uri = parse_uri(proxy if proxy[:4].lower() in {"sip:", "sips"} else f"sip:{proxy}")
    except SipSyntaxError as error:
        raise ProbeRefused(
            f"The proxy in the settings cannot be read: {error}.", advice="Write it like sip:203.0.113.10:5060."
        ) from None
    if uri.transport != "udp":
        raise ProbeRefused("SIP tests go by UDP.", advice="Name the proxy's UDP address in the settings.")
    return uri


def address_of(target: Target, allow: Iterable[Network] = ()) -> str:
    """The IP address to send to, resolved once; a proxy is named by the site and may be anywhere. Blocks.

    Raises ProbeRefused.
    """
    allowed = _ANYWHERE if target.through_proxy else tuple(allow)
    try:
        ip_address(target.host)
    except ValueError:
        return resolve(target.host, allowed)
    return check_address(target.host, allowed)


_ANYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))


def _contact(registration: Registration) -> SipUri:
    """The contact's URI, which may stand in angle brackets."""
    text = registration.contact
    if "<" in text:
        try:
            text = parse_address(text).uri
        except SipSyntaxError:
            text = registration.contact
    return _uri(text, "contact")


def _uri(text: str, what: str) -> SipUri:
    try:
        return parse_uri(text)
    except SipSyntaxError:
        raise ProbeRefused(
            f"The {what} of this registration is no SIP address: “{text[:60]}”.",
            advice="The phone registered something that cannot be called; look at its settings.",
        ) from None


def _path(registration: Registration) -> tuple[str, ...]:
    """The proxies on the way to the phone (RFC 3327), with all they wrote into their URIs: the last one needs it."""
    if not registration.path:
        return ()
    try:
        hops = [parse_address(hop).uri for hop in split_outside(registration.path, ",")]
    except SipSyntaxError:
        raise ProbeRefused("The path of this registration cannot be read.", advice="Test directly.") from None
    return tuple(_loose(_uri(hop, "path"), everything=True) for hop in hops)


def _loose(uri: SipUri, *, everything: bool = False) -> str:
    """As a Route has it: of a contact's parameters only what says how to get there."""
    wanted = {"transport", "maddr", "ob"}
    kept = tuple(pair for pair in uri.parameters if (everything or pair[0].lower() in wanted) and pair[0] != "lr")
    return str(replace(uri, parameters=(*kept, ("lr", None)), headers=""))


def _port(uri: SipUri) -> int:
    if uri.port == 0:
        raise ProbeRefused("The registration names port 0, which does not exist.")
    return uri.port or DEFAULT_PORT
