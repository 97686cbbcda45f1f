"""The messages of a SIP test as a trace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from partnertui.calls.call_assembly import build_trace
from partnertui.calls.diagnosis.verdict import Code, Confidence, Diagnosis, Verdict
from partnertui.calls.trace_model import Endpoint, Message, Side
from partnertui.domain.capital_letter import capital
from partnertui.kit.declare.actions import Services
from partnertui.kit.terminal.safe_text import one_line
from partnertui.probes.sip_options.events import Answered, BadAnswer, Refused
from partnertui.probes.sip_options.message_log import LoggedMessage
from partnertui.probes.sip_options.sip_test import SipProbe
from partnertui.screens.shared.trace import show_trace

ORIGIN = "SIP test"
BUSY, UNKNOWN_USER = frozenset({486, 600}), frozenset({404, 410, 604})


def show_exchange(services: Services, probe: SipProbe, on_back: Callable[[], None]) -> None:
    """Open the ladder of everything sent and received, with the verdict of the test; `on_back` is called afterwards."""
    messages = [_message(number, one) for number, one in enumerate(probe.exchanged, 1)]
    first = probe.exchanged[0]
    proxy = probe.target is not None and probe.target.through_proxy
    there = "our proxy" if proxy else one_line(probe.name)
    names = {str(Endpoint(*first.source)): "this host", str(Endpoint(*first.destination)): there}
    if first.source[0] != first.destination[0]:
        names |= {first.source[0]: "this host", first.destination[0]: there}
    trace = replace(build_trace(messages), sides=(Side.SOURCE,) * len(messages))  # a series has no second leg
    title = f"SIP test: {one_line(probe.name)}"
    show_trace(services, title, trace, names, judgement=judgement_of(probe), on_back=on_back)


def judgement_of(probe: SipProbe) -> Diagnosis | None:
    """What the test says, as the verdict above the ladder; None while it runs."""
    meaning, last = probe.meaning, len(probe.exchanged) - 1
    if meaning is None:
        return None
    code = {"good": Code.OK, "warn": Code.INCOMPLETE}.get(meaning.role, Code.TIMEOUT)
    if isinstance(probe.end, Answered) and meaning.role != "good":
        code = Code.BUSY if probe.end.status in BUSY and meaning.role == "warn" else code
        code = Code.UNKNOWN_USER if probe.end.status in UNKNOWN_USER else code
    elif isinstance(probe.end, Refused) and meaning.role == "bad":
        code = Code.UNREACHABLE
    elif isinstance(probe.end, BadAnswer):
        code = Code.BAD_REQUEST
    sure = Confidence.POSSIBLE if code is Code.INCOMPLETE else Confidence.CERTAIN
    text = f"{capital(meaning.headline)}. {meaning.meaning}"
    return Diagnosis(Verdict(code, sure, text, meaning.advice, (last,)))


def _message(number: int, one: LoggedMessage) -> Message:
    ends = Endpoint(*one.source), Endpoint(*one.destination)
    return Message(number, one.time_us, one.transport, *ends, one.data, ORIGIN)
