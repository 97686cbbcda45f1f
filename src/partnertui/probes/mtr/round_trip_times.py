"""Statistics of a hop's round-trip times in a single pass, by mtr's definitions."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt


@dataclass
class HopStatistics:
    """Round-trip times in milliseconds, by Welford's method."""

    received: int = 0
    last: float = 0.0
    avg: float = 0.0
    best: float = 0.0
    worst: float = 0.0
    jitter: float = 0.0
    """Mean of the differences between each answer's time and the one before it (D of RFC 3550, section 6.4.1, evenly
    weighted); the first answer counts as no difference. This is mtr's Javg."""
    _squares: float = 0.0

    def add(self, milliseconds: float) -> None:
        """Add one round-trip time."""
        difference = abs(milliseconds - self.last) if self.received else 0.0
        self.best = min(self.best, milliseconds) if self.received else milliseconds
        self.worst = max(self.worst, milliseconds)
        self.last = milliseconds
        self.received += 1
        off = milliseconds - self.avg
        self.avg += off / self.received
        self._squares += off * (milliseconds - self.avg)
        self.jitter += (difference - self.jitter) / self.received

    @property
    def stdev(self) -> float:
        """Standard deviation of a sample; 0 for fewer than two answers."""
        return sqrt(max(0.0, self._squares) / (self.received - 1)) if self.received > 1 else 0.0
