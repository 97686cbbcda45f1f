"""The messages of a SIP test as a trace."""

from __future__ import annotations

from dataclasses import replace

from partnertui.calls.build_traces import build_trace
from partnertui.calls.model import Endpoint, Message, Side
from partnertui.kit.declare.actions import Services
from partnertui.kit.terminal.safe_text import one_line
from partnertui.probes.options.message_log import LoggedMessage
from partnertui.probes.options.sip_test import SipProbe
from partnertui.screens.shared.trace import show_trace

ORIGIN = "SIP test"


def show_exchange(services: Services, probe: SipProbe) -> None:
    """Open the ladder of everything sent and received."""
    messages = [_message(number, one) for number, one in enumerate(probe.exchanged, 1)]
    first = probe.exchanged[0]
    proxy = probe.target is not None and probe.target.through_proxy
    there = "our proxy" if proxy else one_line(probe.name)
    names = {str(Endpoint(*first.source)): "this host", str(Endpoint(*first.destination)): there}
    if first.source[0] != first.destination[0]:
        names |= {first.source[0]: "this host", first.destination[0]: there}
    trace = replace(build_trace(messages), sides=(Side.SOURCE,) * len(messages))  # a series has no second leg
    show_trace(services, f"SIP test of {one_line(probe.name)}", trace, names)


def _message(number: int, one: LoggedMessage) -> Message:
    ends = Endpoint(*one.source), Endpoint(*one.destination)
    return Message(number, one.time_us, one.transport, *ends, one.data, ORIGIN)
