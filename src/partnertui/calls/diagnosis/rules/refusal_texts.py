"""Sentences and advice about refused calls."""

from __future__ import annotations

from collections.abc import Callable

from partnertui.calls.diagnosis.parties_and_quotes import dialled, quote, responder, seconds_text
from partnertui.calls.diagnosis.refusal_meaning import NEAR_SECONDS, UNRESOLVED, Refusal
from partnertui.calls.diagnosis.rule import CERTAIN, Subject
from partnertui.domain.capital_letter import capital
from partnertui.sip.lenient_parser import user_of

Texts = Callable[[Subject, Refusal], tuple[str, str]]


def chain(subject: Subject) -> tuple[int | None, ...]:
    """The request, the refusal where it was made, and as the caller got it."""
    analysis = subject.analysis
    return (*analysis.asked, analysis.refusal_origin, analysis.final)


def final_quote(subject: Subject) -> str:
    return quote(subject.analysis, subject.analysis.refusal_origin, subject.analysis.final)


def refuser(subject: Subject) -> str:
    return responder(subject.analysis, subject.analysis.origin)


def plain_text(template: str, advice: str) -> Texts:
    """Texts that only need the number, the responder and the quote."""

    def texts(subject: Subject, refusal: Refusal) -> tuple[str, str]:
        who = refuser(subject)
        number = dialled(subject.analysis)
        return template.format(number=number, who=who, Who=capital(who), quote=final_quote(subject)), advice

    return texts


MORE = "Capture for longer, closer to the platform, or on both sides of it; then open the new capture."


def busy_text(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    number, who = dialled(subject.analysis), refuser(subject)
    if refusal.confidence != CERTAIN and refusal.rang is not None:
        return (
            f"{number} rang for {seconds_text(refusal.rang)}, then {who} answered {final_quote(subject)}: busy, or"
            " somebody declined the call.",
            "Nothing is wrong with the call. Call waiting, a ring group or voicemail on busy would take it.",
        )
    return (
        f"{number} is busy: {who} answered {final_quote(subject)}.",
        "Nothing is wrong. Call waiting, a ring group or voicemail on busy would take the call.",
    )


def rejected_text(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis, said = subject.analysis, final_quote(subject)
    status = analysis.origin.code if analysis.origin is not None else 0
    if status in (405, 501):
        return (
            f"{capital(refuser(subject))} doesn't support this kind of request: {said}.",
            "Switch the feature off on the side that asked, or configure it on the other side.",
        )
    if status == 480 and refusal.causes.q850 is None and refusal.rang is None:
        return (
            f"{capital(refuser(subject))} refused the call, and nothing rang: {said}. Do-not-disturb may be on, or the"
            " phone switched off or logged out.",
            "Check do-not-disturb and the registration of the called phone; if the call went to a carrier, ask the"
            " carrier.",
        )
    if refusal.rang is not None and refusal.rang > NEAR_SECONDS:
        return (
            f"The call was declined after ringing for {seconds_text(refusal.rang)}: {refuser(subject)} answered"
            f" {said}.",
            "Somebody rejected the call, or a rule on the phone did. Ask the called party.",
        )
    if status not in (403, 603, 607) or refusal.causes.q850 is not None:
        return (
            f"The call was refused: {refuser(subject)} answered {said}.",
            "Check the Reason and Warning headers of the response.",
        )
    after = f" after {seconds_text(refusal.after)}" if refusal.after is not None else ""
    where = "A block list, do-not-disturb or the called phone's settings probably caused this"
    if not analysis.has_both_hops:
        rang = "Nothing rang" if refusal.rang is None else f"It rang for only {seconds_text(refusal.rang)}"
        where = f"{rang}, so a block list, do-not-disturb or the server itself is more likely than a person"
    return f"The call was declined{after}: {refuser(subject)} answered {said}. {where}.", "Ask the called party."


def cancelled_text(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis = subject.analysis
    end = analysis.cancels[0]
    if analysis.ringing and analysis.ringing[0] < end:
        after = seconds_text(analysis.seconds(analysis.ringing[0], end))
        if analysis.caller_is_server:
            return (
                f"The call was cancelled by {analysis.caller} after {after} of ringing: the caller hung up, or a timer"
                " on that server ran out.",
                "Check the previous hop, and whether a ring timeout was reached there.",
            )
        return f"The caller hung up after {after} of ringing.", "Nothing is wrong: the caller gave up."
    if not analysis.initial_requests and not analysis.responses:
        return "The caller cancelled the call; nothing before that was captured.", MORE
    begun = analysis.initial_requests[:1] or analysis.responses[:1]
    after = seconds_text(analysis.seconds(begun[0], end))
    tone = "; there was early media, such as an announcement" if analysis.early_media else ""
    return (
        f"The caller hung up after {after}, before anything rang{tone}.",
        "Listen to what was played, if its audio was captured: an announcement may say why."
        if tone
        else "Callers hang up when nothing rings: check why it took so long.",
    )


def no_answer_text(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    number, said = dialled(subject.analysis), final_quote(subject)
    advice = "Nothing is wrong with the call. Voicemail or a ring group would take it."
    if refusal.rang is not None:
        return f"{number} rang for {seconds_text(refusal.rang)} and nobody answered ({said}).", advice
    if refusal.played is not None:
        played = seconds_text(refusal.played)
        return (
            f"Nobody answered: early media (an announcement or a tone) was open for {played}, then the call was ended"
            f" without a CANCEL from the caller ({said}).",
            "Listen to what was played, if its audio was captured: an announcement may say why.",
        )
    return (
        f"Nobody answered, and nothing shows that a phone was alerted ({said}).",
        "Check the trace of the other leg to see whether a phone was reached at all.",
    )


def unknown_user_text(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis, number = subject.analysis, dialled(subject.analysis)
    ours = not analysis.has_both_hops or analysis.refused_by_server
    said = final_quote(subject)
    maybe = ", or it has no registered phone" if ours and refusal.causes.q850 is None and analysis.code == 404 else ""
    return (
        f"{capital(refuser(subject))} doesn't know {number} ({said}): no such number or user{maybe}.",
        "Compare the dialled number with the customer's numbers, and check SIP locations."
        if ours
        else "Check the dialled number digit by digit; if it is right, ask the carrier.",
    )


def congestion_text(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis = subject.analysis
    passed = analysis.origin is not analysis.decisive and analysis.code != (
        analysis.origin.code if analysis.origin else 0
    )
    turned = f", which reached the caller as {analysis.code}" if passed else ""
    alone = not analysis.has_both_hops and refusal.causes.q850 is None
    why = " It is overloaded or restarting, or has no carrier for the number." if alone else ""
    return (
        f"{capital(refuser(subject))} can't take the call now: {final_quote(subject)}{turned}.{why}",
        "Try again or use another route or carrier; check whether other calls there also fail.",
    )


def no_route_text(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis, said = subject.analysis, final_quote(subject)
    status = analysis.origin.code if analysis.origin is not None else 0
    if status == 416:
        return f"This kind of address isn't routed here ({said}).", "Dial a number, or user@domain."
    if status == 485:
        return f"The number matches several destinations ({said}).", "Dial it in full."
    if UNRESOLVED.search(analysis.reason_text((analysis.refusal_origin, analysis.final))):
        return (
            f"The call to {dialled(analysis)} couldn't be passed on: {refuser(subject)} couldn't resolve the name of"
            " the"
            f" next server ({said}).",
            "Check the host name in the route or in the phone's registration, and the DNS server used to resolve it.",
        )
    if refusal.causes.q850 is None:
        return (
            f"The platform had no route to {dialled(analysis)}, or was overloaded: it refused the call itself ({said}),"
            " and no attempt to reach another server was captured.",
            "Check the prefix's routing, whether its carrier is down or missing, and whether other calls fail.",
        )
    return (
        f"There is no route to {dialled(analysis)}: {refuser(subject)} answered {said}.",
        "Ask whoever manages routing: the prefix has no carrier, or its carrier is down.",
    )


def diverted_text(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis = subject.analysis
    contact = analysis.message(analysis.final).reading.headers.first("contact") if analysis.final is not None else ""
    to = user_of(contact)[:80] or "another address"
    return (
        f"{dialled(analysis)} diverts calls to {to} ({final_quote(subject)}), but the call wasn't sent there.",
        "Check the called user's call forwarding.",
    )


def codec_text(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis = subject.analysis
    offers = [
        index for index in (*analysis.forwarded_requests, *analysis.initial_requests) if speech_of(subject, index)
    ]
    names = " ".join(speech_of(subject, offers[0])) if offers else ""
    offered = f" Offered: {names}." if names else ""
    return (
        f"{capital(refuser(subject))} accepted none of the offered codecs ({final_quote(subject)}).{offered}",
        "G.711 was offered as well: check which codecs that side is set to allow."
        if {"PCMA", "PCMU"} & set(names.upper().split())
        else "Configure a common codec at both ends: nearly every device supports G.711 (PCMA, PCMU).",
    )


def speech_of(subject: Subject, index: int) -> tuple[str, ...]:
    sdp = subject.analysis.message(index).sdp
    return sdp.audio.speech if sdp is not None and sdp.audio is not None else ()


def encryption_text(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis = subject.analysis
    offers = [index for index in analysis.initial_requests if speech_of(subject, index)]
    sdp = analysis.message(offers[-1]).sdp if offers else None
    secure = sdp is not None and sdp.audio is not None and sdp.audio.secure
    return (
        f"Audio {'with' if secure else 'without'} encryption (SRTP) was refused: {final_quote(subject)}.",
        "Switch SRTP on at both ends or off at both: phone, trunk and platform must agree.",
    )


def extension_text(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis = subject.analysis
    headers = analysis.message(analysis.final).reading.headers if analysis.final is not None else None
    named = (headers.first("unsupported") or headers.first("require")) if headers is not None else ""
    which = f" {named[:60]}" if named else ""
    if analysis.origin is not None and analysis.origin.code == 421:
        asked = f" ({named[:60]})" if named else ""
        return (
            f"{capital(refuser(subject))} requires a SIP extension{asked} that the request doesn't support"
            f" ({final_quote(subject)}).",
            "Switch the extension on at the side that sent the request, or stop requiring it at the other side.",
        )
    return (
        f"{capital(refuser(subject))} doesn't support a required SIP extension{which} ({final_quote(subject)}).",
        "Switch the extension off on the side that requires it, for example reliable provisional responses (100rel).",
    )


def pickup_text(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis = subject.analysis
    who = analysis.trace.first.reading.from_user or "the caller"
    # what a server says of a call that isn't there any more (RFC 3891, section 3)
    if analysis.origin is not None and analysis.origin.code not in (481, 603):
        return (
            f"The call that {who} wanted to pick up or take over couldn't be taken over ({final_quote(subject)}).",
            "Check whether this user may pick up that call (pick-up groups), and the reason in the response.",
        )
    return (
        f"The call that {who} wanted to pick up or take over is no longer there ({final_quote(subject)}).",
        "It was answered by someone else, or it ended. If it happens with every pick-up, check the phone's settings.",
    )
