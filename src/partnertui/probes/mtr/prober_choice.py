"""Chooses the type of probe: ICMP if this user may send it, otherwise UDP."""

from __future__ import annotations

from partnertui.probes.allowed_addresses import ProbeRefused
from partnertui.probes.mtr.icmp_prober import IcmpProber
from partnertui.probes.mtr.prober_base import Method, Prober
from partnertui.probes.mtr.udp_prober import UdpProber

_PROBERS: dict[Method, type[IcmpProber] | type[UdpProber]] = {Method.ICMP: IcmpProber, Method.UDP: UdpProber}


def open_prober(address: str, method: Method | None = None) -> Prober:
    """Open a prober of that method; by default ICMP if permitted, otherwise UDP. Raises ProbeRefused."""
    if method is not None:
        return _PROBERS[method](address)
    try:
        return IcmpProber(address)
    except ProbeRefused:
        return UdpProber(address)
