"""A SIP test that is over, as plain values: for JSON, and as a line for a ticket."""

from __future__ import annotations

from typing import Any

from partnertui.domain.safe_text import one_line
from partnertui.probes.options.events import Answered, BadAnswer, Refused, TimedOut
from partnertui.probes.options.sip_test import SipProbe

FAULTLESS = "answered"


def as_json(probe: SipProbe) -> dict[str, Any]:
    """Everything of a test. `sent` and `received` count tests of a series, `loss` is in per cent, times are in ms.

    status, times and address are None where there is none; `outcome` is as in SipProbe.
    """
    end = probe.end if isinstance(probe.end, Answered) else None
    times, results = probe.statistics.times, probe.statistics.results
    if not results and end is not None and probe.outcome in {FAULTLESS, "untrusted"}:
        times = [end.milliseconds]
    sent = len(results) or int(probe.end is not None and probe.outcome != "not-sent")
    meaning = probe.meaning
    return {
        "target": probe.name,
        "way": "proxy" if probe.target is not None and probe.target.through_proxy else "direct",
        "transport": probe.destination.transport if probe.destination is not None else None,
        "address": probe.destination.host_port if probe.destination is not None else None,
        "status": end.status if end is not None else None,
        "reason": end.reason if end is not None else None,
        "sent": sent,
        "received": len(times),
        "loss": round(100 * (sent - len(times)) / sent, 1) if sent else None,
        "min": rounded(min(times, default=None)),
        "avg": rounded(sum(times) / len(times) if times else None),
        "max": rounded(max(times, default=None)),
        "jitter": rounded(probe.statistics.jitter if len(times) > 1 else None),
        "user_agent": end.phone if end is not None else None,
        "allow": list(end.allow) if end is not None else [],
        "meaning": f"{meaning.headline}: {meaning.meaning}" if meaning is not None else probe.refused,
        "advice": meaning.advice if meaning is not None else "",
        "outcome": probe.outcome,
    }


def rounded(milliseconds: float | None) -> float | None:
    """With three digits behind the point."""
    return None if milliseconds is None else round(milliseconds, 3)


def as_lines(probe: SipProbe, name_width: int) -> list[str]:
    """Name, answer, time and meaning in one line; in a second one what to do, where something is wrong."""
    took = probe.milliseconds
    time = f"{took:.1f} ms" if took is not None and probe.outcome in {FAULTLESS, "untrusted"} else "-"
    meaning = probe.meaning
    said = f"{meaning.headline}. {meaning.meaning}" if meaning is not None else probe.refused
    line = f"{one_line(probe.name):<{name_width}}  {answer(probe):<14}  {time:>9}  {one_line(said, 400)}"
    advised = meaning is not None and (meaning.role != "good")
    return [line, f"{'':{name_width}}  {one_line(meaning.advice, 400)}"] if advised and meaning else [line]


def answer(probe: SipProbe) -> str:
    """Status and reason, or what came instead."""
    match probe.end:
        case Answered(status, reason):
            return one_line(f"{status} {reason}", 28)
        case TimedOut():
            return "no answer"
        case Refused():
            return "refused"
        case BadAnswer():
            return "no SIP"
    return "not sent"
