"""Two calls of the same parties, fact by fact: what differs between the one that worked and the one that did not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from partnertui.calls.call_statistics import Outcome, analysis_statistics
from partnertui.calls.diagnosis.diagnose import diagnose
from partnertui.calls.replaced_calls import own_part
from partnertui.calls.signalling_analysis import CallAnalysis, has_credentials
from partnertui.calls.trace_model import Message, Trace
from partnertui.domain.sip_and_q850_codes import CHALLENGES
from partnertui.sip.sdp import Media

LARGE_INVITE = 1300
"""Bytes from which a request over UDP may be fragmented on its way (RFC 3261, section 18.1.1)."""


@dataclass(frozen=True)
class Difference:
    """One fact of both calls; an empty text means that it can't be told from the trace."""

    label: str
    one: str
    other: str


def differences(one: Trace, other: Trace) -> list[Difference]:
    """The facts in which two calls differ, in the order in which a call happens.

    A fact that only one of the two traces can show is left out where it follows from how far the call got: a call that
    was refused has no codec that was agreed on.
    """
    left, right = dict(_facts(one)), dict(_facts(other))
    labels = dict.fromkeys((*left, *right))
    pairs = [Difference(label, left.get(label, ""), right.get(label, "")) for label in labels]
    return [pair for pair in pairs if pair.one != pair.other and (pair.label in LEADING or (pair.one and pair.other))]


ENDED_BY = {"caller": "caller", "callee": "called party", "server": "platform"}
LEADING = ("Result", "Verdict", "Encryption offered", "Identity")
"""Facts whose absence from one call says something, too."""


def _facts(trace: Trace) -> Iterator[tuple[str, str]]:
    trace = own_part(trace)[0]
    analysis = CallAnalysis(trace)
    statistics = analysis_statistics(analysis)
    yield "Result", _result(analysis, statistics.outcome)
    verdict = diagnose(trace).verdict
    yield "Verdict", f"{verdict.code.value.replace('_', ' ')} ({verdict.confidence})"
    first = analysis.message(analysis.initial_requests[-1]) if analysis.initial_requests else None
    if first is not None:
        yield from _request_facts(first)
        yield "Sent to", str(analysis.server)
    yield "Password", _password(analysis)
    yield "Passed on to", ", ".join(dict.fromkeys(one.server for one in analysis.forwarded))
    yield "Far-end device", statistics.destination_agent
    yield "Ringing", "yes" if analysis.ringing else "not seen"
    yield "Codecs offered", ", ".join(statistics.offered)
    yield "Negotiated codec", ", ".join(statistics.chosen)
    if trace.streams:
        yield "Audio", _sound(trace)
    yield "Ended by", ENDED_BY.get(statistics.hung_up_by, "")


def _result(analysis: CallAnalysis, outcome: Outcome) -> str:
    if analysis.is_answered or analysis.final is None:
        return outcome.value
    return f"{outcome.value}: {analysis.message(analysis.final).reading.start}"


def _request_facts(message: Message) -> Iterator[tuple[str, str]]:
    reading = message.reading
    yield "Caller's address", message.source.address
    yield "Caller's device", reading.headers.first("user-agent")
    yield "Transport", message.transport.upper()
    yield "Dialled as", reading.uri_user
    yield "Caller number sent", reading.from_user
    identity = ", ".join(name for name in IDENTITY if reading.headers.first(name))
    yield "Identity", identity.title() if identity else "no identity header"
    if message.sdp is not None:
        yield "Encryption offered", _encryption([media for media in message.sdp.media if media.kind == "audio"])
    yield "Request size", _size(message)


IDENTITY = ("p-asserted-identity", "p-preferred-identity", "remote-party-id", "privacy")


def _encryption(audio: list[Media]) -> str:
    if not audio:
        return "no audio"
    secure = [media.secure for media in audio]
    return "SRTP" if all(secure) else "RTP and SRTP" if any(secure) else "none (RTP)"


def _size(message: Message) -> str:
    """Only whether it is large: every two requests differ by some bytes."""
    if message.transport.lower() != "udp" or len(message.data) < LARGE_INVITE:
        return "no fragmentation expected"
    return f"{LARGE_INVITE:,} bytes or more: may be fragmented"


def _password(analysis: CallAnalysis) -> str:
    if not analysis.initial_requests:
        return ""
    if any(has_credentials(analysis.message(index)) for index in analysis.initial_requests):
        return "sent"
    return "asked for, but not sent" if analysis.code in CHALLENGES else "not asked for"


def _sound(trace: Trace) -> str:
    directions = {(stream.source.address, stream.destination.address) for stream in trace.streams}
    both = any((target, source) in directions for source, target in directions)
    scores = [stream.mos for stream in trace.streams if stream.mos]
    return ("both directions" if both else "one direction") + (f", MOS {min(scores):.1f} at worst" if scores else "")
