"""Request URI, destination and Route headers for an OPTIONS to a registered contact (RFC 3261, section 8.1.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import ip_address

from partnertui.probes.allowed_addresses import ProbeRefused
from partnertui.probes.sip_options.destination import DEFAULT_PORTS, Server, is_address, server_of
from partnertui.sip.address import parse_address
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.grammar import split_outside
from partnertui.sip.uri import SipUri, parse_uri


@dataclass(frozen=True)
class Registration:
    """How to reach a phone, from a row of Kamailio's location table."""

    aor: str
    contact: str
    received: str | None = None
    path: str | None = None


@dataclass(frozen=True)
class Target:
    """The request URI and the server the request is sent to first; `routes` are the URIs of its Route headers."""

    aor: str
    request_uri: str
    server: Server
    routes: tuple[str, ...] = ()
    through_proxy: bool = False
    behind_nat: bool = False
    by: str = "udp"
    """The transport the phone registered over."""

    @property
    def words(self) -> str:
        """The route for display."""
        return f"{'through the proxy' if self.through_proxy else 'directly to'} {self.server.words}"


def behind_nat(registration: Registration) -> bool:
    """Whether the phone's source address differs from its Contact; over UDP the port counts too."""
    if not registration.received:
        return False
    try:
        seen, said = parse_uri(registration.received), _contact(registration)
    except (SipSyntaxError, ProbeRefused):
        return True
    if _plain(seen.host) != _plain(said.host):
        return True
    # over TCP and TLS the source port is a port of the connection and says nothing of NAT
    return said.transport == "udp" and _port(seen) != _port(said)


def _plain(host: str) -> str:
    # An IPv6 address has several spellings (RFC 4291, section 2.2), and host names ignore case.
    return str(ip_address(host)) if is_address(host) else host.lower()


def direct_target(registration: Registration, transport: str = "") -> Target:
    """Target that sends straight to the phone: to `received`, otherwise to its Contact. Raises ProbeRefused.

    Over TCP and TLS the source port is only used for outgoing connections, so the Contact is tried instead.
    """
    contact = _contact(registration)
    seen = _uri(registration.received, "received address") if registration.received else contact
    nat, chosen = behind_nat(registration), transport or contact.transport
    if chosen in {"ws", "wss"} or (chosen != "udp" and nat):
        why = "behind NAT" if transport else f"registered over {chosen.upper()[:20]}"
        raise ProbeRefused(
            f"The phone is {why}: it's only reachable over its own connection.",
            advice="Test through the proxy that holds that connection.",
        )
    where = seen if chosen == "udp" else contact
    return Target(
        registration.aor,
        # Headers of a URI aren't allowed in a Request-URI (RFC 3261, section 19.1.1, table 1).
        str(replace(contact, headers="")),
        server_of(where, transport),
        behind_nat=nat,
        by=contact.transport,
    )


def proxied_target(registration: Registration, proxy: str, transport: str = "") -> Target:
    """Target through the proxy that holds the NAT binding and follows the Route headers. Raises ProbeRefused."""
    contact = _contact(registration)
    proxy_uri = parse_proxy(proxy, transport)
    reached = _uri(registration.received, "received address") if registration.received else contact
    onward = _path(registration) or (_loose(replace(reached, user="")),)
    return Target(
        registration.aor,
        str(replace(contact, headers="")),
        server_of(proxy_uri),
        # the proxy removes its own Route and follows the next (RFC 3261, section 16.4)
        routes=(_loose(replace(proxy_uri, user="")), *onward),
        through_proxy=True,
        behind_nat=behind_nat(registration),
        by=contact.transport,
    )


def target_from_text(text: str, proxy: str = "", transport: str = "") -> Target:
    """Target from text: a SIP URI, user@host, host or host:port; through a proxy if one is given.

    Raises ProbeRefused.
    """
    uri = replace(_typed_uri(text.strip()), headers="")
    aor = str(replace(uri, parameters=(), port=None if uri.user else uri.port))
    if not proxy:
        return Target(aor, str(uri), server_of(uri, transport))
    proxy_uri = parse_proxy(proxy, transport)
    routes = (_loose(replace(proxy_uri, user="")),)
    return Target(aor, str(uri), server_of(proxy_uri), routes=routes, through_proxy=True)


def _typed_uri(text: str) -> SipUri:
    # a bare IPv6 address looks like host:port
    bare = f"[{text}]" if ":" in text and is_address(text) else text
    try:
        return parse_uri(bare if bare[:4].lower() in {"sip:", "sips"} else f"sip:{bare}")
    except SipSyntaxError as error:
        raise ProbeRefused(
            f"“{text[:60]}” isn't a valid SIP target: {error}.",
            advice="Enter something like sip:1001@192.0.2.7:5060, 1001@example.net, example.net or [2001:db8::7]:5060.",
        ) from None


def parse_proxy(proxy: str, transport: str = "") -> SipUri:
    """Parse the configured proxy, with another transport if one is chosen. Raises ProbeRefused."""
    try:
        uri = parse_uri(proxy if proxy[:4].lower() in {"sip:", "sips"} else f"sip:{proxy}")
    except SipSyntaxError as error:
        raise ProbeRefused(
            f"The proxy isn't a valid SIP URI: {error}.",
            advice="Enter something like sip:203.0.113.10:5060;transport=udp.",
        ) from None
    if transport and transport != uri.parameter("transport"):
        others = tuple(pair for pair in uri.parameters if pair[0].lower() != "transport")
        uri = replace(uri, parameters=(*others, ("transport", transport)))
    return uri


def _contact(registration: Registration) -> SipUri:
    """The Contact's URI, with or without angle brackets."""
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
            f"The {what} of this registration isn't a valid SIP address: “{text[:60]}”.",
            advice="The phone registered an address that can't be called; check its settings.",
        ) from None


def _path(registration: Registration) -> tuple[str, ...]:
    """The Path (RFC 3327) as Route URIs, with all their parameters: the last proxy needs what it put there."""
    if not registration.path:
        return ()
    try:
        hops = [parse_address(hop).uri for hop in split_outside(registration.path, ",")]
    except SipSyntaxError:
        raise ProbeRefused("The path of this registration isn't valid.", advice="Test directly.") from None
    return tuple(_loose(_uri(hop, "path"), everything=True) for hop in hops)


def _loose(uri: SipUri, *, everything: bool = False) -> str:
    """A URI as a loose Route; of a Contact's parameters only those needed for routing are kept."""
    wanted = {"transport", "maddr", "ob"}
    # A Route without lr would be a strict router's, which rewrites the Request-URI (RFC 3261, section 16.6).
    kept = tuple(pair for pair in uri.parameters if (everything or pair[0].lower() in wanted) and pair[0] != "lr")
    return str(replace(uri, parameters=(*kept, ("lr", None)), headers=""))


def _port(uri: SipUri) -> int:
    return uri.port or DEFAULT_PORTS.get(uri.transport, 5060)
