"""The last INVITE that was sent to a carrier, and the carrier's final response."""

from __future__ import annotations

from datetime import UTC, datetime

from partnertui.calls.reason_headers import causes_of
from partnertui.calls.trace_model import Message, Side, Trace
from partnertui.domain.carrier_complaint import CarrierFailure


def carrier_failure(trace: Trace) -> CarrierFailure | None:
    """The last INVITE that left the platform and its final response; None where that was put through or is missing.

    Without a second leg, the first INVITE is taken: the capture was made between the platform and the carrier.
    """
    last = max((index for index, one in enumerate(trace.messages) if one.is_request("INVITE")), default=None)
    if last is None or _is_answered(trace):
        return None
    sides = [index for index, side in enumerate(trace.sides) if side == Side.DESTINATION]
    asked = [index for index in sides if trace.messages[index].is_request("INVITE")]
    index = asked[-1] if asked else last
    invite = trace.messages[index]
    answers = [
        one
        for one in trace.messages[index:]
        if one.is_answer("INVITE", 300, 699)
        and one.call_id == invite.call_id
        and one.source.address == invite.destination.address
    ]
    return _failure(trace, invite, answers[-1] if answers else None)


def _is_answered(trace: Trace) -> bool:
    """Whether any INVITE of the call was accepted."""
    return any(one.is_answer("INVITE", 200, 299) for one in trace.messages)


def _failure(trace: Trace, invite: Message, answer: Message | None) -> CarrierFailure:
    reading = invite.reading
    others = (call_id for call_id in trace.own_call_ids if call_id != invite.call_id)
    return CarrierFailure(
        datetime.fromtimestamp(invite.time_us / 1e6, UTC),
        reading.from_user,
        reading.to_user,
        (invite.call_id, *others),
        answer.status if answer is not None else None,
        answer.reading.reason if answer is not None else "",
        causes_of((answer,)).q850 if answer is not None else None,
        str(invite.source),
        str(invite.destination),
    )
