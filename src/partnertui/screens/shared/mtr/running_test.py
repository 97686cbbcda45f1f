"""The state of a running MTR test, independent of the terminal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from partnertui.config import Settings
from partnertui.domain.errors import DomainError
from partnertui.kit.jobs import in_thread
from partnertui.probes.mtr.findings import findings_of
from partnertui.probes.mtr.path import Path
from partnertui.probes.mtr.path_snapshot import Report, make_report, report_text
from partnertui.probes.mtr.probe_rounds import ProbeSettings, probe_path
from partnertui.probes.mtr.prober_base import Method, Prober
from partnertui.probes.mtr.prober_choice import open_prober
from partnertui.probes.mtr.reverse_dns import ReverseDns
from partnertui.probes.mtr.target_host import TargetHost, resolve_host


@dataclass
class MtrSession:
    """A test of the path to a host."""

    host: str
    settings: Settings
    probe_settings: ProbeSettings
    wanted: Method | None = None
    """The method the agent chose; None uses the best one permitted."""
    target: TargetHost | None = None
    path: Path | None = None
    method: Method | None = None
    names: dict[str, str] = field(default_factory=dict)
    recorded: bool = False
    """Play a recorded path back and send nothing."""
    error: str = ""
    """Why nothing is sent; empty otherwise."""
    begun: float = field(default_factory=time.time)

    async def run(self, changed: Callable[[], None]) -> None:
        """Probe until cancelled; calls `changed` whenever there's something new to show."""
        names = ReverseDns(in_thread)
        names.found = self.names
        try:
            prober = await self._open_prober()
            self.path = Path(self.host if self.target is None else self.target.address, int(self.settings.mtr.hops))
            self.method, self.begun = prober.method, time.time()
            # Without aclosing, a cancelled loop would leave the generator to the collector, and its sockets open until
            # then.
            async with aclosing(probe_path(self.path, prober, self.probe_settings)) as events:
                async for _ in events:
                    if not self.recorded:
                        names.request((host for hop in self.path.shown for host in hop.addresses), changed)
                    changed()
        except DomainError as error:
            self.error = f"{error} {error.advice}".strip()
            changed()
        finally:
            await names.close()

    async def _open_prober(self) -> Prober:
        """Resolve the host and open what probes its path. Raises ProbeRefused."""
        if self.recorded:
            from partnertui.probes.mtr.recorded_prober import NAMES, RecordedProber  # the demo alone needs it

            self.target = TargetHost(self.host, self.host)
            self.names |= NAMES
            return RecordedProber(self.host)
        self.target = await in_thread(lambda: resolve_host(self.host, self.settings.sip_test.allow))
        return open_prober(self.target.address, self.wanted)

    def reset(self) -> None:
        """Reset the statistics."""
        self.begun = time.time()
        if self.path is not None:
            self.path.reset()

    def report(self) -> Report | None:
        """The current report; None before anything was sent."""
        if self.path is None or self.target is None or self.method is None:
            return None
        now = asyncio.get_running_loop().time()
        report = make_report(self.target, self.path, self.method, self.probe_settings, self.names, now)
        return replace(report, recorded=self.recorded)

    def text(self) -> str:
        """The report as text; empty before anything was sent."""
        report = self.report()
        if report is None:
            return ""
        return report_text(report, [finding.whole for finding in findings_of(report)], self.begun)
