"""The plan of a SIP test, chosen by keys: through the proxy or not, transport, one request or a series."""

from __future__ import annotations

from dataclasses import dataclass

from partnertui.probes.sip_options.destination import TRANSPORTS
from partnertui.probes.sip_options.sip_test import ProbePlan

SERIES = 10
"""Requests of a series, one per second."""


@dataclass
class Choice:
    """Through the proxy or not, over which transport (empty: as registered), one request or a series."""

    proxy: str
    by_proxy: bool
    transport: str = ""
    series: bool = False

    @property
    def plan(self) -> ProbePlan:
        """The plan for the probes."""
        proxy = self.proxy if self.by_proxy else ""
        return ProbePlan(proxy, self.transport, SERIES if self.series else 1)

    @property
    def words(self) -> str:
        """The plan in words."""
        way = "through the proxy" if self.by_proxy else "directly"
        transport = f"over {self.transport.upper()}" if self.transport else self._usual
        return f"{way}, {transport}, {f'{SERIES} requests' if self.series else 'one request'}"

    @property
    def _usual(self) -> str:
        return "transport as configured" if self.by_proxy else "transport as registered"

    def other_transport(self) -> None:
        """Choose the next transport, or the default."""
        order = ("", *TRANSPORTS)
        self.transport = order[(order.index(self.transport) + 1) % len(order)]
