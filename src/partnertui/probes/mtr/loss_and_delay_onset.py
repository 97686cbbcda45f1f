"""Finds the hop where loss (by maximum likelihood) or delay begins, and routing loops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from partnertui.probes.mtr.path_snapshot import HopReport
from partnertui.probes.mtr.rate_limited_hops import max_excess_loss, pooled_loss

MIN_LOG_RATIO = 3.0
"""Least log-likelihood ratio of a change against none: about 20 to 1."""
MIN_LOST = 2
"""Probes that must be lost at the end before a conclusion is certain."""
POSSIBLE_DEVIATIONS = 1.3
"""Standard errors by which one share possibly exceeds another (chance 1 in 10)."""


@dataclass(frozen=True)
class LossOnset:
    """The hop where loss begins; `before` is the hop in front of it, None for the first one.

    `later` is the next hop where it may begin instead, when this hop also seems to rate-limit its replies.
    """

    hop: HopReport
    before: HopReport | None
    certain: bool
    later: HopReport | None = None


def find_loss_onset(hops: Sequence[HopReport]) -> LossOnset:
    """The most likely hop where loss begins: a lower share before it, a higher one from it on.

    `hops` are those that answer and don't rate-limit their replies; the last one has lost some.
    """
    flat = _log_likelihood(hops)
    best, gain, certain = 0, 0.0, False
    # hops before and behind the change each with a loss of their own, against one loss for all
    for index in range(1, len(hops)):
        before, after = hops[:index], hops[index:]
        better = _log_likelihood(before) + _log_likelihood(after) - flat
        if pooled_loss(after) > pooled_loss(before) and better > gain:
            best, gain = index, better
    if hops[-1].lost >= MIN_LOST:
        if gain >= MIN_LOG_RATIO:
            certain = True
        elif hops[0].lost >= MIN_LOST and pooled_loss(hops[:1]) >= pooled_loss(hops) / 2:
            best, certain = 0, True
    behind = hops[best + 1 :]
    later = behind[0] if behind and max_excess_loss(hops[best], behind) > POSSIBLE_DEVIATIONS else None
    return LossOnset(hops[best], hops[best - 1] if best else None, certain, later)


def _log_likelihood(hops: Sequence[HopReport]) -> float:
    """Log-likelihood that all these hops lose the same share."""
    lost, due = sum(hop.lost for hop in hops), sum(hop.due for hop in hops)
    # log-likelihood of a binomial at its best share; the coefficient is the same on both sides
    return sum(count * log(count / due) for count in (lost, due - lost) if count)


@dataclass(frozen=True)
class DelayStep:
    """The hop from which replies take `milliseconds` longer, up to the end."""

    hop: HopReport
    before: HopReport | None
    milliseconds: float


def find_delay_step(hops: Sequence[HopReport]) -> DelayStep | None:
    """The greatest delay step that persists to the end; `hops` are those that answer. None without hops."""
    steps: list[DelayStep] = []
    floor = 0.0
    for index, hop in enumerate(hops):
        # a delay that later hops don't have is only slow answering: what counts is what stays to the end
        delay = min(other.avg or 0.0 for other in hops[index:])
        steps.append(DelayStep(hop, hops[index - 1] if index else None, delay - floor))
        floor = delay
    return max(steps, key=lambda step: step.milliseconds, default=None)


def slow_responders(hops: Sequence[HopReport], least: float) -> list[HopReport]:
    """Hops that take at least `least` ms longer than some hop behind them: slow to reply, not to forward."""
    return [
        hop
        for index, hop in enumerate(hops[:-1])
        if (hop.avg or 0.0) - min(other.avg or 0.0 for other in hops[index + 1 :]) >= least
    ]


def find_loop(hops: Sequence[HopReport]) -> tuple[HopReport, HopReport] | None:
    """First and last hop of a routing loop: an address that answers again after another one; None without a loop."""
    seen: dict[str, HopReport] = {}
    found = None
    for index, hop in enumerate(hops):
        first = seen.setdefault(hop.host, hop)
        between = {other.host for other in hops[:index] if first.hop < other.hop}
        if first is not hop and between - {hop.host}:
            found = (found[0] if found else first, hop)
    return found
