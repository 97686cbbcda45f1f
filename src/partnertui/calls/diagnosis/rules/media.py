"""The sound: codecs that do not meet, keys that do not, packets that go one way only."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from partnertui.calls.analysis import Facts
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


def offer(facts: Facts) -> int | None:
    """The last SDP that the called side was offered."""
    return max((place for place in (*facts.asked, *facts.onward) if facts.at(place).sdp), default=None)


def answer(facts: Facts) -> int | None:
    """The SDP that the caller got with the 2xx, or before."""
    wanted = [place for place in (facts.final, *reversed(facts.ringing)) if place is not None]
    return next((place for place in wanted if facts.at(place).sdp), None)


def agreed(facts: Facts) -> list[tuple[int, int]]:
    """Offer and answer of each leg: a server between two legs makes its own (RFC 3264)."""
    found = []
    answered = facts.places(lambda m: m.is_answer("INVITE", 200, 299) and m.sdp is not None)
    for call_id in facts.trace.call_ids:
        offers = [place for place in (*facts.asked, *facts.onward) if _has(facts, place, call_id)]
        last = max(offers, default=-1)
        replies = [
            place
            for place in answered
            if offers and _has(facts, place, call_id) and facts.at(place).reading.cseq == facts.at(last).reading.cseq
        ]
        if replies:
            found.append((last, replies[-1]))
    return found


def _has(facts: Facts, place: int, call_id: str) -> bool:
    return facts.at(place).call_id == call_id and facts.at(place).sdp is not None


def audio(facts: Facts, place: int | None) -> Media | None:
    """The audio line of a message's SDP."""
    sdp = facts.at(place).sdp if place is not None else None
    return sdp.audio if sdp is not None else None


@rule(Code.SRTP_MISMATCH, "one side encrypts its sound and the other does not")
def srtp_mismatch(facts: Facts) -> Finding | None:
    """RFC 4568 and RFC 5764; RFC 3264, section 6: the answer has the offer's protocol."""
    if facts.method != "INVITE":
        return None
    offered = offer(facts)
    one = audio(facts, offered)
    advice = "Switch SRTP on at both ends or off at both: phone, trunk and platform must agree."
    for place, reply in agreed(facts):
        mine, theirs = audio(facts, place), audio(facts, reply)
        if mine is not None and theirs is not None and theirs.port and mine.secure != theirs.secure:
            who, not_who = ("caller", "called side") if mine.secure else ("called side", "caller")
            text = f"The {who} wants encrypted sound (SRTP), the {not_who} speaks without."
            return Finding(CERTAIN, text, advice, (place, reply))
    if facts.code in (488, 606, 415) and one is not None and facts.final is not None:
        words = facts.words([facts.final])
        told = any(word in words for word in ("srtp", "crypto", "savp", "encrypt", "secure"))
        if one.secure or told:
            return Finding(
                CERTAIN if told else LIKELY,
                f"Sound {'with' if one.secure else 'without'} encryption was refused: {said(facts, facts.final)}.",
                advice,
                (offered, facts.spoken, facts.final),
            )
    return None


@rule(Code.CODEC_MISMATCH, "488, 606 or 415, or an answer without a common codec")
def codec_mismatch(facts: Facts) -> Finding | None:
    """RFC 3264, section 6; RFC 3261, sections 21.4.26 and 21.6.4; Warning 304 and 305."""
    if facts.method != "INVITE" or facts.final is None:
        return None
    offered = offer(facts)
    one = audio(facts, offered)
    if facts.code in (488, 606, 415):
        names = " ".join(one.speech) if one is not None else ""
        told = f" What was offered: {names}." if names else ""
        text = f"The called side takes none of the codecs ({said(facts, facts.final)}).{told}"
        sure = CERTAIN if one is not None and not one.secure else LIKELY
        return Finding(sure, text, IN_COMMON, (offered, facts.spoken, facts.final))
    found = (_no_common(facts, place, reply) for place, reply in agreed(facts))
    return next((finding for finding in found if finding is not None), None)


IN_COMMON = "Let both ends have a codec in common: G.711 (PCMA, PCMU) is understood everywhere."


def _no_common(facts: Facts, offered: int, answered: int) -> Finding | None:
    one, other = audio(facts, offered), audio(facts, answered)
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
def one_way_audio(facts: Facts) -> Finding | None:
    """RFC 3264, sections 5.1 and 6.1; RFC 1918."""
    if facts.method != "INVITE" or not facts.answered or facts.final is None:
        return None
    end = facts.byes[0] if facts.byes else len(facts.trace.messages) - 1
    if facts.seconds(facts.final, end) < LISTEN_SECONDS and facts.byes:
        return None
    return _by_direction(facts) or _by_packets(facts) or _by_address(facts)


def _by_packets(facts: Facts) -> Finding | None:
    """RTP was captured: does it go both ways between each two places?"""
    streams = [stream for stream in facts.trace.streams if stream.packets > 10 and _later(facts, stream)]
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
        (offer(facts), answer(facts)),
    )


def _later(facts: Facts, stream: Stream) -> bool:
    return stream.last_us > facts.at(facts.final or 0).time_us


def _by_direction(facts: Facts) -> Finding | None:
    """sendonly, recvonly or inactive from the start; later it is a call on hold."""
    asked, agreed_to = offer(facts), answer(facts)
    offered, answered = (_direction(facts, place) for place in (asked, agreed_to))
    if "inactive" in (offered, answered):
        place = asked if offered == "inactive" else agreed_to
        return Finding(
            CERTAIN,
            "No sound was agreed on: it is inactive both ways from the start.",
            "The call began on hold: ask which side did that.",
            (place, facts.final),
        )
    for who, said_so, place in (("caller asked for", offered, asked), ("called side agreed to", answered, agreed_to)):
        if said_so in ONE_WAY:
            return Finding(
                CERTAIN,
                f"The {who} sound one way only: its SDP is {said_so}, so it {ONE_WAY[said_so]}.",
                "Music, paging and announcements are meant to be so; a phone that does it was put on hold or is muted"
                " by its settings.",
                (asked, agreed_to) if place == asked else (place,),
            )
    return None


ONE_WAY = {"sendonly": "hears nothing", "recvonly": "says nothing"}
"""RFC 3264, section 5.1."""


def _direction(facts: Facts, place: int | None) -> str:
    media = audio(facts, place)
    return media.direction if media is not None and media.port else ""


def _by_address(facts: Facts) -> Finding | None:
    """A private address in the SDP of somebody whose packets come from a public one: the router left it there."""
    for place, whose in ((offer(facts), "caller's"), (answer(facts), "called side's")):
        media = audio(facts, place)
        if media is None or place is None or not media.port:
            continue
        message = facts.at(place)
        if not _private(media.address) or _private(message.destination.address) or _private(message.source.address):
            continue
        if facts.trace.streams and any(media.address != one.source.address for one in facts.trace.streams):
            return None  # sound was captured, and it found its way
        return Finding(
            LIKELY,
            f"The {whose} SDP names the private address {media.address}, which {message.destination.address} cannot"
            " reach: sound may go one way only.",
            "Switch the phone's STUN or the platform's NAT helper on, and any SIP ALG in the router off.",
            (place,),
        )
    return None


def _private(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in PRIVATE if network.version == found.version)
