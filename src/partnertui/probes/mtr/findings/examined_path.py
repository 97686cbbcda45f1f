"""PathView, the measured path that the rules examine, and Finding, what a rule reports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from partnertui.probes.mtr.loss_and_delay_onset import find_loop
from partnertui.probes.mtr.path_snapshot import HopReport, Report, host_text
from partnertui.probes.mtr.prober_base import Method
from partnertui.probes.mtr.rate_limited_hops import rate_limited_hops


@dataclass(frozen=True)
class Finding:
    """One finding: its code, colour role, a sentence, and advice."""

    code: str
    role: str
    text: str
    advice: str = ""

    @property
    def whole(self) -> str:
        """Sentence and advice."""
        return f"{self.text} {self.advice}".strip()


class PathView:
    """A report with the derived values the rules need."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.refusing = (
            frozenset() if report.reached else frozenset(refusal.hop for refusal in report.unreachable_reports)
        )
        """Hops that report an unreachable destination; they rate-limit these reports too."""
        self.answering = [hop for hop in report.hops if not hop.silent and hop.hop not in self.refusing]
        """Routers along the path and, if reached, the destination; without hosts that report it as unreachable."""

    @property
    def last(self) -> HopReport:
        """The farthest hop that replies: the destination, if it's reached."""
        return self.answering[-1]

    @cached_property
    def rate_limited(self) -> list[HopReport]:
        """Hops that leave probes unanswered which those behind them answer."""
        return rate_limited_hops(self.answering)

    @cached_property
    def routing_loop(self) -> tuple[HopReport, HopReport] | None:
        """First and last hop of a routing loop; None without one."""
        return None if self.report.reached else find_loop(self.answering)

    @property
    def lossy(self) -> bool:
        """True if probes to the farthest replying hop are lost."""
        return bool(self.answering) and self.last.lost > 0

    @property
    def too_early(self) -> bool:
        """True while it's too early to call a hop silent."""
        decided = self.report.reached or self.report.unreachable_reports or self.routing_loop
        return not decided and not any(hop.silent and hop.lost for hop in self.report.hops)


def hop_name(hop: HopReport) -> str:
    """A hop as it appears in sentences."""
    return f"hop {hop.hop} ({host_text(hop)})"


def other_method(view: PathView) -> str:
    """Suggests the other method."""
    if view.report.method is Method.ICMP:
        return "UDP may get further than ICMP."
    return "ICMP may get further than UDP; it needs root or CAP_NET_RAW."
