"""Rules for missing audio: one-way, not forwarded, sent to nowhere, stopped."""

from __future__ import annotations

from collections.abc import Sequence

from partnertui.calls.capture_coverage import Evidence
from partnertui.calls.diagnosis.audio_preconditions import NEEDS_SOUND, applies, talked
from partnertui.calls.diagnosis.parties_and_quotes import agreement_messages, change_name, quote, seconds_text
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, POSSIBLE, Finding, Rule, Subject
from partnertui.calls.diagnosis.rules.answered_media_mismatch import AGREED
from partnertui.calls.diagnosis.verdict import Code
from partnertui.calls.media import Agreement, MediaHop, is_private, sounding
from partnertui.domain.plurals import plural

SILENT_CALL_SECONDS = 4.0
"""A call of this length without any packet is one in which nobody heard anything."""


FEWEST_CHECKS = 3
"""Connectivity checks without an answer that are no accident."""
SAME_MOMENT_US = 1_000_000
"""Audio of both sides that ends within this time ended together."""
STOP_SHARE = 0.15


STOP_SECONDS = 4.0
"""Audio that ends this long, and this part of the talk, before the BYE stopped; less is the way phones hang up."""


def one_way_audio(subject: Subject) -> Finding | None:
    """RFC 3264, sections 5.1 and 6.1; RFC 1918; and what was captured on each hop."""
    if not applies(subject):
        return None
    return _by_direction(subject) or _to_nowhere(subject) or _by_packets(subject) or _by_address(subject)


def _by_direction(subject: Subject) -> Finding | None:
    """sendonly, recvonly or inactive from the start, and never changed; later it is a call on hold."""
    media = subject.media
    if not media.first_agreements or media.first_agreements[0].audio is None or not subject.analysis.initial_requests:
        return None
    if any(
        pair and {m.direction for m in pair} == {"sendrecv"} for one in media.later_agreements if (pair := one.audio)
    ):
        return None
    agreement = media.first_agreements[0]
    offered, answered = agreement.audio or (None, None)
    if offered is None or answered is None or not answered.port:
        return None
    messages = (agreement.offer, agreement.answer)
    if "inactive" in (offered.direction, answered.direction):
        place = agreement.offer if offered.direction == "inactive" else agreement.answer
        text = "No audio was agreed: both directions were inactive from the start (on hold)."
        advice = "The call began on hold: check which side put it on hold."
        return Finding(CERTAIN, text, advice, (place, agreement.answer))
    asking, agreeing = _offering_sides(subject, agreement)
    for side, direction, shown in (
        (f"{asking} asked for", offered.direction, messages),
        (f"{agreeing} agreed to", answered.direction, messages[1:]),
    ):
        if direction in ONE_WAY:
            text = f"The {side} one-way audio: its SDP is {direction}, so that side {ONE_WAY[direction]}."
            advice = (
                "Music, paging and announcements are meant to be one-way; a phone that does this is on hold or muted"
                " in its settings."
            )
            return Finding(CERTAIN, text, advice, shown)
    return None


def _offering_sides(subject: Subject, agreement: Agreement) -> tuple[str, str]:
    """Who offered and who answered: without SDP in the INVITE, its 2xx has the offer (RFC 3261, section 13.2.1)."""
    by_caller = subject.analysis.message(agreement.offer).reading.is_request
    return ("caller", "called party") if by_caller else ("called party", "caller")


ONE_WAY = {"sendonly": "hears nothing", "recvonly": "sends nothing"}
"""RFC 3264, section 5.1."""


def _to_nowhere(subject: Subject) -> Finding | None:
    """Audio that goes to a private address of an SDP, from which nothing comes."""
    for stream in subject.media.dead_ends():
        # seen behind a NAT, whose outside address the SDP names, audio to a private address may well arrive
        if not subject.media.accepted_types(stream):
            continue
        text = (
            f"{stream.source} sends its audio to the private address {stream.destination}, as the other side's SDP"
            " says; packets can't get there over the internet, so the audio is one-way."
        )
        advice = (
            "Correct the address in that SDP: set the platform's external address or NAT helper, or STUN on the phone."
        )
        return Finding(LIKELY, text, advice, agreement_messages(subject))
    return None


def _by_packets(subject: Subject) -> Finding | None:
    """Audio in one direction of a hop, and none in the other; through a relay, the side that sends none is named."""
    hops = [hop for hop in subject.media.hops if hop.observed]
    if not hops or subject.media.on_hold:
        return None
    for index, hop in enumerate(hops):
        to_far, to_near = sounding(hop.to_far), sounding(hop.to_near)
        if bool(to_far) == bool(to_near):
            continue
        return _relayed(subject, hops, index) or _missing(subject, hop, missing_far=bool(to_far))
    return None


def _relayed(subject: Subject, hops: Sequence[MediaHop], index: int) -> Finding | None:
    """Of a relay with two hops, the side from which nothing comes in; what a relay keeps to itself is another rule."""
    last = hops[-1]
    if len(hops) < 2 or index == len(hops) - 1:
        return None
    if sounding(last.to_near) and sounding(last.to_far):
        return None
    if not sounding(last.to_near) and sounding(last.to_far) and not sounding(hops[0].to_near):
        return _missing(subject, last, missing_far=True)
    return None


def _missing(subject: Subject, hop: MediaHop, *, missing_far: bool) -> Finding | None:
    there = hop.to_far if missing_far else hop.to_near
    other = hop.to_near if missing_far else hop.to_far
    if _relay_keeps(subject, hop, missing_far=missing_far):
        return None
    stream = max(sounding(there), key=lambda one: one.packets)
    host = subject.media.owner(stream.destination) or (hop.far_host if missing_far else hop.near_host)
    side = _side_of(subject, host, far=missing_far)
    noise = sum(one.comfort_noise for one in other)
    few = sum(one.packets for one in other)
    came = f"only {plural(few, 'packet')}" if few else "no packets"
    came = f"only {plural(noise, 'packet')} of comfort noise (silence)" if noise else came
    text = (
        f"One-way audio: {stream.packets:,} packets from {stream.source} to {stream.destination}, and {came}"
        f" came from {side} ({host})."
    )
    advice = f"Check whether {side} is muted, or whether a firewall or NAT on its side blocks outgoing audio."
    return Finding(LIKELY, text, advice, agreement_messages(subject))


def _side(subject: Subject, hop: MediaHop, *, far: bool) -> str:
    return _side_of(subject, hop.far_host if far else hop.near_host, far=far)


def _side_of(subject: Subject, host: str, *, far: bool) -> str:
    analysis = subject.analysis
    if host == analysis.caller:
        return "the caller"
    if host == analysis.server and analysis.has_both_hops:
        return "the platform"
    return "the called party" if far else "the other side"


def _relay_keeps(subject: Subject, hop: MediaHop, *, missing_far: bool) -> bool:
    """True where what is missing on this hop arrives at the relay on another."""
    for other in subject.media.hops:
        arriving = other.to_near if missing_far else other.to_far
        relay = other.near_host if missing_far else other.far_host
        here = hop.far_host if missing_far else hop.near_host
        if other is not hop and relay == here and sounding(arriving):
            return True
    return False


def relay_failed(subject: Subject) -> Finding | None:
    """Audio that reaches a relay and is not passed on."""
    hops = [hop for hop in subject.media.hops if hop.observed]
    if not applies(subject) or len(hops) < 2 or subject.media.on_hold:
        return None
    first, last = hops[0], hops[-1]
    for arriving, leaving, to in (
        (last.to_near, first.to_near, first.near_host),
        (first.to_far, last.to_far, last.far_host),
    ):
        if sounding(arriving) and not sounding(leaving):
            stream = max(sounding(arriving), key=lambda one: one.packets)
            text = (
                f"The media relay {stream.destination.address} receives audio but doesn't forward it:"
                f" {stream.packets:,} packets arrive from {stream.source}, but none are forwarded to {to}."
            )
            advice = "Check the relay on the platform (its ports, its log), and restart it if other calls are affected."
            return Finding(LIKELY, text, advice, agreement_messages(subject))
    return None


def _by_address(subject: Subject) -> Finding | None:
    """A private address in the SDP of a side whose packets come from a public one, where no audio was captured."""
    if subject.media.streams:
        return None
    for agreement in subject.media.first_agreements:
        sides = _offering_sides(subject, agreement)
        for index, side in zip((agreement.offer, agreement.answer), sides, strict=True):
            message = subject.analysis.message(index)
            media = message.sdp.audio if message.sdp is not None else None
            if media is None or not media.port or not is_private(media.address):
                continue
            # Inside one network private addresses are reached.
            if is_private(message.destination.address) or is_private(message.source.address):
                continue
            text = (
                f"The {side}'s SDP names the private address {media.address}, which {message.destination.address} can't"
                " reach: audio may be one-way, unless the platform sends it to the real source address instead."
            )
            advice = (
                "Switch on STUN on the phone or the platform's NAT helper, and switch off any SIP ALG in the router."
            )
            return Finding(POSSIBLE, text, advice, (index,))
    return None


def no_audio(subject: Subject) -> Finding | None:
    """An answered call without a packet of audio, where audio would have been captured."""
    if not applies(subject) or subject.media.streams or subject.media.on_hold:
        return None
    without = _no_description(subject)
    if without is not None:
        return without
    if not subject.trace.other_sound or talked(subject) < SILENT_CALL_SECONDS or not subject.media.hops:
        return None
    hop = subject.media.hops[0]
    text = (
        f"No audio from this call was captured in {seconds_text(talked(subject))} of talk time, from either side"
        f" ({hop.near_host} and {hop.far_host}), although the capture has audio from other calls."
    )
    advice = "Check the firewall and NAT between the two, and whether their audio bypasses the capture point."
    return Finding(LIKELY, text, advice, agreement_messages(subject))


def _no_description(subject: Subject) -> Finding | None:
    """An offer that was never answered (RFC 3261, section 13.3.1.4): the caller doesn't know where to send."""
    one = subject.analysis.decisive
    if one is None or one.request is None or subject.coverage.truncated:
        return None
    described = [index for index in one.responses if subject.analysis.message(index).sdp is not None]
    if subject.analysis.message(one.request).sdp is None or described or subject.media.agreements:
        return None
    text = (
        "The call was answered without a session description (SDP), although the INVITE offered one:"
        f" {one.client} doesn't know where to send its audio."
    )
    return Finding(LIKELY, text, "Have the answering device or PBX fixed: its 200 OK has no SDP.", one.evidence)


def ice_failed(subject: Subject) -> Finding | None:
    """Connectivity checks without an answer, or a DTLS handshake that no audio followed (RFC 8445, RFC 5764)."""
    checks = subject.trace.checks
    if not applies(subject) or sounding(subject.media.streams) or not checks:
        return None
    requests, responses = sum(one.requests for one in checks), sum(one.responses for one in checks)
    if requests >= FEWEST_CHECKS and not responses:
        sender = max(checks, key=lambda one: one.requests)
        text = (
            f"No path for the audio was found (ICE): {requests} connectivity checks (STUN), for example"
            f" from {sender.source}, were never answered, and no audio followed."
        )
    elif any(one.handshakes for one in checks):
        text = (
            "A DTLS handshake was started, but no audio followed it: the encryption keys for the audio were probably"
            " never agreed."
        )
    else:
        return None
    advice = "Check that firewalls allow UDP and that a TURN server is set; compare the candidates in both SDPs."
    return Finding(LIKELY, text, advice, agreement_messages(subject))


def sound_stopped(subject: Subject) -> Finding | None:
    """Audio of one side that ended well before the call did."""
    media = subject.media
    if not applies(subject) or media.on_hold or not subject.analysis.byes:
        return None
    start, end = media.talk_us
    limit = max(STOP_SECONDS * 1e6, (end - start) * STOP_SHARE)
    for hop in media.hops:
        for streams, far in ((hop.to_far, False), (hop.to_near, True)):
            heard = sounding(streams)
            last = max((one.last_us for one in streams), default=end)
            # Comfort noise stands for silence (RFC 3389): its sender still works.
            if not heard or end - last < limit or any(one.comfort_noise for one in streams):
                continue
            stream = max(heard, key=lambda one: one.last_us)
            side = f"{_side(subject, hop, far=far)} ({stream.source})"
            if max((one.last_us for one in (*hop.to_far, *hop.to_near)), default=end) - last < SAME_MOMENT_US:
                side = f"both sides ({hop.near_host} and {hop.far_host})" if hop.to_far and hop.to_near else side
            text = (
                f"The audio from {side} stopped {seconds_text((last - start) / 1e6)} after the answer; the call went on"
                f" without it for {seconds_text((end - last) / 1e6)}."
            )
            advice = "Check that side's network, and whether it was muted, put on hold, or lost its NAT binding."
            if side.startswith("both"):
                advice = "Check what both sides share: the network between them, the platform, a mid-call change."
            text += _with_a_change(subject, last)
            return Finding(LIKELY, text, advice, (*agreement_messages(subject), subject.analysis.byes[0]))
    return None


CHANGE_US = 3_000_000
"""Audio that ends so near to a change in mid-call ended with it."""


def _with_a_change(subject: Subject, last_us: int) -> str:
    """Says that the audio stopped when the two changed something."""
    analysis = subject.analysis
    for one in analysis.transactions:
        if one.request is None or one.final is None or one.method not in ("INVITE", "UPDATE"):
            continue
        inside = analysis.message(one.request).reading.to_tag
        if inside and abs(analysis.message(one.final).time_us - last_us) < CHANGE_US:
            return (
                f" It stopped at the time of a mid-call change ({change_name(one.method)},"
                f" {quote(analysis, one.final)})."
            )
    return ""


SOUND = (
    Rule(
        Code.RELAY_FAILED,
        "audio that reaches a relay on one hop and is missing on the next",
        relay_failed,
        NEEDS_SOUND,
        "A media relay receives audio but doesn't forward it.",
        "There was a fault in our media relay.",
        "Check the relay; restart it if other calls are affected.",
    ),
    Rule(
        Code.ONE_WAY_AUDIO,
        "audio in one direction of a hop only, audio sent to a private address, sendonly or inactive",
        one_way_audio,
        AGREED,
        "One or both sides heard nothing (RFC 3264, sections 5.1 and 6.1).",
        "Only one of you could hear the other.",
        "On the side that sends none, check the firewall, NAT, mute, hold and the address in its SDP.",
    ),
    Rule(
        Code.NO_AUDIO,
        "no audio packets, although the capture has audio from other calls",
        no_audio,
        (Evidence.FINAL,),
        "The call was answered, but there was no audio from either side.",
        "Neither of you could hear the other.",
        "Check the media path between the two sides.",
    ),
    Rule(
        Code.ICE_FAILED,
        "STUN checks without a response, or a DTLS handshake with no audio after it",
        ice_failed,
        (Evidence.FINAL,),
        "ICE or DTLS failed, so there was no audio (RFC 8445, RFC 5764).",
        "The two devices couldn't find a path for the audio.",
        "Check that firewalls allow UDP and that a TURN server is set.",
    ),
    Rule(
        Code.SOUND_STOPPED,
        "audio from one side that ends well before the call does",
        sound_stopped,
        NEEDS_SOUND,
        "The audio from one side stopped during the call.",
        "The audio was interrupted on one side.",
        "Check that side's network, and whether it was on hold or muted.",
    ),
)
