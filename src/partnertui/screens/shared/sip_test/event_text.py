"""The events of a SIP test, one line each: time, text, colour role."""

from __future__ import annotations

from partnertui.kit.terminal.safe_text import one_line
from partnertui.probes.sip_options.events import (
    Answered,
    BadAnswer,
    CertificateUntrusted,
    Connected,
    DestinationChosen,
    DestinationFailed,
    Event,
    Provisional,
    Refused,
    Retransmitted,
    Sent,
    SeriesResult,
    TimedOut,
)

Words = tuple[str, str, str]


def event_words(event: Event) -> Words:
    """Time, text and role of an event; times since the request was sent or the connection was requested."""
    return _final(event) if event.final else _before(event)


def _before(event: Event) -> Words:
    match event:
        case DestinationChosen(destination, number, destinations):
            return "", f"to {destination.words}{f' ({number} of {destinations})' if destinations > 1 else ''}", "muted"
        case Connected(words, after):
            return _ms(after), f"connected{f', {words}' if words else ''}", "muted"
        case CertificateUntrusted(words, after):
            return _ms(after), one_line(words), "warn"
        case Sent():
            return "0 ms", "OPTIONS sent", ""
        case Retransmitted(number, after):
            return _ms(after), f"retransmitted (transmission {number})", "warn"
        case Provisional(status, reason, after):
            return _ms(after), f"{status} {one_line(reason)}", "muted"
        case SeriesResult():
            return _series_result(event)
        case DestinationFailed(_, end):
            when, what, _role = _final(end)
            return when, f"{what}; trying the next destination", "warn"
    return "", "", ""


def _series_result(event: SeriesResult) -> Words:
    said = f"{event.status} {one_line(event.reason)}" if event.status else one_line(event.reason) or "no answer"
    when = "lost" if event.milliseconds is None else f"{event.milliseconds:.0f} ms"
    return when, f"request {event.number}: {said}", "bad" if event.milliseconds is None else ""


def _final(event: Event) -> Words:
    match event:
        case Answered():
            good = event.status < 300 and not event.untrusted
            return (
                _ms(event.milliseconds / 1000),
                f"{event.status} {one_line(event.reason)}",
                "good" if good else "warn",
            )
        case TimedOut(after, 0):
            return _ms(after), "no connection", "bad"
        case TimedOut(after, sent):
            return _ms(after), f"no answer to {sent} request{'s' if sent > 1 else ''}", "bad"
        case Refused(_, words, after) | BadAnswer(words, after):
            return _ms(after), one_line(words), "bad"
    return "", "", ""


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
