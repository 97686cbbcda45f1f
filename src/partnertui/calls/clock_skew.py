"""Estimates how far the clocks of several captures differ, by messages that two of them have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from statistics import median

from partnertui.calls.trace_model import Message

LEAST_US, LEAST_ONE_WAY_US = 100_000, 1_000_000
"""Differences that are told; the second where both have messages of one direction alone: these took their time."""
SPREAD_US = 100_000
"""By how much the differences of messages may differ from their median, as a rule."""
FEWEST = 2
"""Messages that two captures must have in common: one alone may be a retransmission whose first was lost."""
_Times = Mapping[str, Mapping[object, Sequence[tuple[int, bool]]]]


def clock_offsets(messages: Iterable[Message]) -> dict[str, int]:
    """By how many microseconds the clocks of captures are ahead of that of the one with most messages.

    Only those that differ; none where a capture has no message in common with the others: its clock isn't known.
    """
    known = list(messages)
    origins: dict[str, int] = defaultdict(int)
    for message in known:
        origins[message.origin] += 1
    if len(origins) < 2:
        return {}
    times = _times(known)
    pairs = {pair: found for pair in combinations(sorted(origins), 2) if (found := _ahead(times, *pair)) is not None}
    reference = max(sorted(origins), key=lambda origin: origins[origin])
    ahead, waiting = {reference: 0}, [reference]
    while waiting:
        one = waiting.pop()
        for (first, second), offset in pairs.items():
            if one == first and second not in ahead:
                ahead[second] = ahead[one] + offset
                waiting.append(second)
            elif one == second and first not in ahead:
                ahead[first] = ahead[one] - offset
                waiting.append(first)
    return {origin: offset for origin, offset in ahead.items() if offset} if len(ahead) == len(origins) else {}


def corrected(messages: Iterable[Message], offsets: Mapping[str, int]) -> Iterator[Message]:
    """The messages at the times that the capture with most messages would have given them."""
    if not offsets:
        yield from messages
        return
    for message in messages:
        offset = offsets.get(message.origin, 0)
        yield replace(message, time_us=message.time_us - offset) if offset else message


def clock_sentences(offsets: Mapping[str, int]) -> list[str]:
    """What is said of clocks that differ."""
    return [
        f"The clock of capture {Path(origin).name} was {abs(offset) / 1e6:.1f} s"
        f" {'ahead' if offset > 0 else 'behind'}: its timestamps were corrected."
        for origin, offset in offsets.items()
    ]


def _times(messages: Iterable[Message]) -> _Times:
    """When each capture has each message, and whether it went from the lower to the higher address."""
    times: dict[str, dict[object, list[tuple[int, bool]]]] = defaultdict(lambda: defaultdict(list))
    for message in messages:
        reading = message.reading
        via = tuple(reading.headers.all("via"))
        if via and reading.call_id:
            # With its Via headers: what a proxy passed on has one more, so it isn't taken for the same message.
            key = reading.start, via, reading.call_id, reading.cseq
            forward = message.source < message.destination
            times[message.origin][key].append((message.time_us, forward))
    return times


def _ahead(times: _Times, one: str, other: str) -> int | None:
    """By how much the other's clock is ahead; 0 where that can't be told from the network's delay, None for nothing."""
    directions: dict[bool, list[int]] = {True: [], False: []}
    for key in times[one].keys() & times[other].keys():
        first, second = sorted(times[one][key]), sorted(times[other][key])
        # where one of them lacks a retransmission, nobody knows which
        if len(first) == len(second):
            directions[first[0][1]].extend(b - a for (a, _), (b, _) in zip(first, second, strict=True))
    if sum(map(len, directions.values())) < FEWEST:
        return None
    # what one way takes longer, the other takes shorter: between both is the clocks' difference
    middles = {way: median(found) for way, found in directions.items() if found}
    if median(abs(one - middles[way]) for way, found in directions.items() for one in found) > SPREAD_US:
        return None
    offset = round(sum(middles.values()) / len(middles))
    return offset if abs(offset) >= (LEAST_US if len(middles) > 1 else LEAST_ONE_WAY_US) else 0
