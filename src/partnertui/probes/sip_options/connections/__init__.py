"""Connections that carry SIP messages to a destination: UDP, TCP, TLS. `open_connection` opens one."""

from __future__ import annotations

from collections.abc import Callable

from partnertui.probes.sip_options.connections.base import Connection, ConnectionBroken, TlsTrust, refusal_event
from partnertui.probes.sip_options.destination import Destination
from partnertui.probes.sip_options.dns_lookup import check_route
from partnertui.probes.sip_options.message_log import LoggedMessage

__all__ = ["Connection", "TlsTrust", "open_connection"]


async def open_connection(
    destination: Destination, trust: TlsTrust, keep: Callable[[LoggedMessage], None], seconds: float
) -> Connection:
    """Open a connection within `seconds`. Raises OSError (TimeoutError included) and ConnectionBroken."""
    try:
        check_route(destination.address)  # before anything is sent: later the same errno means a router's ICMP error
    except OSError as error:
        raise ConnectionBroken("local", refusal_event(error, 0.0).words) from None
    if destination.transport == "udp":
        from partnertui.probes.sip_options.connections.udp import UdpConnection

        return await UdpConnection.open(destination, keep)
    from partnertui.probes.sip_options.connections.stream import StreamConnection

    return await StreamConnection.open(destination, trust, keep, seconds)
