"""What is known of a path: figures by hop, how far to probe, where it ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from partnertui.probes.mtr.hop_statistics import HopStatistics
from partnertui.probes.mtr.replies import Reply, ReplyKind

LOST_AFTER = 2.0
"""Seconds after which a probe without an answer counts as lost; an answer that still comes counts all the same."""
MIN_TIMEOUT = 0.6
"""Seconds for which an answer is waited for at the end, however fast all others were: a busy host may be late."""
FORGOTTEN_AFTER = 6.0
WINDOW = 8
"""Silent hops in a row that are probed beyond the last one that answered, before more are tried."""
MAX_CONTRADICTIONS = 3
"""Answers of a router where the destination had been, until the path is believed to have become longer."""


@dataclass
class Hop:
    """One distance: who answered from there, how often, how fast."""

    ttl: int
    sent: int = 0
    statistics: HopStatistics = field(default_factory=HopStatistics)
    addresses: dict[str, int] = field(default_factory=dict)
    """Answers by address; several where packets take different ways."""
    _open: dict[int, float] = field(default_factory=dict)

    def leave(self, number: int, now: float) -> None:
        """Notes that the probe of a round has left; `now` in seconds, of any steady clock."""
        self.sent += 1
        self._open = {old: at for old, at in self._open.items() if now - at < FORGOTTEN_AFTER}
        self._open[number] = now

    def take(self, answer: Reply) -> bool:
        """Notes an answer; False where no probe of its round is on its way."""
        if self._open.pop(answer.round, None) is None:
            return False
        self.statistics.add(answer.milliseconds)
        self.addresses[answer.address] = self.addresses.get(answer.address, 0) + 1
        return True

    def waiting(self, now: float, patience: float = LOST_AFTER) -> int:
        """Probes that may still be answered."""
        return sum(now - at < patience for at in self._open.values())

    def lost(self, now: float) -> int:
        """Probes that are given up."""
        return max(0, self.sent - self.waiting(now) - self.statistics.received)


@dataclass
class Path:
    """All hops. The destination's distance is the smallest from which it answered."""

    address: str
    most: int = 30
    hops: dict[int, Hop] = field(default_factory=dict)
    rounds: int = 0
    end: int | None = None
    """Distance at which nothing lies beyond: the destination, or whoever says that it goes no further."""
    reached: bool = False
    unreachable_reports: dict[tuple[int, str, str], int] = field(default_factory=dict)
    """How often somebody said that it goes no further: by distance, address and words."""
    farthest_reply: int = 0
    """Distance of the farthest router that answered."""
    _lookahead: int = WINDOW
    _contradictions: int = 0

    def reset(self) -> None:
        """Forgets all figures and begins anew."""
        self.hops, self.unreachable_reports = {}, {}
        self.rounds = self.farthest_reply = self._contradictions = 0
        self.end, self.reached, self._lookahead = None, False, WINDOW

    @property
    def top(self) -> int:
        """The distance up to which hops are probed now."""
        return self.end if self.end is not None else min(self.most, self.farthest_reply + self._lookahead)

    def extend_search(self) -> bool:
        """Goes beyond more silent hops; False where that is of no use."""
        if self.end is not None or self.top >= self.most:
            return False
        self._lookahead += WINDOW
        return True

    def leave(self, number: int, ttl: int, now: float) -> None:
        """Notes that a probe has left."""
        self.hops.setdefault(ttl, Hop(ttl)).leave(number, now)

    def take(self, answer: Reply) -> bool:
        """Notes an answer; False for one that says nothing new."""
        hop = self.hops.get(answer.ttl)
        if hop is None or (self.end is not None and answer.ttl > self.end):
            return False
        if answer.kind is ReplyKind.UNREACHABLE:
            where = (answer.ttl, answer.address, answer.words)
            self.unreachable_reports[where] = self.unreachable_reports.get(where, 0) + 1
            if self.reached:  # it did get through before: a packet that somebody could not pass on is a lost one
                return True
        if not hop.take(answer):
            return False
        if answer.kind is ReplyKind.EXCEEDED:
            self._passed(answer.ttl)
        else:
            self._ended(answer)
        return True

    def _passed(self, ttl: int) -> None:
        """A router at that distance passes on."""
        self._contradictions += ttl == self.end
        if ttl == self.end and self._contradictions >= MAX_CONTRADICTIONS:
            self.end, self.reached, self._contradictions = None, False, 0
        self.farthest_reply = max(self.farthest_reply, ttl)

    def _ended(self, answer: Reply) -> None:
        is_destination = answer.kind is ReplyKind.DESTINATION
        if self.end is None or answer.ttl < self.end or (is_destination and not self.reached):
            self.end = answer.ttl
            self.hops = {ttl: hop for ttl, hop in self.hops.items() if ttl <= answer.ttl}
            self.farthest_reply = min(self.farthest_reply, answer.ttl)
        if answer.ttl == self.end:
            self.reached, self._contradictions = self.reached or is_destination, 0

    @property
    def shown(self) -> list[Hop]:
        """The hops to tell of: up to the end, or to the first silent one behind the last that answered."""
        last = self.end if self.end is not None else self.farthest_reply + 1
        return [self.hops[ttl] for ttl in range(1, last + 1) if ttl in self.hops]

    def patience(self) -> float:
        """Seconds after which an answer is unlikely: some times the slowest that came."""
        slowest = max((hop.statistics.worst for hop in self.hops.values()), default=0.0) / 1000
        return min(LOST_AFTER, max(MIN_TIMEOUT, 4 * slowest)) if slowest else LOST_AFTER

    def waiting(self, now: float) -> bool:
        """True while an answer is likely to come: from hops that answer, in the first round from any."""
        patience = self.patience()
        known = [hop for hop in self.hops.values() if hop.statistics.received or self.rounds < 1]
        return any(hop.waiting(now, patience) for hop in known)
