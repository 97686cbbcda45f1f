"""A finished SIP test as plain values: for JSON, and as lines of text."""

from __future__ import annotations

from partnertui.domain.safe_text import one_line
from partnertui.probes.sip_options.events import Answered, BadAnswer, Refused, TimedOut
from partnertui.probes.sip_options.sip_test import SipProbe

ANSWERED = "answered"


def report_json(probe: SipProbe) -> dict[str, object]:
    """All results of a test. `sent` and `received` count requests, `loss` is in per cent, times are in ms.

    status, times and address are None when absent; `outcome` is as in SipProbe.
    """
    end = probe.end if isinstance(probe.end, Answered) else None
    times, results = probe.statistics.times, probe.statistics.results
    if not results and end is not None and probe.outcome in {ANSWERED, "untrusted"}:
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
    """Rounded to three decimals."""
    return None if milliseconds is None else round(milliseconds, 3)


def report_lines(probe: SipProbe, name_width: int) -> list[str]:
    """Name, response, time and meaning in one line; unless all is well, a second line with advice."""
    took = probe.milliseconds
    time = f"{took:.1f} ms" if took is not None and probe.outcome in {ANSWERED, "untrusted"} else "-"
    meaning = probe.meaning
    text = f"{meaning.headline}. {meaning.meaning}" if meaning is not None else probe.refused
    line = f"{one_line(probe.name):<{name_width}}  {status_text(probe):<14}  {time:>9}  {one_line(text, 400)}"
    advised = meaning is not None and (meaning.role != "good")
    return [line, f"{'':{name_width}}  {one_line(meaning.advice, 400)}"] if advised and meaning else [line]


def status_text(probe: SipProbe) -> str:
    """Status and reason, or what happened instead."""
    match probe.end:
        case Answered(status, reason):
            return one_line(f"{status} {reason}", 28)
        case TimedOut():
            return "no answer"
        case Refused():
            return "refused"
        case BadAnswer():
            return "not SIP"
    return "not sent"
