"""SIP URIs (RFC 3261, section 19.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address

from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.grammar import shown, whole

_USER = re.compile(r"(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/:]|%[0-9A-Fa-f]{2})+")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9\-_.]*[A-Za-z0-9])?\.?")
_PARAMETER = re.compile(r"(?:[A-Za-z0-9\-_.!~*'()\[\]/:&+$]|%[0-9A-Fa-f]{2})+")
_VALUE = re.compile(r"(?:[A-Za-z0-9\-_.!~*'()\[\]/:&+$=]|%[0-9A-Fa-f]{2})+")
"""Also with an equals sign, which proxies leave as it is in a received=sip:… of a Path."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+\-.]*")
_OTHER = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class SipUri:
    """`host` without brackets; `port` None where the URI has none; `headers` is what follows a question mark."""

    scheme: str
    user: str
    host: str
    port: int | None = None
    parameters: tuple[tuple[str, str | None], ...] = ()
    headers: str = ""

    def parameter(self, name: str) -> str | None:
        """The value of a parameter, empty for one without value; None where it is missing."""
        for key, value in self.parameters:
            if key.lower() == name:
                return value or ""
        return None

    @property
    def transport(self) -> str:
        """udp, tcp, tls, …: the parameter, else what the scheme implies."""
        # What RFC 3263 (section 4.1) takes where there is no NAPTR record.
        return (self.parameter("transport") or ("tls" if self.scheme == "sips" else "udp")).lower()

    @property
    def host_port(self) -> str:
        """The host, in brackets if IPv6, and the port where there is one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    def __str__(self) -> str:
        user = f"{self.user}@" if self.user else ""
        pieces = "".join(f";{name}" if value is None else f";{name}={value}" for name, value in self.parameters)
        return f"{self.scheme}:{user}{self.host_port}{pieces}{'?' + self.headers if self.headers else ''}"


def parse_uri(text: str) -> SipUri:
    """A `sip:` or `sips:` URI; raises SipSyntaxError."""
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if not colon or scheme not in {"sip", "sips"}:
        raise SipSyntaxError(f"Not a valid SIP URI: {shown(text)}")
    user, at, rest = rest.rpartition("@")
    if at and _USER.fullmatch(user) is None:
        raise SipSyntaxError(f"The user part of a URI has invalid characters: {shown(text)}")
    place, _, headers = rest.partition("?")
    where, *pieces = place.split(";")
    host, port = parse_host_port(where)
    parameters = []
    for piece in pieces:
        name, equals, value = piece.partition("=")
        if _PARAMETER.fullmatch(name) is None or (equals and _VALUE.fullmatch(value) is None):
            raise SipSyntaxError(f"The URI has an invalid parameter: {shown(text)}")
        parameters.append((name, value if equals else None))
    if headers and (_OTHER.fullmatch(headers) is None or set(headers) & set('<>"')):
        raise SipSyntaxError(f"The URI has invalid headers: {shown(text)}")
    return SipUri(scheme, user, host, port, tuple(parameters), headers)


def parse_host_port(text: str) -> tuple[str, int | None]:
    """`host`, `host:port`, `[IPv6]:port`; raises SipSyntaxError."""
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        try:
            # IPv6Address takes a zone (fe80::1%eth0), which SIP's grammar doesn't have (RFC 3261, section 25.1).
            host = str(IPv6Address(host)) if "%" not in host else ""
        except AddressValueError:
            host = ""
        if not bracket or not host or (rest and not rest.startswith(":")):
            raise SipSyntaxError(f"Not a valid IPv6 address in brackets: {shown(text)}")
        port = rest[1:] if rest else None
    else:
        host, colon, rest = text.partition(":")
        if _NAME.fullmatch(host) is None:
            raise SipSyntaxError(f"Not a valid host: {shown(text)}")
        port = rest if colon else None
    return host, None if port is None else whole(port, "The port", 65535)


def check_any_uri(text: str) -> None:
    """Raises SipSyntaxError for what is no URI of any scheme."""
    scheme, colon, rest = text.partition(":")
    if scheme.lower() in {"sip", "sips"}:
        parse_uri(text)
    elif not colon or _SCHEME.fullmatch(scheme) is None or _OTHER.fullmatch(rest) is None or set(rest) & set('<>"'):
        raise SipSyntaxError(f"Not a valid URI: {shown(text)}")
