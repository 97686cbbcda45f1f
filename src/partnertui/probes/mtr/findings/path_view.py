"""What the rules of a reading look at, and what they find."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from partnertui.probes.mtr.change_points import find_loop, limiting
from partnertui.probes.mtr.prober import Method
from partnertui.probes.mtr.report import HopReport, Report, host_text


@dataclass(frozen=True)
class Finding:
    """Something that the path says: its kind, colour role, a sentence, and what to do."""

    code: str
    role: str
    text: str
    advice: str = ""

    @property
    def whole(self) -> str:
        """Sentence and advice."""
        return f"{self.text} {self.advice}".strip()


class PathView:
    """A report with what the rules ask it for."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.barred = (
            frozenset() if report.reached else frozenset(refusal.hop for refusal in report.unreachable_reports)
        )
        """Hops that say that it goes no further; they limit how often they say so, too."""
        self.answering = [hop for hop in report.hops if not hop.silent and hop.hop not in self.barred]
        """Those on the way and, where it is reached, the destination; not whoever says that it goes no further."""

    @property
    def last(self) -> HopReport:
        """The farthest hop that answers: the destination, where it is reached."""
        return self.answering[-1]

    @cached_property
    def limiting(self) -> list[HopReport]:
        """Hops that leave probes unanswered which those behind them answer."""
        return limiting(self.answering)

    @cached_property
    def looping(self) -> tuple[HopReport, HopReport] | None:
        """First and last hop of a circle; None where there is none."""
        return None if self.report.reached else find_loop(self.answering)

    @property
    def lossy(self) -> bool:
        """True where probes to the end of what answers are lost."""
        return bool(self.answering) and self.last.lost > 0

    @property
    def waiting(self) -> bool:
        """True while it is too early to call anything silent."""
        known = self.report.reached or self.report.unreachable_reports or self.looping
        return not known and not any(hop.silent and hop.lost for hop in self.report.hops)


def hop_name(hop: HopReport) -> str:
    """A hop as it is spoken of."""
    return f"hop {hop.hop} ({host_text(hop)})"


def other_method(view: PathView) -> str:
    """What may get further."""
    if view.report.method is Method.ICMP:
        return "UDP may get further than ICMP."
    return "ICMP may get further than UDP; it needs root."
