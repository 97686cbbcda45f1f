"""State of a SIP test: phones, plan and results, shown by any of its dialogs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from partnertui.domain.errors import DomainError
from partnertui.kit.declare.actions import Services
from partnertui.kit.declare.kinds import Row
from partnertui.kit.jobs import Job
from partnertui.kit.terminal.safe_text import one_line
from partnertui.probes.sip_options.concurrent_tests import run_all
from partnertui.probes.sip_options.sip_test import SipProbe, probe_of_registration
from partnertui.screens.shared.sip_test.kept_results import keep
from partnertui.screens.shared.sip_test.plan_choice import Choice
from partnertui.screens.shared.wait_for_probe_rate_limit import wait_for_rate_limit


@dataclass
class SipTestRun:
    """A test of registered phones; `changed` is called on every event, `finished` at the end."""

    services: Services
    rows: tuple[Row, ...]
    phones: str
    """The phones in words."""
    choice: Choice
    probes: list[SipProbe] = field(default_factory=list)
    job: Job | None = None
    changed: Callable[[], None] = lambda: None
    finished: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Test all phones, again if they were tested before."""
        if self.job is not None:
            self.job.cancel()
        self.probes = [self._probe(row) for row in self.rows]
        only = len(self.probes) == 1
        title = f"SIP test: {one_line(self.phones)}" if only else "SIP tests"
        self.job = self.services.jobs.probe(title, self._test)

    def _probe(self, row: Row) -> SipProbe:
        probe = probe_of_registration(row["aor"], row["contact"] or "", row["received"], row["path"])
        probe.user = row.get("user") or ""
        if sum(other["aor"] == row["aor"] for other in self.rows) > 1:
            probe.name = f"{row['aor']} at {(row['contact'] or '').rpartition('@')[2]}"
        return probe

    async def _test(self, job: Job) -> None:
        probes, settings = self.probes, self.services.settings.sip_test
        plan, words = self.choice.plan, self.choice.words
        try:
            await wait_for_rate_limit(self.services, [target_of(row) for row in self.rows])
        except DomainError as error:
            for probe in probes:
                probe.refused = f"{error} {error.advice}".strip()
        else:
            try:
                await run_all(probes, plan, settings, self._notify, lambda over: job.progress(over, len(probes)))
            finally:
                if job.state == "cancelled" or all(probe.over for probe in probes):  # else the program is ending
                    keep(self.services, list(zip(self.rows, probes, strict=True)), words)
        # A test that was begun again has replaced them, and its end is still to come.
        if probes is self.probes:
            self.finished()

    def _notify(self) -> None:
        self.changed()


def target_of(row: Row) -> str:
    """The address that tests of a phone are counted by."""
    return str(row["contact"] or row["aor"])
