"""A look-ahead true-peak limiter: lowers the gain smoothly before a peak above the ceiling.

Peaks come block by block, measured on the oversampled signal; the gain of a block never exceeds what its own peak and
those of its neighbours allow, and is ramped between blocks.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import pairwise

ATTACK, RELEASE = 0.2, 0.01
"""How much the gain, as a part of the full one, may fall or rise from one block to the next."""


def envelope(peaks: Sequence[float], gain: float, ceiling: float) -> list[float]:
    """The gain at each border of the blocks, one more than there are blocks.

    peaks: the true peak of each block; gain: the factor without limiting; ceiling: the largest peak there may be.
    """
    needs = [gain if peak * gain <= ceiling else ceiling / peak for peak in peaks]
    # the filter that measures true peaks reports one at the end of a block in the next
    safe = [min(needs[max(0, at - 1) : at + 2]) for at in range(len(needs))]
    borders = [safe[0], *map(min, safe, safe[1:]), safe[-1]] if safe else [gain]
    for at in range(1, len(borders)):
        borders[at] = min(borders[at], borders[at - 1] + RELEASE * gain)
    for at in range(len(borders) - 2, -1, -1):
        borders[at] = min(borders[at], borders[at + 1] + ATTACK * gain)
    return borders


def amplify(samples: array[float], channels: int, borders: Sequence[float], block: int) -> array[int]:
    """Interleaved samples from -1 to 1 as 16 bits, multiplied by the gain between the borders of their blocks.

    block: frames from one border to the next; the last block may be shorter.
    """
    if min(borders) == max(borders):
        factor = borders[0] * 32767
        return array("h", [int(sample * factor) for sample in samples])
    found, width = array("h"), block * channels
    for at, (begin, end) in enumerate(pairwise(borders)):
        part = samples[at * width : (at + 1) * width]
        factor, slope = begin * 32767, (end - begin) * 32767 / width
        found.extend([int(sample * (factor + slope * index)) for index, sample in enumerate(part)])
    return found
