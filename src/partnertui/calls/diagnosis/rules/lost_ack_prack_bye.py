"""Rules for lost ACK, PRACK and BYE, and for dialogs that one side no longer knows."""

from __future__ import annotations

from partnertui.calls.capture_coverage import Evidence
from partnertui.calls.diagnosis.parties_and_quotes import quote
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, Finding, Rule, Subject
from partnertui.calls.diagnosis.rules.dropped_and_diverted_calls import after_answer
from partnertui.calls.diagnosis.verdict import Code
from partnertui.calls.signalling_analysis import CallAnalysis

TIMER_H = 32.0
"""64 × T1: for so long a 2xx is sent again (RFC 3261, section 13.3.1.4)."""


def ack_lost(subject: Subject) -> Finding | None:
    """RFC 3261, section 13.3.1.4: after 64 × T1 without an ACK the answering side gives up with a BYE."""
    analysis = subject.analysis
    if not analysis.is_call:
        return None
    for index in analysis.find(lambda m: m.is_answer("INVITE", 200, 299)):
        again = analysis.repeats_of(index)
        if len(again) < 2:
            continue
        message = analysis.message(index)
        acks = [
            ack
            for ack in _acks_of(analysis, index)
            if analysis.message(ack).destination.address == message.source.address
        ]
        # What was sent again before the ACK can have arrived doesn't count.
        if acks and not any(analysis.seconds(acks[0], later) > 1.0 for later in again if later > acks[0]):
            continue
        return _ack_finding(subject, index, acks)
    return None


def _acks_of(analysis: CallAnalysis, index: int) -> list[int]:
    answer = analysis.message(index)
    return [
        ack
        for ack in analysis.acks
        if analysis.message(ack).call_id == answer.call_id and analysis.message(ack).reading.cseq == answer.reading.cseq
    ]


def _ack_finding(subject: Subject, index: int, acks: list[int]) -> Finding:
    analysis = subject.analysis
    message = analysis.message(index)
    ends = [bye for bye in analysis.byes if analysis.message(bye).source.address == message.source.address]
    seconds = analysis.seconds(index, ends[0]) if ends else None
    ended = f", and ended the call after {seconds:.0f} s" if seconds is not None else ""
    elsewhere = [ack for ack in _acks_of(analysis, index) if ack not in acks]
    stuck = elsewhere[-1] if elsewhere and not acks else None
    went = f" The ACK went to {analysis.message(stuck).destination} instead." if stuck is not None else ""
    times = len(analysis.repeats_of(index)) + 1
    got = "although an ACK was sent to it" if acks else "and got no ACK"
    text = f"{message.source.address} sent its 200 OK {times} times {got}{ended}.{went}"
    advice = (
        "The ACK is being misrouted: check Contact and Record-Route in the 200 OK (a private address, SIP ALG), and the"
        " firewall."
    )
    if acks:
        advice = "The ACK is lost after the capture point, or ignored: check the firewall, and the tags in the ACK."
    seen = bool(analysis.acks) or len({m.source.address for m in subject.trace.messages}) > 1
    sure = CERTAIN if seen and not acks and (seconds is None or seconds > TIMER_H / 2) else LIKELY
    return Finding(sure, text, advice, (index, stuck, *ends[:1]))


def prack_missing(subject: Subject) -> Finding | None:
    """RFC 3262, section 3: a reliable provisional answer is sent again until its PRACK comes."""
    analysis = subject.analysis
    if not analysis.is_call or analysis.was_established:
        return None
    # Only a reliable provisional response has an RSeq (RFC 3262, section 3).
    for index in analysis.find(lambda m: m.is_answer("INVITE", 101, 199) and bool(m.reading.headers.first("rseq"))):
        again = analysis.repeats_of(index)
        pracks = [one for one in analysis.find(lambda m: m.is_request("PRACK")) if one > index]
        if len(again) < 2 or pracks:
            continue
        message = analysis.message(index)
        text = (
            f"{message.source.address} sent its {message.reading.start} {len(again) + 1} times and got no PRACK for it."
        )
        advice = "Switch reliable provisional responses (100rel) off at one end, or check why the PRACK doesn't arrive."
        return Finding(LIKELY, text, advice, (*analysis.asked, index, analysis.final))
    return None


def bye_unanswered(subject: Subject) -> Finding | None:
    """A BYE that was sent again and again, or that timed out."""
    analysis = subject.analysis
    if not analysis.was_established:
        return None
    for one in analysis.bye_transactions:
        tries = analysis.retransmissions(one)
        silent = not one.responses and tries > 1
        if silent or one.code == 408:
            ends = sorted({one.client, one.server})
            others = [o for o in analysis.bye_transactions if o is not one and sorted({o.client, o.server}) == ends]
            if any(200 <= other.code < 300 for other in others):
                continue
            text = (
                f"The BYE to {one.server} was sent {tries + 1} times and never answered: the call was hung up on one"
                " side only."
            )
            if one.code == 408:
                said = quote(analysis, one.final)
                text = f"The BYE to {one.server} got {said}: the call was hung up on one side only."
            advice = (
                "The other side may still have the call open and keep billing it: check that it is running and"
                " reachable."
            )
            return Finding(CERTAIN if tries > 3 else LIKELY, text, advice, (one.request, one.final, analysis.final))
    return None


def dialog_lost(subject: Subject) -> Finding | None:
    """481 inside of an answered call: one side no longer knows it (RFC 3261, section 12.2.1.2)."""
    analysis = subject.analysis
    if not analysis.was_established:
        return None
    byes = analysis.bye_transactions
    senders = {one.client for one in byes}
    for one in analysis.transactions:
        if one.code != 481 or one.method not in ("INVITE", "UPDATE", "BYE") or analysis.is_initial(one):
            continue
        if one.method == "BYE" and (one.server in senders or any(200 <= other.code < 300 for other in byes)):
            continue  # both hung up at once
        if any(bye.client == one.server and one.final is not None and bye.first < one.final for bye in byes):
            continue  # the change crossed the other side's BYE: it knew the call until then
        ended = after_answer(analysis, one.first)
        text = (
            f"{one.server} no longer had the call{ended}: it answered {one.method} with {quote(analysis, one.final)}."
        )
        advice = "It was restarted, or had already ended the call: check its log for that time."
        # it may have hung up itself, and its BYE is not in the capture
        return Finding(LIKELY, text, advice, one.evidence)
    return None


ACKNOWLEDGEMENTS = (
    Rule(
        Code.ACK_LOST,
        "a 200 OK that is retransmitted because no ACK comes back",
        ack_lost,
        (Evidence.BOTH_DIRECTIONS,),
        "The call was answered, but the ACK never arrived, so the call is cut off after 32 s.",
        "A router misdirects part of the call set-up.",
        "Check for private addresses in Contact and Record-Route, for a SIP ALG, and the firewall.",
    ),
    Rule(
        Code.PRACK_MISSING,
        "a reliable provisional response that is retransmitted because no PRACK comes back",
        prack_missing,
        (Evidence.BOTH_DIRECTIONS,),
        "A reliable provisional response was never acknowledged (RFC 3262).",
        "The settings of the two devices don't match.",
        "Switch 100rel off at one end.",
    ),
)
UNCONFIRMED = (
    Rule(
        Code.DIALOG_LOST,
        "481 in an answered call",
        dialog_lost,
        (Evidence.FINAL,),
        "One side no longer has a call that the other still has.",
        "The call was lost on one side.",
        "Check for a restart at that time.",
    ),
    Rule(
        Code.BYE_UNANSWERED,
        "a BYE that is retransmitted without a response, or gets 408",
        bye_unanswered,
        (Evidence.BYE,),
        "One side hung up and the other never confirmed it.",
        "The call ended on your side, but the other side may still show it as in progress.",
        "Check that the other side is reachable; compare both CDRs.",
    ),
)
