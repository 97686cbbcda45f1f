"""The sound: codecs that do not meet, keys that do not, packets that go one way only."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from partnertui.calls.analysis import CallAnalysis
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, Finding, rule, said
from partnertui.calls.diagnosis.verdict import Code
from partnertui.calls.model import Stream
from partnertui.sip.sdp import Media

LISTEN_SECONDS = 1.5
"""A call that was shorter need not have had sound."""
PRIVATE = tuple(
    ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "fc00::/7")
)
"""RFC 1918, RFC 3927, RFC 6598, RFC 4193."""


def offer(analysis: CallAnalysis) -> int | None:
    """The last SDP that the called side was offered."""
    return max(
        (index for index in (*analysis.initial_requests, *analysis.forwarded_requests) if analysis.message(index).sdp),
        default=None,
    )


def answer(analysis: CallAnalysis) -> int | None:
    """The SDP that the caller got with the 2xx, or before."""
    wanted = [index for index in (analysis.final, *reversed(analysis.ringing)) if index is not None]
    return next((index for index in wanted if analysis.message(index).sdp), None)


def agreed(analysis: CallAnalysis) -> list[tuple[int, int]]:
    """Offer and answer of each leg: a server between two legs makes its own (RFC 3264)."""
    found = []
    answered = analysis.find(lambda m: m.is_answer("INVITE", 200, 299) and m.sdp is not None)
    for call_id in analysis.trace.call_ids:
        offers = [
            index
            for index in (*analysis.initial_requests, *analysis.forwarded_requests)
            if _has(analysis, index, call_id)
        ]
        last = max(offers, default=-1)
        replies = [
            index
            for index in answered
            if offers
            and _has(analysis, index, call_id)
            and analysis.message(index).reading.cseq == analysis.message(last).reading.cseq
        ]
        if replies:
            found.append((last, replies[-1]))
    return found


def _has(analysis: CallAnalysis, index: int, call_id: str) -> bool:
    return analysis.message(index).call_id == call_id and analysis.message(index).sdp is not None


def audio(analysis: CallAnalysis, index: int | None) -> Media | None:
    """The audio line of a message's SDP."""
    sdp = analysis.message(index).sdp if index is not None else None
    return sdp.audio if sdp is not None else None


@rule(Code.SRTP_MISMATCH, "one side encrypts its sound and the other does not")
def srtp_mismatch(analysis: CallAnalysis) -> Finding | None:
    """RFC 4568 and RFC 5764; RFC 3264, section 6: the answer has the offer's protocol."""
    if analysis.method != "INVITE":
        return None
    offered = offer(analysis)
    one = audio(analysis, offered)
    advice = "Switch SRTP on at both ends or off at both: phone, trunk and platform must agree."
    for index, reply in agreed(analysis):
        mine, theirs = audio(analysis, index), audio(analysis, reply)
        if mine is not None and theirs is not None and theirs.port and mine.secure != theirs.secure:
            who, not_who = ("caller", "called side") if mine.secure else ("called side", "caller")
            text = f"The {who} wants encrypted sound (SRTP), the {not_who} speaks without."
            return Finding(CERTAIN, text, advice, (index, reply))
    if analysis.code in (488, 606, 415) and one is not None and analysis.final is not None:
        words = analysis.reason_text([analysis.final])
        told = any(word in words for word in ("srtp", "crypto", "savp", "encrypt", "secure"))
        if one.secure or told:
            return Finding(
                CERTAIN if told else LIKELY,
                f"Sound {'with' if one.secure else 'without'} encryption was refused: {said(analysis, analysis.final)}.",
                advice,
                (offered, analysis.refusal_origin, analysis.final),
            )
    return None


@rule(Code.CODEC_MISMATCH, "488, 606 or 415, or an answer without a common codec")
def codec_mismatch(analysis: CallAnalysis) -> Finding | None:
    """RFC 3264, section 6; RFC 3261, sections 21.4.26 and 21.6.4; Warning 304 and 305."""
    if analysis.method != "INVITE" or analysis.final is None:
        return None
    offered = offer(analysis)
    one = audio(analysis, offered)
    if analysis.code in (488, 606, 415):
        names = " ".join(one.speech) if one is not None else ""
        told = f" What was offered: {names}." if names else ""
        text = f"The called side takes none of the codecs ({said(analysis, analysis.final)}).{told}"
        sure = CERTAIN if one is not None and not one.secure else LIKELY
        return Finding(sure, text, IN_COMMON, (offered, analysis.refusal_origin, analysis.final))
    found = (_no_common(analysis, index, reply) for index, reply in agreed(analysis))
    return next((finding for finding in found if finding is not None), None)


IN_COMMON = "Let both ends have a codec in common: G.711 (PCMA, PCMU) is understood everywhere."


def _no_common(analysis: CallAnalysis, offered: int, answered: int) -> Finding | None:
    one, other = audio(analysis, offered), audio(analysis, answered)
    if one is None or other is None:
        return None
    names = " ".join(one.speech)
    if other.port == 0:
        text = f"The call was taken, its sound refused: none of {names} was wanted."
        return Finding(CERTAIN, text, IN_COMMON, (offered, answered))
    if set(map(str.lower, one.speech)) & set(map(str.lower, other.speech)):
        return None
    text = f"No codec in common: {names} was offered, {' '.join(other.speech) or 'nothing'} answered."
    return Finding(LIKELY, text, IN_COMMON, (offered, answered))


@rule(Code.ONE_WAY_AUDIO, "sound one way only: no packets, a private address in SDP, sendonly or inactive")
def one_way_audio(analysis: CallAnalysis) -> Finding | None:
    """RFC 3264, sections 5.1 and 6.1; RFC 1918."""
    if analysis.method != "INVITE" or not analysis.is_answered or analysis.final is None:
        return None
    end = analysis.byes[0] if analysis.byes else len(analysis.trace.messages) - 1
    if analysis.seconds(analysis.final, end) < LISTEN_SECONDS and analysis.byes:
        return None
    return _by_direction(analysis) or _by_packets(analysis) or _by_address(analysis)


def _by_packets(analysis: CallAnalysis) -> Finding | None:
    """RTP was captured: does it go both ways between each two places?"""
    streams = [stream for stream in analysis.trace.streams if stream.packets > 10 and _later(analysis, stream)]
    if not streams:
        return None
    heard = {(stream.source, stream.destination) for stream in streams}
    deaf = [stream for stream in streams if (stream.destination, stream.source) not in heard]
    if len(deaf) < len(streams) or any(
        other.source.address == one.destination.address for one in deaf for other in streams
    ):
        return None
    stream = max(deaf, key=lambda one: one.packets)
    return Finding(
        LIKELY,
        f"Sound goes one way only: {stream.packets} packets came from {stream.source}, hardly any from"
        f" {stream.destination}.",
        f"Is {stream.destination.address} behind a firewall or NAT that lets no sound out, or muted? Run an MTR to it.",
        (offer(analysis), answer(analysis)),
    )


def _later(analysis: CallAnalysis, stream: Stream) -> bool:
    return stream.last_us > analysis.message(analysis.final or 0).time_us


def _by_direction(analysis: CallAnalysis) -> Finding | None:
    """sendonly, recvonly or inactive from the start; later it is a call on hold."""
    asked, agreed_to = offer(analysis), answer(analysis)
    offered, answered = (_direction(analysis, index) for index in (asked, agreed_to))
    if "inactive" in (offered, answered):
        index = asked if offered == "inactive" else agreed_to
        return Finding(
            CERTAIN,
            "No sound was agreed on: it is inactive both ways from the start.",
            "The call began on hold: ask which side did that.",
            (index, analysis.final),
        )
    for who, said_so, index in (("caller asked for", offered, asked), ("called side agreed to", answered, agreed_to)):
        if said_so in ONE_WAY:
            return Finding(
                CERTAIN,
                f"The {who} sound one way only: its SDP is {said_so}, so it {ONE_WAY[said_so]}.",
                "Music, paging and announcements are meant to be so; a phone that does it was put on hold or is muted"
                " by its settings.",
                (asked, agreed_to) if index == asked else (index,),
            )
    return None


ONE_WAY = {"sendonly": "hears nothing", "recvonly": "says nothing"}
"""RFC 3264, section 5.1."""


def _direction(analysis: CallAnalysis, index: int | None) -> str:
    media = audio(analysis, index)
    return media.direction if media is not None and media.port else ""


def _by_address(analysis: CallAnalysis) -> Finding | None:
    """A private address in the SDP of somebody whose packets come from a public one: the router left it there."""
    for index, whose in ((offer(analysis), "caller's"), (answer(analysis), "called side's")):
        media = audio(analysis, index)
        if media is None or index is None or not media.port:
            continue
        message = analysis.message(index)
        if not _private(media.address) or _private(message.destination.address) or _private(message.source.address):
            continue
        if analysis.trace.streams and any(media.address != one.source.address for one in analysis.trace.streams):
            return None  # sound was captured, and it found its way
        return Finding(
            LIKELY,
            f"The {whose} SDP names the private address {media.address}, which {message.destination.address} cannot"
            " reach: sound may go one way only.",
            "Switch the phone's STUN or the platform's NAT helper on, and any SIP ALG in the router off.",
            (index,),
        )
    return None


def _private(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in PRIVATE if network.version == found.version)
