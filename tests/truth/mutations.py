"""Captures with packets dropped, cut short or reordered: what is certain then must still be true of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

from tests.truth import wire
from tests.truth.scenario import Scenario

from partnertui.calls.diagnosis.diagnose import diagnose
from partnertui.calls.diagnosis.verdict import FINE, Confidence
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexUpdate
from partnertui.captures.indexed_call_loader import CallLoader
from partnertui.captures.rtp_of_calls import all_with_streams

Packet = tuple[float, bytes]


def mutated(packets: list[Packet], random: Random) -> list[Packet]:
    """The same packets, some of them missing, cut or at another time."""
    way = random.choice(("drop", "drop", "begin", "end", "cut", "reorder", "host"))
    if way == "begin":
        return packets[random.randrange(len(packets)) :]
    if way == "end":
        return packets[: random.randrange(len(packets)) + 1]
    share = random.choice((0.05, 0.2, 0.5))
    if way == "drop":
        return [packet for packet in packets if random.random() > share]
    if way == "cut":
        return [
            (time, data[: random.randrange(60, 600)] if random.random() < share else data) for time, data in packets
        ]
    if way == "host":  # only one direction of the capture
        silent = random.choice(sorted({data[26:30] for _, data in packets}))
        return [packet for packet in packets if packet[1][26:30] != silent]
    return [(time + random.random() * 0.02 if random.random() < share else time, data) for time, data in packets]


def contradictions(scenario: Scenario, packets: list[Packet], folder: Path) -> Iterator[str]:
    """Certain verdicts on a mutated capture that the whole one shows to be false."""
    path = folder / "mutated.pcap"
    path.write_bytes(wire.pcap(packets))
    allowed = {one.call_id: {*one.codes, *one.hedged} for one in scenario.expect}
    never = {one.call_id: {*one.never_codes} for one in scenario.expect}
    with Index(folder / "captures.db") as index, closing(CallLoader(index)) as loader:
        IndexUpdate(index).update([path])
        traces = [trace for some in loader.all([path]) for trace in all_with_streams(loader, some, [path])]
    for trace in traces:
        verdict = diagnose(trace).verdict
        for call_id in trace.call_ids:
            known = allowed.get(call_id)
            if trace.method == "REGISTER" and verdict.code in FINE:
                continue  # what was true at the end of what was captured
            if known and verdict.confidence == Confidence.CERTAIN and str(verdict.code) not in known:
                because = "never" if str(verdict.code) in never[call_id] else "not"
                yield f"{scenario.name}: {verdict.code} is {because} in {sorted(known)}: {verdict.text}"
