"""Ways for SIP messages between here and a place: UDP, TCP, TLS; opened by `open_connection`."""

from __future__ import annotations

from collections.abc import Callable

from partnertui.probes.options.connections.base import Connection, ConnectionBroken, TlsTrust, refusal_event
from partnertui.probes.options.destination import Destination
from partnertui.probes.options.dns_lookup import check_route
from partnertui.probes.options.message_log import LoggedMessage

__all__ = ["Connection", "TlsTrust", "open_connection"]


async def open_connection(
    destination: Destination, trust: TlsTrust, keep: Callable[[LoggedMessage], None], seconds: float
) -> Connection:
    """A link to a place, within some seconds. Raises OSError (TimeoutError among them) and LinkBroken."""
    try:
        check_route(destination.address)  # later the same errors are a router's
    except OSError as error:
        raise ConnectionBroken("local", refusal_event(error, 0.0).words) from None
    if destination.transport == "udp":
        from partnertui.probes.options.connections.udp import UdpConnection

        return await UdpConnection.open(destination, keep)
    from partnertui.probes.options.connections.stream import StreamConnection

    return await StreamConnection.open(destination, trust, keep, seconds)
