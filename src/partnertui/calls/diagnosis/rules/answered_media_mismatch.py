"""Rules for SDP offer and answer: what the two sides agreed on for their audio, hop by hop (RFC 3264)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from partnertui.calls.capture_coverage import Evidence
from partnertui.calls.diagnosis.audio_preconditions import NEEDS_SOUND, applies
from partnertui.calls.diagnosis.parties_and_quotes import agreement_messages
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, Finding, Rule, Subject
from partnertui.calls.diagnosis.verdict import Code
from partnertui.calls.media import Agreement, sounding
from partnertui.sip.sdp import Media


def srtp_mismatch(subject: Subject) -> Finding | None:
    """The answer has the offer's protocol (RFC 3264, section 6); a bridge that encrypts one hop is none."""
    for agreement in subject.media.first_agreements:
        if agreement.audio is None:
            continue
        offered, answered = agreement.audio
        if answered.port and offered.secure != answered.secure:
            one, other = ("offer", "answer") if offered.secure else ("answer", "offer")
            text = f"On the hop {_hop_text(agreement)}, the {one} has encrypted audio (SRTP), but the {other} doesn't."
            advice = "Switch SRTP on at both ends or off at both: phone, trunk and platform must agree."
            return Finding(CERTAIN, text, advice, (agreement.offer, agreement.answer))
    return None


def _hop_text(agreement: Agreement) -> str:
    return f"from {agreement.transaction.client} to {agreement.transaction.server}"


IN_COMMON = "Configure a common codec at both ends: nearly every device supports G.711 (PCMA, PCMU)."


def codec_mismatch(subject: Subject) -> Finding | None:
    """An answer without a common codec, or audio in a codec that the other side did not agree to."""
    for agreement in subject.media.first_agreements:
        if agreement.audio is None:
            continue
        offered, answered = agreement.audio
        evidence = (agreement.offer, agreement.answer)
        names = " ".join(offered.speech)
        # Port 0 refuses a media line (RFC 3264, section 6).
        if answered.port == 0 and offered.port:
            codecs = f" ({names})" if names else ""
            text = f"The call was answered, but its audio was refused: none of the offered codecs{codecs} was accepted."
            return Finding(CERTAIN, text, IN_COMMON, evidence)
        if answered.port and not {*map(str.lower, offered.speech)} & {*map(str.lower, answered.speech)}:
            taken = " ".join(answered.speech) or "nothing"
            text = f"No codec in common: {names or 'nothing'} in the offer, {taken} in the answer."
            return Finding(LIKELY, text, IN_COMMON, evidence)
    return next(_not_agreed(subject), None) if applies(subject) else None


def _not_agreed(subject: Subject) -> Iterator[Finding]:
    for stream in sounding(subject.media.streams):
        lines = subject.media.accepted_types(stream)
        known = {codec.payload_type for media in lines for codec in media.codecs}
        names = {codec.name.lower() for media in lines for codec in media.codecs}
        if not lines or stream.payload_type in known or (stream.codec and stream.codec.lower() in names):
            continue
        codec = stream.codec or f"payload type {stream.payload_type}"
        agreed = ", ".join(sorted({name for media in lines for name in media.speech})) or "no codec"
        text = (
            f"{stream.source} sends {codec}, which wasn't agreed: {stream.destination} accepts {agreed}. The audio may"
            " not be heard."
        )
        yield Finding(LIKELY, text, IN_COMMON, agreement_messages(subject))


def dtmf_mismatch(subject: Subject) -> Finding | None:
    """Digits as telephone events (RFC 4733) to a side that did not agree to them."""
    if not applies(subject):
        return None
    for stream in subject.media.streams:
        lines = subject.media.accepted_types(stream)
        own = _event_types(subject.media.sender_lines(stream))
        if not lines or _event_types(lines) or not own & {*stream.payload_types}:
            continue
        text = (
            f"Digits (DTMF) are sent as telephone events from {stream.source}, but {stream.destination} didn't agree"
            " to telephone-event: it may not understand them."
        )
        advice = "Set DTMF to RFC 4733 (RFC 2833) at both ends, or to in-band or SIP INFO at both."
        return Finding(LIKELY, text, advice, agreement_messages(subject))
    return None


def _event_types(lines: Sequence[Media]) -> set[int]:
    return {c.payload_type for media in lines for c in media.codecs if c.name.lower() == "telephone-event"}


AGREED = (Evidence.REQUEST, Evidence.FINAL, Evidence.COMPLETE_MESSAGES)


AGREEMENTS = (
    Rule(
        Code.SRTP_MISMATCH,
        "an offer with encryption and an answer without it, on the same hop",
        srtp_mismatch,
        AGREED,
        "One side encrypts its audio and the other doesn't (RFC 4568, RFC 5764).",
        "Encryption is set differently on the two sides.",
        "Switch SRTP on at both ends, or off at both.",
    ),
    Rule(
        Code.CODEC_MISMATCH,
        "an answer with no codec in common, or audio in a codec that wasn't agreed",
        codec_mismatch,
        AGREED,
        "The two sides don't use the same codec on one hop (RFC 3264, section 6).",
        "The two phones have no codec in common.",
        "Enable G.711 (PCMA, PCMU) at both ends.",
    ),
    Rule(
        Code.DTMF_MISMATCH,
        "digits sent as telephone events to a side that didn't agree to them",
        dtmf_mismatch,
        NEEDS_SOUND,
        "Digits (DTMF) are sent in a format that the other side didn't agree to (RFC 4733).",
        "The menu can't detect your key presses.",
        "Set DTMF to RFC 4733 at both ends.",
    ),
)
