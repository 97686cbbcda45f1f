"""Rules for calls without a problem, and for captures that lack too much of one."""

from __future__ import annotations

from partnertui.calls.call_statistics import hung_up_by
from partnertui.calls.capture_coverage import Evidence
from partnertui.calls.diagnosis.parties_and_quotes import dialled, seconds_text
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, POSSIBLE, Finding, Rule, Subject
from partnertui.calls.diagnosis.rules.refusal_texts import MORE
from partnertui.calls.diagnosis.verdict import Code
from partnertui.domain.sip_and_q850_codes import NORMAL_CLEARING

ENDED_BY = {"caller": "the caller hung up", "callee": "the called party hung up", "server": "the platform ended it"}


def fine(subject: Subject) -> Finding | None:
    """Set up, answered and ended in order; a claim like any other."""
    analysis = subject.analysis
    if not analysis.is_call or not analysis.was_established:
        return None
    if analysis.final is None:
        return _without_answer(subject)
    evidence = (*analysis.asked, analysis.final, *analysis.byes[:1])
    if not analysis.byes:
        reset = _reset_text(subject)
        text = "Nothing wrong so far: the call was answered, and no BYE was captured."
        if reset:
            text = f"{reset} and no BYE was captured: the call was answered, but how it ended isn't known."
        if not analysis.initial_requests:
            text = f"The call was answered; its INVITE wasn't captured.{_one_direction(subject)}"
        return Finding(LIKELY, text, "The call is still up, or the capture ends before it does.", evidence)
    talked = seconds_text(max(analysis.seconds(analysis.final, analysis.byes[0]), 0.0))
    ended = ENDED_BY.get(hung_up_by(analysis), "one side hung up")
    heard = any(hop.observed for hop in subject.media.hops)
    held = subject.media.on_hold
    talking = "they talked" if heard and not held else "the call lasted"
    what = "a fax (T.38) was connected" if subject.media.is_fax else talking
    crossed = bool(analysis.cancels)
    start = "Nothing wrong" if heard else "Answered and ended normally"
    start = "The call was answered just as the caller cancelled it" if crossed else start
    cause = analysis.causes.quote if analysis.causes.q850 not in (None, NORMAL_CLEARING) else ""
    what += f" {talked}" if what == "the call lasted" else f" for {talked}"
    what += ", partly on hold" if held else ""
    text = (
        f"{start}: {what}; {ended}{f' ({cause})' if cause else ''}.{_one_direction(subject)}{_unheard(subject, heard)}"
    )
    confirmed = any(one.final is not None for one in analysis.bye_transactions)
    # its hosts' audio of other calls was captured, so that of this call should be there, too
    missed = subject.trace.other_sound and not heard and not subject.media.is_fax
    sure = confirmed and _sound_complete(subject) and not cause and not missed
    return Finding(CERTAIN if sure else LIKELY, text, "", evidence)


def _unheard(subject: Subject, heard: bool) -> str:
    """Says that there is no judgement of the audio, where none of it was seen."""
    if heard or subject.media.is_fax:
        return ""
    return " Its audio wasn't captured." if subject.trace.sound_searched else " Its audio wasn't examined."


def _one_direction(subject: Subject) -> str:
    return "" if subject.coverage.has(Evidence.BOTH_DIRECTIONS) else " Only one direction was captured."


def _sound_complete(subject: Subject) -> bool:
    """False where audio was captured on one hop of a relay and not on the other, or nobody knows where to."""
    observed = [hop.observed for hop in subject.media.hops]
    return not any(observed) or (all(observed) and not subject.media.has_open_offer)


def _without_answer(subject: Subject) -> Finding:
    """ACK and BYE show that a call was answered whose 200 is missing."""
    analysis = subject.analysis
    by = ENDED_BY.get(hung_up_by(analysis), "")
    ended = f"; {by}" if by else ""
    seen = [name for name, there in (("ACK", analysis.acks), ("BYE", analysis.byes)) if there]
    shown = f"{' and '.join(seen)} {'show' if len(seen) > 1 else 'shows'}"
    text = f"The call was answered, as the {shown}{ended}. The 200 OK itself wasn't captured."
    advice = "Capture closer to the platform if you need times."
    return Finding(LIKELY, text, advice, (*analysis.asked, *analysis.acks[:1], *analysis.byes[:1]))


def incomplete(subject: Subject) -> Finding | None:
    """A part of a call: its beginning, or its end, is missing."""
    analysis = subject.analysis
    if not analysis.is_call or analysis.was_established or analysis.final is not None or analysis.silent:
        return None
    if analysis.cancels and analysis.initial_requests:
        return None
    if analysis.initial or analysis.forwarded:
        return _without_end(subject)
    first = 0
    if analysis.byes:
        quote = analysis.causes.quote
        said = f" The BYE says {quote}." if quote else ""
        began = "only the call's end" if len(analysis.transactions) == 1 else "the call was already up"
        text = (
            f"The capture begins mid-call: {began} was captured.{said}"
            if began.startswith("only")
            else (f"The capture begins mid-call, without the INVITE; a BYE ended the call later.{said}")
        )
        return Finding(POSSIBLE, text, MORE, (first, *analysis.byes[:1]))
    text = "The capture has only part of the call: neither its INVITE nor the response to it was captured."
    return Finding(POSSIBLE, text, MORE, (first,))


def _reset_text(subject: Subject) -> str:
    """Says that the connection of the last message was reset after it; empty where it wasn't, or SIP was over UDP."""
    last = subject.trace.messages[-1]
    ends = {last.source, last.destination}
    for one in subject.trace.resets:
        if {one.source, one.destination} == ends and one.time_us >= last.time_us:
            after = seconds_text((one.time_us - subject.trace.start_us) / 1e6)
            return f"{one.source.address} reset the TCP connection {after} after the call began (frame {one.frame}),"
    return ""


def _without_end(subject: Subject) -> Finding | None:
    analysis = subject.analysis
    last = len(subject.trace.messages) - 1
    if not analysis.initial_requests and not analysis.responses:
        return None
    absent = "" if analysis.initial_requests else " The initial INVITE wasn't captured."
    reset = _reset_text(subject)
    if reset:
        text = f"{reset} before a final response{', while the call was ringing' if analysis.ringing else ''}.{absent}"
    elif analysis.ringing:
        text = f"The capture ends before the final response: {dialled(analysis)} was still ringing.{absent}"
    elif analysis.responses:
        text = f"The capture ends before the final response.{absent}"
    else:
        text = "No response to the INVITE was captured."
    return Finding(POSSIBLE, text, MORE, (last,))


FINE = Rule(
    Code.OK,
    "a call that was answered and ended normally",
    fine,
    (Evidence.REQUEST, Evidence.FINAL, Evidence.BYE, Evidence.BYE_RESPONSE, Evidence.COMPLETE_MESSAGES),
    "The call was set up, answered, and ended with a BYE that was confirmed; where its audio was captured, it flowed"
    " both ways on every hop.",
    "The call was fine.",
    "No action needed.",
)
INCOMPLETE = Rule(
    Code.INCOMPLETE,
    "a capture that begins mid-call or ends before the final response",
    incomplete,
    (Evidence.REQUEST, Evidence.FINAL),
    "The capture doesn't have enough of the call for a verdict.",
    "We need to capture the signalling for longer.",
    "Capture for longer, closer to the platform, or on both sides of it.",
)
