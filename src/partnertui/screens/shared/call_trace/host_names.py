"""Names for the hosts of a ladder by address: our proxy, phones and carriers."""

from __future__ import annotations

from ipaddress import ip_address

from partnertui.kit.declare.actions import Services
from partnertui.kit.declare.kinds import Row
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.lenient_parser import uri_of
from partnertui.sip.uri import parse_uri

LONGEST_EXTENSION = 6


def host_names(services: Services, row: Row) -> dict[str, str]:
    """Names by address: our proxy from settings and row, phones and carriers from the row the trace was opened from.

    Caller and callee also by role: behind NAT the source address isn't that of the Contact, and may be both's.
    """
    names: dict[str, str] = {}
    inbound = row.get("direction") == "inbound"
    user = row.get("user") or row.get("customer")
    one = row.get("source_ip") or _host(row.get("caller_contact"))
    other = row.get("destination_ip") or _host(row.get("callee_contact"))
    called = "called" if inbound or row.get("direction") == "internal" else "carrier"
    ends = (
        (one, _party(row, "source", "" if inbound else user), "carrier" if inbound else "caller"),
        (other, _party(row, "destination", user if inbound else ""), called),
    )
    for address, name, role in ends:
        # two phones behind one office address are two people: only their roles tell them apart
        if address and one != other:
            names[str(address)] = str(name or role)
    for role, (_, name, _) in zip(("caller", "called"), ends, strict=True):
        if name:
            names[role] = str(name)
    for uri, name in ((row.get("received") or row.get("contact"), user or "phone"),):
        host = _host(uri)
        if host:
            names[host] = str(name)
    for proxy in (_host(services.settings.sip_test.proxy), _address(row.get("server"))):
        if proxy:
            names[proxy] = "our proxy"
    return names


def _party(row: Row, end: str, user: object) -> str:
    """A party by name and extension, or by its number alone."""
    name, number = str(row.get(f"{end}_name") or user or ""), str(row.get(f"{end}_number") or "")
    extension = number if 0 < len(number) <= LONGEST_EXTENSION and number not in name else ""
    return " ".join(filter(None, (name, extension))) if name else number


def _address(text: object) -> str:
    """The text if it's an IP address, otherwise ""."""

    try:
        return str(ip_address(str(text or "")))
    except ValueError:
        return ""


def _host(uri: object) -> str:
    """The host of a SIP URI without brackets; "" if it isn't valid."""

    text = str(uri or "")
    try:
        return parse_uri(uri_of(text) if "<" in text else text).host
    except SipSyntaxError:
        return ""
