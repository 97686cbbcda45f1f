"""Rules for answered calls that neither party meant to end, and for diverted calls."""

from __future__ import annotations

import re
from collections.abc import Callable

from partnertui.calls.capture_coverage import Evidence
from partnertui.calls.diagnosis.parties_and_quotes import seconds_text
from partnertui.calls.diagnosis.rule import LIKELY, Finding, Rule, Subject
from partnertui.calls.diagnosis.verdict import Code
from partnertui.calls.reason_headers import causes_of
from partnertui.calls.signalling_analysis import CallAnalysis
from partnertui.domain.sip_and_q850_codes import NETWORK_CAUSES

*_FIRST, _LAST = sorted(NETWORK_CAUSES)
_NETWORK_CAUSES = f"{', '.join(map(str, _FIRST))} or {_LAST}"


def _ended(code: Code, text: str, advice: str) -> Callable[[Subject], Finding | None]:
    def find(subject: Subject) -> Finding | None:
        analysis, found = subject.analysis, subject.ending
        if found is None or found[0] != code:
            return None
        bye = analysis.byes[0]
        causes = causes_of(analysis.message(index) for index in analysis.byes)
        said = causes.quote or (f"SIP cause {causes.sip}" if causes.sip is not None else "no reason given")
        made = text.format(after=after_answer(analysis, bye), by=_ender(subject), said=said)
        return Finding(found[1], made, advice, (bye, analysis.final))

    return find


def after_answer(analysis: CallAnalysis, index: int) -> str:
    if analysis.answer_index is None:
        return ""
    return f" after {seconds_text(analysis.seconds(analysis.answer_index, index))}"


def _ender(subject: Subject) -> str:
    """The side that sent the first BYE, as far as the capture shows it."""
    analysis = subject.analysis
    if analysis.ended_by_server:
        return "the platform (on both sides)"
    source = analysis.host(analysis.message(analysis.byes[0]).source)
    if source == analysis.caller:
        return "the caller's side"
    return "the platform" if analysis.has_both_hops and source == analysis.server else f"the other side ({source})"


def diverted_on_the_way(subject: Subject) -> Finding | None:
    """181, or a Diversion or History-Info header on a further hop (RFC 5806, RFC 7044; causes as in RFC 4458)."""
    analysis = subject.analysis
    if not analysis.is_call:
        return None
    passing = analysis.find(lambda m: m.is_answer("INVITE", 181))
    marked = [index for index in analysis.forwarded_requests if _redirected(analysis, index)]
    moved = analysis.find(lambda m: m.is_answer("INVITE", 300, 305))
    found = passing or moved or marked
    if not found:
        return None
    text = f"The call was diverted on its way to {analysis.dialled or 'the number'}."
    return Finding(LIKELY, text, "Check the called user's call forwarding.", found[:3])


# The causes of a diversion (RFC 4458); inside a header of a URI "=" is escaped.
_REDIRECTED = re.compile(r"cause(?:=|%3D)(?:302|404|408|480|486|487|503)\b", re.IGNORECASE)


def _redirected(analysis: CallAnalysis, index: int) -> bool:
    """A Diversion, or a History-Info whose entries name a cause: plain ones are in calls that went straight, too."""
    headers = analysis.message(index).reading.headers
    return bool(headers.first("diversion") or any(_REDIRECTED.search(v) for v in headers.all("history-info")))


END = (Evidence.FINAL, Evidence.BYE)


def _end_rule(code: Code, looks_for: str, text: str, advice: str, meaning: str, customer: str, steps: str) -> Rule:
    return Rule(code, looks_for, _ended(code, text, advice), END, meaning, customer, steps, calls=True)


ENDINGS = (
    _end_rule(
        Code.CREDIT_EXHAUSTED,
        "a BYE whose text mentions credit",
        "The call was ended{after} because the account's credit ran out: {said}.",
        "Check the customer's credit and top-up.",
        "The account's credit ran out during the call.",
        "Your credit was used up during the call.",
        "Check the customer's credit, credit limit and top-ups.",
    ),
    _end_rule(
        Code.RTP_TIMEOUT,
        "a BYE whose text says that no audio arrived",
        "The call was ended{after} by {by} because no audio (RTP) arrived: {said}.",
        "Check the firewall and NAT of the side whose audio is missing; look at the audio in the trace.",
        "The side that sent the BYE ended the call because it got no RTP.",
        "No audio arrived, so the call was ended.",
        "Find the side whose RTP is missing; check its firewall and NAT, and whether it was on hold.",
    ),
    _end_rule(
        Code.DURATION_LIMIT,
        "a BYE whose text mentions the maximum duration",
        "The call was ended{after} by {by} because it reached the maximum duration: {said}.",
        "Raise the limit if longer calls should be possible.",
        "The call reached the maximum duration.",
        "Your call reached the maximum duration.",
        "Check the user's or trunk's limit.",
    ),
    _end_rule(
        Code.ADMIN_CLEARED,
        "a BYE whose text says that an administrator cleared the call",
        "The call was cleared{after} by {by}: {said}.",
        "Check who cleared calls at that time.",
        "An administrator or operator along the route cleared the call.",
        "The call was ended on our side.",
        "Check the platform's log.",
    ),
    _end_rule(
        Code.NETWORK_FAILURE,
        f"a BYE with Q.850 cause {_NETWORK_CAUSES}",
        "The network ended the call{after}: the BYE from {by} says {said}.",
        "A network along the route failed: report it to the carrier with this trace.",
        "A network along the route failed during the call.",
        "There was a fault in a network along the route.",
        "Report it to the carrier; check whether other calls ended at that time.",
    ),
    _end_rule(
        Code.CALL_DROPPED,
        "a BYE with an abnormal cause, or one from a server to both sides",
        "The call was dropped{after}: neither side hung up in the usual way; the BYE came from {by}, with {said}.",
        "Check the log on the side that sent the BYE.",
        "An answered call ended without either party hanging up in the usual way.",
        "The call was cut off.",
        "Find out which side sent the BYE, and why.",
    ),
)


DIVERSION = (
    Rule(
        Code.DIVERTED,
        "181, or a Diversion or History-Info header along the route",
        diverted_on_the_way,
        (Evidence.NEXT_HOP,),
        "The call was forwarded before it was answered.",
        "The called party has call forwarding switched on.",
        "Check the called user's call forwarding.",
    ),
)
