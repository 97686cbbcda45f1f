"""From a registration to where an OPTIONS goes: request URI, destination, Route headers (RFC 3261, section 8.1.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import ip_address

from partnertui.probes.addresses import ProbeRefused
from partnertui.probes.options.destination import DEFAULT_PORTS, Server, is_address, server_of
from partnertui.sip.address import parse_address
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.text import split_outside
from partnertui.sip.uri import SipUri, parse_uri


@dataclass(frozen=True)
class Registration:
    """What a row of Kamailio's location says about reaching a phone."""

    aor: str
    contact: str
    received: str | None = None
    path: str | None = None


@dataclass(frozen=True)
class Target:
    """Whom to ask and what to write; `server` is where the request goes first, `routes` are URIs."""

    aor: str
    request_uri: str
    server: Server
    routes: tuple[str, ...] = ()
    through_proxy: bool = False
    behind_nat: bool = False
    by: str = "udp"
    """The transport that the phone registered over."""

    @property
    def words(self) -> str:
        """Where it goes, for the screen."""
        return f"{'proxied_target the proxy' if self.through_proxy else 'directly to'} {self.server.words}"


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
    return str(ip_address(host)) if is_address(host) else host.lower()


def direct_target(registration: Registration, transport: str = "") -> Target:
    """Straight to where the phone is: `received`, else the contact. Raises ProbeRefused.

    Over TCP and TLS the phone is seen from a port that it only calls from: there it is its contact that may listen.
    """
    contact = _contact(registration)
    seen = _uri(registration.received, "received address") if registration.received else contact
    natted, chosen = behind_nat(registration), transport or contact.transport
    if chosen in {"ws", "wss"} or (chosen != "udp" and natted):
        why = "behind NAT" if transport else f"registered over {chosen.upper()[:20]}"
        raise ProbeRefused(
            f"The phone is {why}: only its own connection reaches it.",
            advice="Test through the proxy that holds the connection.",
        )
    where = seen if chosen == "udp" else contact
    return Target(
        registration.aor,
        str(replace(contact, headers="")),
        server_of(where, transport),
        behind_nat=natted,
        by=contact.transport,
    )


def proxied_target(registration: Registration, proxy: str, transport: str = "") -> Target:
    """To the proxy that holds the NAT binding, which follows the Route headers. Raises ProbeRefused."""
    contact = _contact(registration)
    gate = parse_proxy(proxy, transport)
    reached = _uri(registration.received, "received address") if registration.received else contact
    onward = _path(registration) or (_loose(replace(reached, user="")),)
    return Target(
        registration.aor,
        str(replace(contact, headers="")),
        server_of(gate),
        routes=(_loose(replace(gate, user="")), *onward),
        through_proxy=True,
        behind_nat=behind_nat(registration),
        by=contact.transport,
    )


def target_from_text(text: str, proxy: str = "", transport: str = "") -> Target:
    """What somebody typed: a SIP URI, user@host, host or host:port; through a proxy where one is given.

    Raises ProbeRefused.
    """
    uri = replace(_typed_uri(text.strip()), headers="")
    aor = str(replace(uri, parameters=(), port=None if uri.user else uri.port))
    if not proxy:
        return Target(aor, str(uri), server_of(uri, transport))
    gate = parse_proxy(proxy, transport)
    routes = (_loose(replace(gate, user="")),)
    return Target(aor, str(uri), server_of(gate), routes=routes, through_proxy=True)


def _typed_uri(text: str) -> SipUri:
    bare = f"[{text}]" if ":" in text and is_address(text) else text
    try:
        return parse_uri(bare if bare[:4].lower() in {"sip:", "sips"} else f"sip:{bare}")
    except SipSyntaxError as error:
        raise ProbeRefused(
            f"“{text[:60]}” is nothing that SIP can reach: {error}.",
            advice="Write it like sip:1001@192.0.2.7:5060, 1001@example.net, example.net or [2001:db8::7]:5060.",
        ) from None


def parse_proxy(proxy: str, transport: str = "") -> SipUri:
    """The proxy of the settings, over another transport where one is chosen; raises ProbeRefused."""
    try:
        uri = parse_uri(proxy if proxy[:4].lower() in {"sip:", "sips"} else f"sip:{proxy}")
    except SipSyntaxError as error:
        raise ProbeRefused(
            f"The proxy cannot be read: {error}.", advice="Write it like sip:203.0.113.10:5060;transport=udp."
        ) from None
    if transport and transport != uri.parameter("transport"):
        others = tuple(pair for pair in uri.parameters if pair[0].lower() != "transport")
        uri = replace(uri, parameters=(*others, ("transport", transport)))
    return uri


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
    return uri.port or DEFAULT_PORTS.get(uri.transport, 5060)
