"""JSON kept beside a capture for what it can't hold of a trace: audio, transports, verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from partnertui.calls.call_assembly import build_trace
from partnertui.calls.capture_coverage import Coverage, Evidence, SoundCoverage
from partnertui.calls.diagnosis.verdict import Code, Confidence, Diagnosis, Verdict
from partnertui.calls.leg import Join
from partnertui.calls.trace_json import JsonObject
from partnertui.calls.trace_model import Endpoint, Message, Stream, Trace

USUAL = "udp"
"""The transport of every message in a capture that the program writes."""


def snapshot_of(trace: Trace, judgement: Diagnosis) -> JsonObject:
    """What `restored` needs besides the messages, as JSON."""
    return {
        "messages": len(trace.messages),
        "transports": {str(index): one.transport for index, one in enumerate(trace.messages) if one.transport != USUAL},
        "streams": [asdict(stream) for stream in trace.streams],
        "joined_by": trace.joined_by,
        "guessed": trace.guessed,
        "missing": list(trace.missing),
        "sound_searched": trace.sound_searched,
        "verdicts": [asdict(verdict) for verdict in (judgement.verdict, *judgement.also)],
        "coverage": _kept_coverage(judgement.coverage),
        "known": list(judgement.known),
    }


def restored(messages: Sequence[Message], snapshot: JsonObject) -> tuple[Trace, Diagnosis | None]:
    """The trace of these messages with its verdict; None where the verdict's messages aren't all there."""
    ordered = sorted(messages, key=lambda one: (one.time_us, one.frame))
    whole = len(ordered) == snapshot.get("messages")
    if whole:
        transports: dict[str, str] = snapshot.get("transports") or {}
        ordered = [replace(one, transport=transports.get(str(n), USUAL)) for n, one in enumerate(ordered)]
    join = Join(str(snapshot.get("joined_by") or ""), bool(snapshot.get("guessed")))
    streams = [_stream(one) for one in snapshot.get("streams") or ()]
    trace = build_trace(ordered, join, streams, tuple(snapshot.get("missing") or ()))
    trace = replace(trace, sound_searched=bool(snapshot.get("sound_searched")))
    verdicts = [_verdict(one) for one in snapshot.get("verdicts") or ()] if whole else []
    if not verdicts:
        return trace, None
    coverage = _coverage(snapshot.get("coverage"))
    return trace, Diagnosis(verdicts[0], tuple(verdicts[1:]), coverage, tuple(snapshot.get("known") or ()))


def _stream(values: JsonObject) -> Stream:
    ends = {name: Endpoint(**values[name]) for name in ("source", "destination")}
    return Stream(**{**values, **ends, "payload_types": tuple(values["payload_types"])})


def _verdict(values: JsonObject) -> Verdict:
    own = {"code": Code(values["code"]), "confidence": Confidence(values["confidence"])}
    return Verdict(**{**values, **own, "evidence": tuple(values["evidence"])})


def _kept_coverage(coverage: Coverage | None) -> JsonObject | None:
    return (
        asdict(coverage) | {"present": sorted(one.name for one in coverage.present)} if coverage is not None else None
    )


def _coverage(values: JsonObject | None) -> Coverage | None:
    if values is None:
        return None
    lists = {name: tuple(values[name]) for name in ("files", "missing", "clocks")}
    sound = tuple(SoundCoverage(**one) for one in values["sound"])
    # snapshots of earlier releases have the words that were on screen then
    present = frozenset(Evidence[one] if one in Evidence.__members__ else Evidence(one) for one in values["present"])
    return Coverage(**{**values, **lists, "sound": sound, "present": present})
