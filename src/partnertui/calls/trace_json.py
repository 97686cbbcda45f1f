"""Writes a call as JSON, for scripts and tickets; docs/trace.md documents the format."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from partnertui.calls.call_statistics import analysis_statistics
from partnertui.calls.capture_coverage import Coverage, Evidence
from partnertui.calls.diagnosis.diagnose import diagnose
from partnertui.calls.diagnosis.verdict import Verdict
from partnertui.calls.replaced_calls import own_part, related_calls
from partnertui.calls.signalling_analysis import CallAnalysis
from partnertui.calls.trace_model import LATEST_US, Message, Side, Stream, Trace

JsonObject = dict[str, Any]
"""What json.dumps takes."""


def moment(time_us: int) -> str:
    """ISO 8601, UTC, with microseconds."""
    return (
        datetime.fromtimestamp(min(max(time_us, 0), LATEST_US) / 1e6, UTC)
        .isoformat(timespec="microseconds")
        .replace("+00:00", "Z")
    )


def serialize(trace: Trace, leg: Side | None = None) -> JsonObject:
    """Everything about a call; with `leg` only the messages of that side. Figures and verdict are those of all."""
    analysis, first = CallAnalysis(own_part(trace)[0]), trace.first.reading
    figures, judged = analysis_statistics(analysis), diagnose(trace, analysis)
    shown = [index for index in range(len(trace.messages)) if leg is None or trace.sides[index] == leg]
    return {
        "call_ids": list(trace.own_call_ids),
        "method": trace.method,
        "from": first.from_user,
        "to": first.to_user,
        "start": moment(trace.start_us),
        "end": moment(trace.messages[-1].time_us),
        "outcome": str(figures.outcome),
        "final_code": figures.final_code,
        "final_reason": figures.final_reason,
        "joined_by": trace.joined_by,
        "guessed": trace.guessed,
        "related": [{"call_id": call_id, "by": how} for call_id, how in related_calls(trace).items()],
        "verdict": _verdict(trace, judged.verdict),
        "also": [_verdict(trace, other) for other in judged.also],
        "statistics": {name: value for name, value in asdict(figures).items() if name not in ("outcome", "is_call")},
        "messages": [_message(trace, index) for index in shown],
        "streams": [_stream(stream) for stream in trace.streams],
        "missing": [*trace.missing, *(judged.coverage.missing_lines if judged.coverage else ())],
        "coverage": _coverage(judged.coverage),
    }


def _coverage(coverage: Coverage | None) -> JsonObject | None:
    """What of the call was captured: the messages, the audio of each hop."""
    if coverage is None:
        return None
    return {
        "captured": [kind.name.lower() for kind in Evidence if kind in coverage.present],
        "challenge": coverage.challenge,
        "hops": coverage.hops,
        "sound_searched": coverage.sound_searched,
        "other_sound": coverage.other_sound,
        "sound": [asdict(one) for one in coverage.sound],
        "truncated": coverage.truncated,
        "files": list(coverage.files),
        "earlier_attempts": coverage.earlier_attempts,
        "text": coverage.lines,
    }


def _verdict(trace: Trace, verdict: Verdict) -> JsonObject:
    return {
        "code": str(verdict.code),
        "confidence": str(verdict.confidence),
        "text": verdict.text,
        "advice": verdict.advice,
        "would_settle": verdict.would_settle,
        "evidence": [trace.messages[index].frame for index in verdict.evidence],
        "evidence_files": [Path(trace.messages[index].origin).name for index in verdict.evidence],
    }


def _message(trace: Trace, index: int) -> JsonObject:
    message: Message = trace.messages[index]
    first = trace.repeats.get(index)
    return {
        "frame": message.frame,
        "file": Path(message.origin).name,
        "time": moment(message.time_us),
        "transport": message.transport,
        "source": str(message.source),
        "destination": str(message.destination),
        "leg": str(trace.sides[index]),
        "dialog": trace.dialogs[index],
        "call_id": message.call_id,
        "method": message.method,
        "status": message.status or None,
        "start": message.reading.start,
        "cseq": message.reading.cseq,
        "sdp": message.sdp.summary if message.sdp else None,
        "repeats": trace.messages[first].frame if first is not None else None,
        "copy": index in trace.copies,
        "text": message.data.decode("utf-8", "replace"),
    }


def _stream(stream: Stream) -> JsonObject:
    return {
        "source": str(stream.source),
        "destination": str(stream.destination),
        "ssrc": f"0x{stream.ssrc:08x}",
        "payload_type": stream.payload_type,
        "codec": stream.codec,
        "start": moment(stream.first_us),
        "end": moment(stream.last_us),
        "frame": stream.frame,
        "packets": stream.packets,
        "lost": stream.lost,
        "loss": round(stream.loss, 3),
        "out_of_order": stream.out_of_order,
        "duplicates": stream.duplicates,
        "jitter_ms": round(stream.jitter_ms, 3),
        "max_jitter_ms": round(stream.max_jitter_ms, 3),
        "dscp": stream.dscp,
        "kind": stream.kind,
        "events": stream.events,
        "comfort_noise": stream.comfort_noise,
        "mos": round(stream.mos, 2) or None,
    }
