"""Names for the hosts of a ladder: what an agent knows them by."""

from __future__ import annotations

from partnertui.kit.desk import Desk
from partnertui.kit.kinds import Row
from partnertui.sip.reading import uri_of


def known_names(desk: Desk, row: Row) -> dict[str, str]:
    """By address: our proxy from the settings, phones and carriers from the row that the trace was opened on."""
    names: dict[str, str] = {}
    inbound = row.get("direction") == "inbound"
    user = row.get("user") or row.get("customer")
    ends = (
        (row.get("source_ip"), row.get("source_name") or ("" if inbound else user), "carrier" if inbound else "caller"),
        (row.get("destination_ip"), row.get("destination_name") or (user if inbound else ""),
         "called" if inbound or row.get("direction") == "internal" else "carrier"),
    )  # fmt: skip
    for address, name, role in ends:
        if address:
            names[str(address)] = str(name or role)
    for uri, name in ((row.get("received") or row.get("contact"), user or "phone"),):
        host = _host(str(uri or ""))
        if host:
            names[host] = str(name)
    proxy = _host(desk.settings.sip_test.proxy)
    if proxy:
        names[proxy] = "our proxy"
    return names


def _host(uri: str) -> str:
    """The address of a SIP URI, without brackets; empty for a name."""
    from partnertui.sip.errors import SipSyntaxError
    from partnertui.sip.uri import parse_uri

    try:
        return parse_uri(uri_of(uri) if "<" in uri else uri).host
    except SipSyntaxError:
        return ""
