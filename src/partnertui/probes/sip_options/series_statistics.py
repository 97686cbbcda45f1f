"""Statistics of a series of requests."""

from __future__ import annotations

from dataclasses import dataclass, field

from partnertui.probes.sip_options.events import SeriesResult


@dataclass
class SeriesStatistics:
    """Loss in per cent of completed requests, times in milliseconds."""

    results: list[SeriesResult] = field(default_factory=list)

    @property
    def times(self) -> list[float]:
        """Response times in the order of the requests."""
        results = sorted(self.results, key=lambda result: result.number)
        return [result.milliseconds for result in results if result.milliseconds is not None]

    @property
    def loss(self) -> float:
        """Per cent of the requests the phone didn't answer."""
        return 100 * (len(self.results) - len(self.times)) / len(self.results) if self.results else 0.0

    @property
    def average(self) -> float:
        """Mean response time; 0 without a response."""
        return sum(self.times) / len(self.times) if self.times else 0.0

    @property
    def jitter(self) -> float:
        """Mean difference between consecutive response times."""
        steps = [abs(late - early) for early, late in zip(self.times, self.times[1:], strict=False)]
        return sum(steps) / len(steps) if steps else 0.0
