"""What a series of requests comes to."""

from __future__ import annotations

from dataclasses import dataclass, field

from partnertui.probes.options.events import SeriesResult


@dataclass
class SeriesStatistics:
    """What a series comes to: loss in per cent of what is answered or given up, times in milliseconds."""

    results: list[SeriesResult] = field(default_factory=list)

    @property
    def times(self) -> list[float]:
        """Times of the answers, in the order of the requests."""
        results = sorted(self.results, key=lambda result: result.number)
        return [result.milliseconds for result in results if result.milliseconds is not None]

    @property
    def loss(self) -> float:
        """Requests that the phone did not answer."""
        return 100 * (len(self.results) - len(self.times)) / len(self.results) if self.results else 0.0

    @property
    def average(self) -> float:
        """The mean time; 0 without an answer."""
        return sum(self.times) / len(self.times) if self.times else 0.0

    @property
    def jitter(self) -> float:
        """The mean difference between one time and the next."""
        steps = [abs(late - early) for early, late in zip(self.times, self.times[1:], strict=False)]
        return sum(steps) / len(steps) if steps else 0.0
