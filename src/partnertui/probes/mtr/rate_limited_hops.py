"""Finds hops that only rate-limit their replies: they lose more than the hops behind them."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from partnertui.probes.mtr.path_snapshot import HopReport

CERTAIN_DEVIATIONS = 3.1
"""Standard errors by which one share certainly exceeds another (chance 1 in 1000)."""


def pooled_loss(hops: Sequence[HopReport]) -> float:
    """Share of lost probes of several hops together."""
    due = sum(hop.due for hop in hops)
    return sum(hop.lost for hop in hops) / due if due else 0.0


def rate_limited_hops(hops: Sequence[HopReport]) -> list[HopReport]:
    """Hops that lose more than those behind them: they only rate-limit their own replies.

    `hops` are those that answer, in order; the last one is never included.
    """
    found: list[HopReport] = []
    behind = list(hops[-1:])
    for hop in reversed(hops[:-1]):
        if hop.lost and (not hops[-1].lost or max_excess_loss(hop, behind) > CERTAIN_DEVIATIONS):
            found.append(hop)
        else:
            behind.insert(0, hop)
    return found[::-1]


def max_excess_loss(hop: HopReport, behind: Sequence[HopReport]) -> float:
    """The greatest excess over the next 1 … n hops behind it: real loss would show in all of them."""
    return max(_excess_loss(hop, behind[:count]) for count in range(1, len(behind) + 1))


def _excess_loss(hop: HopReport, others: Sequence[HopReport]) -> float:
    """By how many standard errors a hop loses more than others do (two-proportion test)."""
    due = sum(other.due for other in others)
    if not due or not hop.due:
        return 0.0
    share = pooled_loss((hop, *others))
    # two-proportion z-test with a pooled share
    error = sqrt(share * (1 - share) * (1 / hop.due + 1 / due))
    return (hop.lost / hop.due - pooled_loss(others)) / error if error else 0.0
