"""Answered calls that did not end of the parties' own will, and changes in mid-call that were refused."""

from __future__ import annotations

import re
from collections.abc import Callable

from partnertui.calls.analysis import CHALLENGES, CallAnalysis
from partnertui.calls.causes import causes_of
from partnertui.calls.coverage import Evidence
from partnertui.calls.diagnosis.refusal import MONEY
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, POSSIBLE, Finding, Rule, Subject
from partnertui.calls.diagnosis.verdict import Code, Confidence
from partnertui.calls.diagnosis.wording import quote, seconds_text
from partnertui.calls.transactions import Transaction

TIMER_H = 32.0
"""64 × T1: for so long a 2xx is sent again (RFC 3261, section 13.3.1.4)."""
AFTER_REFUSAL = 15.0
"""A call that is ended so soon after a refused change was ended because of it."""
NORMAL_CLEARING = 16
NORMAL_CAUSES = frozenset({None, 16, 17, 18, 19, 31})
NETWORK_CAUSES = frozenset({2, 3, 27, 38, 41, 42, 44, 47, 34})
MEDIA_TIMEOUT = re.compile(
    r"(media|rtp|audio|sound|stream)[ _-]?(time|inactiv|lost|loss)|no (rtp|media|audio)|rtp.?timeout"
)
DURATION = re.compile(r"(max\w*|duration|length|time).{0,20}(duration|limit|exceed|length)|too long")
CLEARED = re.compile(r"admin|operator|cleared|management|kicked|manager")
SESSION = re.compile(r"session.{0,20}(expire|timer|timeout)")
ELSEWHERE = re.compile(r"elsewhere|replaced|transfer|attended|pick")
_NUMBER = re.compile(r"\s*(\d{1,7})")


def ended_as(subject: Subject) -> tuple[Code, Confidence] | None:
    """What the BYE says about the end of an answered call; None for an ordinary end."""
    analysis = subject.analysis
    if not analysis.was_established or not analysis.byes:
        return None
    causes = causes_of(analysis.message(index) for index in analysis.byes)
    text = f"{causes.reason} {causes.warning}".lower()
    for pattern, code in (
        (MONEY, Code.CREDIT_EXHAUSTED),
        (MEDIA_TIMEOUT, Code.RTP_TIMEOUT),
        (SESSION, Code.SESSION_TIMER),
        (DURATION, Code.DURATION_LIMIT),
        (CLEARED, Code.ADMIN_CLEARED),
    ):
        if pattern.search(text):
            return code, CERTAIN
    if causes.sip == 402:
        return Code.CREDIT_EXHAUSTED, CERTAIN
    if causes.q850 in NETWORK_CAUSES:
        return Code.NETWORK_FAILURE, CERTAIN
    if causes.q850 not in NORMAL_CAUSES or (causes.sip or 200) >= 400:
        return Code.CALL_DROPPED, LIKELY
    ordered = causes.q850 == NORMAL_CLEARING or ELSEWHERE.search(text)
    return (Code.CALL_DROPPED, LIKELY) if analysis.ended_by_server and not ordered else None


def _ended(code: Code, text: str, advice: str) -> Callable[[Subject], Finding | None]:
    def find(subject: Subject) -> Finding | None:
        analysis, found = subject.analysis, ended_as(subject)
        if found is None or found[0] != code:
            return None
        bye = analysis.byes[0]
        said = causes_of(analysis.message(index) for index in analysis.byes).quote or "without a reason"
        made = text.format(after=_after(analysis, bye), by=_ender(subject), said=said)
        return Finding(found[1], made, advice, (bye, analysis.final))

    return find


def _after(analysis: CallAnalysis, index: int) -> str:
    if analysis.answer_index is None:
        return ""
    return f" after {seconds_text(analysis.seconds(analysis.answer_index, index))}"


def _ender(subject: Subject) -> str:
    """The side that sent the first BYE, as far as the capture shows it."""
    analysis = subject.analysis
    if analysis.ended_by_server:
        return "the platform, to both sides"
    source = analysis.host(analysis.message(analysis.byes[0]).source)
    if source == analysis.caller:
        return "the caller's side"
    return "the platform" if analysis.has_both_hops and source == analysis.server else f"the other side ({source})"


# Changes in mid-call


def _changes(analysis: CallAnalysis) -> list[Transaction]:
    """Re-INVITE and UPDATE in the dialog."""
    found = []
    for one in analysis.transactions:
        if one.method in ("INVITE", "UPDATE") and one.request is not None:
            inside = analysis.message(one.request).reading.to_tag
            if inside:
                found.append(one)
    return found


def _refused_change(analysis: CallAnalysis) -> Transaction | None:
    """The last change that was refused for good: not challenged, not crossed by another (491), not tried again."""
    changes = _changes(analysis)
    for number, one in reversed(list(enumerate(changes))):
        later = changes[number + 1 :]
        if one.code >= 300 and one.code not in (*CHALLENGES, 491, 422, 408, 481):
            if any(200 <= other.code < 300 and other.method == one.method for other in later):
                return None
            return one
    return None


def fax_refused(subject: Subject) -> Finding | None:
    """A change to T.38 that was refused (ITU-T T.38, annex D)."""
    analysis = subject.analysis
    advice = "Switch T.38 on at both ends, or off at both, so that the fax is sent as G.711."
    changes = _changes(analysis)
    for number, one in reversed(list(enumerate(changes))):
        if one.request is None or not _is_fax(subject, one.request) or one.code in (0, 491, *CHALLENGES):
            continue
        if one.code < 300:
            return None
        went_on = any(200 <= other.code < 300 for other in changes[number + 1 :])
        text = f"The change to fax (T.38) was refused with {quote(analysis, one.final)}" + (
            "; the two went on with sound (G.711), in which a fax may have got through." if went_on else "."
        )
        return Finding(POSSIBLE if went_on else CERTAIN, text, advice, one.evidence)
    return None


def _is_fax(subject: Subject, index: int) -> bool:
    sdp = subject.analysis.message(index).sdp
    return sdp is not None and any(media.kind == "image" and media.port for media in sdp.media)


def change_refused(subject: Subject) -> Finding | None:
    """A re-INVITE or UPDATE that was refused, and the call was ended because of it."""
    analysis = subject.analysis
    one = _refused_change(analysis)
    if one is None or one.final is None or one.request is None or _is_fax(subject, one.request):
        return None
    byes = [index for index in analysis.byes if index > one.final]
    soon = bool(byes) and analysis.seconds(one.final, byes[0]) < AFTER_REFUSAL
    said = causes_of(analysis.message(index) for index in byes).quote
    ended = f", and the call was ended {seconds_text(analysis.seconds(one.final, byes[0]))} later" if soon else ""
    text = f"A change in mid-call (re-{one.method}) was refused with {quote(analysis, one.final)}{ended}" + (
        f" ({said})." if soon and said else "."
    )
    advice = "Check what the change asks for: video, codec, hold or encryption that the other side doesn't support."
    return Finding(LIKELY if soon else POSSIBLE, text, advice, (*one.evidence, *byes[:1]))


def dialog_lost(subject: Subject) -> Finding | None:
    """481 inside of an answered call: one side no longer knows it (RFC 3261, section 12.2.1.2)."""
    analysis = subject.analysis
    if not analysis.was_established:
        return None
    senders = {one.client for one in analysis.bye_transactions}
    for one in analysis.transactions:
        if one.code != 481 or one.method not in ("INVITE", "UPDATE", "BYE") or analysis.is_initial(one):
            continue
        if one.method == "BYE" and one.server in senders:
            continue  # both hung up at once
        ended = _after(analysis, one.first)
        text = (
            f"{one.server} no longer knew the call{ended}: it answered {one.method} with {quote(analysis, one.final)}."
        )
        advice = "It was restarted, or ended the call before: check its log at that time."
        return Finding(LIKELY if one.method == "BYE" else CERTAIN, text, advice, one.evidence)
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
            text = f"The BYE to {one.server} was sent {tries + 1} times and never answered: the call was hung up on one side only."
            advice = "The other side may still have the call open, and bill it: check that it is running and reachable."
            return Finding(CERTAIN if tries > 3 else LIKELY, text, advice, (one.request, one.final, analysis.final))
    return None


# Acknowledgements


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
    stuck = elsewhere[-1] if elsewhere else None
    went = f" The ACK went to {analysis.message(stuck).destination} instead." if stuck is not None else ""
    times = len(analysis.repeats_of(index)) + 1
    text = f"{message.source.address} sent its 200 OK {times} times and got no ACK{ended}.{went}"
    advice = (
        "The ACK is being misrouted: check Contact and Record-Route in the 200 OK (a private address, SIP ALG), and the"
        " firewall."
    )
    seen = bool(analysis.acks) or len({m.source.address for m in subject.trace.messages}) > 1
    sure = CERTAIN if seen and not acks and (seconds is None or seconds > TIMER_H / 2) else LIKELY
    return Finding(sure, text, advice, (index, stuck, *ends[:1]))


def prack_missing(subject: Subject) -> Finding | None:
    """RFC 3262, section 3: a reliable provisional answer is sent again until its PRACK comes."""
    analysis = subject.analysis
    if not analysis.is_call or analysis.was_established:
        return None
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
        return Finding(LIKELY, text, advice, (*analysis.initial_requests[-1:], index, analysis.final))
    return None


# Session timers


def session_timer(subject: Subject) -> Finding | None:
    """RFC 4028: the side that gets no refresh in time ends the call."""
    analysis = subject.analysis
    if not analysis.is_answered or analysis.final is None or not analysis.byes:
        return None
    bye = analysis.byes[0]
    advice = "Switch session timers off, or make the refreshing end reachable: check its re-INVITE or UPDATE."
    failed = _failed_refresh(analysis)
    if failed and analysis.seconds(failed[0], bye) < 40:
        text = (
            f"The session was to be refreshed after {analysis.seconds(analysis.final, failed[0]):.0f} s; that failed, and"
            " the call was ended."
        )
        return Finding(CERTAIN, text, advice, (*failed, bye))
    header = analysis.message(analysis.final).reading.headers.first("session-expires")
    expires = _NUMBER.match(header)
    found = ended_as(subject)
    told = found is not None and found[0] == Code.SESSION_TIMER
    talked = analysis.seconds(analysis.final, bye)
    if told or (expires and not _changes(analysis) and _ran_out(subject, talked, int(expires[1]), header)):
        span = f" of {expires[1]} s" if expires else ""
        text = f"The session timer{span} ran out after {talked:.0f} s without a refresh, and the call was ended."
        return Finding(CERTAIN if told else LIKELY, text, advice, (analysis.final, bye))
    return None


def _ran_out(subject: Subject, talked: float, expires: int, header: str) -> bool:
    """RFC 4028, section 10: the side that waits for a refresh hangs up a third of the interval before, at most 32 s."""
    analysis = subject.analysis
    refresher = "caller" if "refresher=uac" in header.lower().replace(" ", "") else "other"
    by_caller = analysis.host(analysis.message(analysis.byes[0]).source) == analysis.caller
    if "refresher" in header.lower() and (refresher == "caller") == by_caller:
        return False  # the side that refreshes doesn't wait for it: it hung up
    return expires >= 30 and expires - max(min(expires / 3, 32), 2) - 2 <= talked <= expires + 35


def _failed_refresh(analysis: CallAnalysis) -> list[int]:
    """A re-INVITE or UPDATE with a session timer that got 408 or 481, or no answer at all."""
    for one in _changes(analysis):
        if one.request is None or not analysis.message(one.request).reading.headers.first("session-expires"):
            continue
        if one.code in (408, 481) or (not one.responses and analysis.retransmissions(one) > 1):
            return [index for index in one.evidence if index is not None]
    return []


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
    return Finding(LIKELY, text, "Check the call forwarding of the called user.", found[:3])


_REDIRECTED = re.compile(r"cause(?:=|%3D)(?:302|404|408|480|486|487|503)\b", re.IGNORECASE)


def _redirected(analysis: CallAnalysis, index: int) -> bool:
    """A Diversion, or a History-Info whose entries name a cause: plain ones are in calls that went straight, too."""
    headers = analysis.message(index).reading.headers
    return bool(headers.first("diversion") or any(_REDIRECTED.search(v) for v in headers.all("history-info")))


END = (Evidence.FINAL, Evidence.BYE)


def _end_rule(code: Code, looks_for: str, text: str, advice: str, meaning: str, customer: str, steps: str) -> Rule:
    return Rule(code, looks_for, _ended(code, text, advice), END, meaning, customer, steps)


ENDINGS = (
    _end_rule(
        Code.CREDIT_EXHAUSTED,
        "a BYE whose words speak of credit",
        "The call was ended{after} because credit ran out: {said}.",
        "Check the customer's credit and top-up.",
        "The account's credit ran out during the call.",
        "Your credit was used up during the call.",
        "Check credit, credit limit and top-ups of the customer.",
    ),
    Rule(
        Code.ACK_LOST,
        "a 200 OK that is sent again and again, because no ACK comes back",
        ack_lost,
        (Evidence.BOTH_DIRECTIONS,),
        "The call was answered, and the acknowledgement never arrived: it is cut off after 32 s.",
        "A router in between misdirects a part of the call set-up.",
        "Check Contact and Record-Route for private addresses, SIP ALG, and the firewall.",
    ),
    Rule(
        Code.PRACK_MISSING,
        "a reliable provisional answer that is sent again and again without a PRACK",
        prack_missing,
        (Evidence.BOTH_DIRECTIONS,),
        "A reliable provisional answer was never acknowledged (RFC 3262).",
        "A setting of the devices doesn't fit.",
        "Switch 100rel off at one end.",
    ),
    Rule(
        Code.SESSION_TIMER,
        "a session timer that ran out, or a refresh that failed",
        session_timer,
        END,
        "The call was ended because a session timer ran out (RFC 4028).",
        "A timer ended the call.",
        "Check the refresh of the session, or switch session timers off.",
    ),
    _end_rule(
        Code.RTP_TIMEOUT,
        "a BYE that says that no sound came",
        "The call was ended{after} by {by} because no sound (RTP) came: {said}.",
        "Check firewall and NAT of the side whose sound is missing; see the sound in the trace.",
        "A server ended the call because it got no RTP.",
        "No sound arrived, so the call was ended.",
        "Find the side whose RTP is missing; check its firewall, NAT and hold.",
    ),
    _end_rule(
        Code.DURATION_LIMIT,
        "a BYE that speaks of the longest duration",
        "The call was ended{after} by {by} because it reached the longest duration: {said}.",
        "Raise the limit if such calls are wanted.",
        "The call reached the longest duration that is allowed.",
        "Calls are limited in length.",
        "Check the limit of the user or trunk.",
    ),
    _end_rule(
        Code.ADMIN_CLEARED,
        "a BYE that says that it was cleared by an administrator",
        "The call was cleared{after} by {by}: {said}.",
        "Check who cleared calls at that time.",
        "A server between the two ended the call on both sides.",
        "The call was ended on our side.",
        "Check the log of the platform.",
    ),
    _end_rule(
        Code.NETWORK_FAILURE,
        "a BYE with Q.850 cause 27, 34, 38, 41, 42, 44 or 47",
        "The network ended the call{after}: the BYE of {by} says {said}.",
        "A fault of a network on the way: report it to the carrier with this trace.",
        "A network on the way failed during the call.",
        "A network on the way had a fault.",
        "Report it to the carrier; check whether other calls ended at that time.",
    ),
    _end_rule(
        Code.CALL_DROPPED,
        "a BYE with an abnormal cause, or of a server to both sides",
        "The call was dropped{after}: neither side hung up in the ordinary way, the BYE came from {by}, {said}.",
        "Check the log of the side that sent the BYE.",
        "An answered call ended without either party hanging up in the ordinary way.",
        "The call was cut off.",
        "Find the side that sent the BYE, and its reason.",
    ),
    Rule(
        Code.DIALOG_LOST,
        "481 in an answered call",
        dialog_lost,
        (Evidence.FINAL,),
        "One side no longer knows a call that the other still has.",
        "The call was lost on one side.",
        "Check for a restart at that time.",
    ),
    Rule(
        Code.BYE_UNANSWERED,
        "a BYE that is sent again and again, or gets 408",
        bye_unanswered,
        (Evidence.BYE,),
        "One side hung up and the other never confirmed it.",
        "The call was ended on your side; the other side may show it as open.",
        "Check that the other side is reachable; compare both CDRs.",
    ),
    Rule(
        Code.FAX_REFUSED,
        "a change to T.38 that is refused",
        fax_refused,
        (Evidence.FINAL,),
        "The change from sound to fax was refused.",
        "The other side doesn't support fax over IP.",
        "Switch T.38 on at both ends, or off at both.",
    ),
    Rule(
        Code.CHANGE_REFUSED,
        "a re-INVITE or UPDATE that is refused, and the end of the call after it",
        change_refused,
        END,
        "A change in mid-call (hold, video, codec) was refused.",
        "The other side refused a change during the call.",
        "Check what the change asked for.",
    ),
)
DIVERSION = (
    Rule(
        Code.DIVERTED,
        "181, or a Diversion or History-Info header on the way",
        diverted_on_the_way,
        (Evidence.NEXT_HOP,),
        "The call was forwarded on its way.",
        "The called side has a call forwarding.",
        "Check the call forwarding of the called user.",
    ),
)
