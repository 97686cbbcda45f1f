"""Which kind of probe: ICMP where this user may, UDP everywhere else."""

from __future__ import annotations

from partnertui.probes.addresses import ProbeRefused
from partnertui.probes.mtr.icmp import IcmpProber
from partnertui.probes.mtr.prober import Method, Prober
from partnertui.probes.mtr.udp import UdpProber

_PROBERS: dict[Method, type[IcmpProber] | type[UdpProber]] = {Method.ICMP: IcmpProber, Method.UDP: UdpProber}


def open_prober(address: str, method: Method | None = None) -> Prober:
    """A prober of that method; without one, ICMP if there are rights for it. Raises ProbeRefused."""
    if method is not None:
        return _PROBERS[method](address)
    try:
        return IcmpProber(address)
    except ProbeRefused:
        return UdpProber(address)
