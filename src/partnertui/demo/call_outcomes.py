"""How demo calls end: each outcome has consistent SIP code, Q.850 cause, times, codec and MOS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from partnertui.demo.shared_state import World
from partnertui.domain.sip_and_q850_codes import q850_from_sip

POOL = 2048
"""Outcomes of each direction."""
LONGEST = 9000
"""Seconds of the longest call."""


class Outcome(NamedTuple):
    """What a call's end says; `reached` tells whether the other side's phone or carrier was reached."""

    duration: int
    reached: bool
    columns: tuple[object, ...]
    """category, duration, disposition, sip_code, q850_cause, hung_up_by, pdd_ms, codec, mos"""


@dataclass(frozen=True)
class _End:
    disposition: str
    code: int
    cause: int | None = None
    by: str = "callee"
    reached: bool = True


_ANSWERED = _End("answered", 200)
_ENDS: dict[str, dict[_End, int]] = {
    "outbound": {
        _ANSWERED: 700,
        _End("no answer", 480, 19): 70,
        _End("no answer", 408): 14,
        _End("busy", 486): 70,
        _End("cancelled", 487, by="caller"): 80,
        _End("rejected", 603): 14,
        _End("rejected", 403, by="server", reached=False): 8,
        _End("failed", 404, by="server"): 16,
        _End("failed", 484, by="server", reached=False): 6,
        _End("failed", 488): 4,
        _End("congestion", 503, 34, by="server"): 10,
        _End("failed", 500, by="server"): 4,
        _End("diverted", 302, 31): 4,
    },
    "inbound": {
        _ANSWERED: 690,
        _End("voicemail", 200, by="caller"): 90,
        _End("no answer", 480, 19): 60,
        _End("busy", 486): 50,
        _End("cancelled", 487, by="caller"): 80,
        _End("rejected", 603): 10,
        _End("no answer", 408): 10,
        _End("failed", 404, by="server", reached=False): 4,
        _End("diverted", 302, 31): 6,
    },
    "internal": {
        _ANSWERED: 780,
        _End("voicemail", 200, by="caller"): 40,
        _End("no answer", 480, 19): 70,
        _End("busy", 486): 50,
        _End("cancelled", 487, by="caller"): 50,
        _End("rejected", 603): 10,
    },
}
_CODECS = {"PCMA": (46, 436), "PCMU": (20, 434), "G722": (22, 441), "opus": (8, 438), "G729": (4, 388)}
"""Weight, and the MOS (hundredths) of a clean call."""


def outcomes(world: World, direction: str) -> list[Outcome]:
    """A pool of outcomes of one direction."""
    ends = world.random.choices(list(_ENDS[direction]), list(_ENDS[direction].values()), k=POOL)
    return [_outcome(world, direction, end) for end in ends]


def _outcome(world: World, direction: str, end: _End) -> Outcome:
    random = world.random
    up = end.code == 200
    duration = _seconds(world, end) if up else 0
    cause = end.cause if end.cause is not None else q850_from_sip(end.code)
    by = end.by if not up or end.disposition == "voicemail" else world.often({"caller": 55, "callee": 44, "server": 1})
    rang = up or (end.disposition in ("no answer", "busy", "cancelled", "rejected") and end.reached)
    pdd = min(int(random.lognormvariate(6.6, 0.7)) + 90, 14_000) if rang else None
    codec, mos = _sound(world) if up else (None, None)
    category = {"outbound": "dialled", "internal": "other"}.get(direction) or (
        "received" if end.disposition == "answered" else "missed"
    )
    columns = (category, duration, end.disposition, end.code, cause, by, pdd, codec, mos)
    return Outcome(duration, end.reached, columns)


def _seconds(world: World, end: _End) -> int:
    if end.disposition == "voicemail":
        return world.random.randrange(4, 120)
    if world.chance(1.2):
        return world.random.choice((31, 32, 32, 33))  # the ACK was lost: dropped after 64 * T1
    return min(1 + int(world.random.lognormvariate(4.55, 1.15)), LONGEST)


def _sound(world: World) -> tuple[str, int]:
    codec = world.often({name: weight for name, (weight, _) in _CODECS.items()})
    best = _CODECS[codec][1]
    worse = world.random.expovariate(1 / 8) if world.chance(93) else world.random.uniform(60, 240)
    return codec, max(best - int(worse), 110)
