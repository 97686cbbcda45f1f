"""The path measured so far: statistics by hop, how far to probe, where it ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from partnertui.config.settings import Mtr
from partnertui.probes.mtr.icmp_replies import Reply, ReplyKind
from partnertui.probes.mtr.round_trip_times import HopStatistics

LOST_AFTER = 2.0
"""Seconds after which a probe without a reply counts as lost; a later reply still counts as received."""
MIN_TIMEOUT = 0.6
"""Least seconds to wait for replies at the end, however fast they were before: a busy host may be late."""
DISCARD_AFTER = 6.0
WINDOW = 8
"""Silent hops in a row probed beyond the last one that replied, before more are tried."""
MAX_CONTRADICTIONS = 3
"""Replies of a router at the destination's distance until the path is assumed to have become longer."""


@dataclass
class Hop:
    """One distance: which hosts replied from there, how often, how fast."""

    ttl: int
    sent: int = 0
    statistics: HopStatistics = field(default_factory=HopStatistics)
    addresses: dict[str, int] = field(default_factory=dict)
    """Replies by address; several when packets take different routes."""
    _open: dict[int, float] = field(default_factory=dict)

    def record_sent(self, number: int, now: float) -> None:
        """Record that the probe of a round was sent; `now` in seconds of a monotonic clock."""
        self.sent += 1
        self._open = {old: at for old, at in self._open.items() if now - at < DISCARD_AFTER}
        self._open[number] = now

    def take(self, answer: Reply) -> bool:
        """Record a reply; False if no probe of its round is outstanding."""
        if self._open.pop(answer.round, None) is None:
            return False
        self.statistics.add(answer.milliseconds)
        self.addresses[answer.address] = self.addresses.get(answer.address, 0) + 1
        return True

    def waiting(self, now: float, reply_timeout: float = LOST_AFTER) -> int:
        """Probes that may still be answered."""
        return sum(now - at < reply_timeout for at in self._open.values())

    def lost(self, now: float) -> int:
        """Probes counted as lost."""
        return max(0, self.sent - self.waiting(now) - self.statistics.received)


@dataclass
class Path:
    """All hops. The destination's distance is the smallest it replied from."""

    address: str
    most: int = int(Mtr.hops)
    hops: dict[int, Hop] = field(default_factory=dict)
    rounds: int = 0
    end: int | None = None
    """Distance where the path ends: at the destination, or at a host that reports it as unreachable."""
    reached: bool = False
    unreachable_reports: dict[tuple[int, str, str], int] = field(default_factory=dict)
    """Number of unreachable reports, by distance, address and reason."""
    farthest_reply: int = 0
    """Distance of the farthest router that replied."""
    _lookahead: int = WINDOW
    _contradictions: int = 0

    def reset(self) -> None:
        """Discard all statistics and start over."""
        self.hops, self.unreachable_reports = {}, {}
        self.rounds = self.farthest_reply = self._contradictions = 0
        self.end, self.reached, self._lookahead = None, False, WINDOW

    @property
    def top(self) -> int:
        """The distance up to which hops are probed now."""
        return self.end if self.end is not None else min(self.most, self.farthest_reply + self._lookahead)

    def extend_search(self) -> bool:
        """Extend the search beyond silent hops; False if that's pointless."""
        if self.end is not None or self.top >= self.most:
            return False
        self._lookahead += WINDOW
        return True

    def record_sent(self, number: int, ttl: int, now: float) -> None:
        """Record that a probe was sent."""
        self.hops.setdefault(ttl, Hop(ttl)).record_sent(number, now)

    def take(self, answer: Reply) -> bool:
        """Record a reply; False if it adds nothing."""
        hop = self.hops.get(answer.ttl)
        if hop is None or (self.end is not None and answer.ttl > self.end):
            return False
        if answer.kind is ReplyKind.UNREACHABLE:
            where = (answer.ttl, answer.address, answer.words)
            self.unreachable_reports[where] = self.unreachable_reports.get(where, 0) + 1
            if self.reached:  # it was reached before, so an undeliverable packet is a lost one
                return True
        if not hop.take(answer):
            return False
        if answer.kind is ReplyKind.EXCEEDED:
            self._passed(answer.ttl)
        else:
            self._ended(answer)
        return True

    def _passed(self, ttl: int) -> None:
        """A router at that distance forwards packets."""
        # one late packet of an older route is no change; three in a row are
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
        """The hops to show: up to the end, or to the first silent one behind the last that replied."""
        last = self.end if self.end is not None else self.farthest_reply + 1
        return [self.hops[ttl] for ttl in range(1, last + 1) if ttl in self.hops]

    def reply_timeout(self) -> float:
        """Seconds after which a reply is unlikely: four times the slowest so far."""
        slowest = max((hop.statistics.worst for hop in self.hops.values()), default=0.0) / 1000
        # on a fast path the last round need not wait for the whole of LOST_AFTER
        return min(LOST_AFTER, max(MIN_TIMEOUT, 4 * slowest)) if slowest else LOST_AFTER

    def waiting(self, now: float) -> bool:
        """True while a reply is likely: from hops that reply, in the first round from any."""
        reply_timeout = self.reply_timeout()
        known = [hop for hop in self.hops.values() if hop.statistics.received or self.rounds < 1]
        return any(hop.waiting(now, reply_timeout) for hop in known)
