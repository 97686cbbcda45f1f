"""Ways for SIP messages between here and a place: UDP, TCP, TLS; opened by `open_link`."""

from __future__ import annotations

from collections.abc import Callable

from partnertui.probes.options.destination import Place
from partnertui.probes.options.dns_lookup import find_route
from partnertui.probes.options.exchange import Exchanged
from partnertui.probes.options.links.link import Link, LinkBroken, Trust, refused

__all__ = ["Link", "Trust", "open_link"]


async def open_link(place: Place, trust: Trust, keep: Callable[[Exchanged], None], seconds: float) -> Link:
    """A link to a place, within some seconds. Raises OSError (TimeoutError among them) and LinkBroken."""
    try:
        find_route(place.address)  # later the same errors are a router's
    except OSError as error:
        raise LinkBroken("local", refused(error, 0.0).words) from None
    if place.transport == "udp":
        from partnertui.probes.options.links.udp import UdpLink

        return await UdpLink.open(place, keep)
    from partnertui.probes.options.links.stream import StreamLink

    return await StreamLink.open(place, trust, keep, seconds)
