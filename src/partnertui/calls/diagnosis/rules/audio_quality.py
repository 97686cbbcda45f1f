"""Rules for poor audio: packet loss and jitter (RFC 3550)."""

from __future__ import annotations

from partnertui.calls.diagnosis.audio_preconditions import NEEDS_SOUND
from partnertui.calls.diagnosis.parties_and_quotes import agreement_messages
from partnertui.calls.diagnosis.rule import LIKELY, Finding, Rule, Subject
from partnertui.calls.diagnosis.verdict import Code
from partnertui.calls.quality_limits import VERDICT_JITTER_MS, VERDICT_LOSS
from partnertui.calls.trace_model import Stream

ENOUGH_PACKETS = 50
"""A stream that is long enough to tell."""


def packet_loss(subject: Subject) -> Finding | None:
    """So much loss that it is heard (RFC 3550, appendix A.3)."""
    streams = [one for one in _measured(subject) if one.loss >= VERDICT_LOSS]
    if not streams:
        return None
    worst = max(streams, key=lambda one: one.loss)
    text = (
        f"The call was answered, but its audio was poor: {worst.loss:.0f}% of the packets from {worst.source.address}"
        f" were lost on the way to {worst.destination.address}."
    )
    advice = f"Run an MTR to {worst.source.address} to see where they were lost."
    rest = worst.lost - worst.longest_gap
    if worst.longest_gap >= ENOUGH_PACKETS and 100 * rest < VERDICT_LOSS * (worst.packets + rest):
        text = (
            f"The audio from {worst.source.address} to {worst.destination.address} was interrupted once:"
            f" {worst.longest_gap:,} packets in a row are missing, but hardly any before or after."
        )
        advice = "They were lost or bypassed the capture point: compare the time with holds and mid-call changes."
    return Finding(LIKELY, text, advice, agreement_messages(subject))  # the capture itself may have dropped packets


def jitter(subject: Subject) -> Finding | None:
    """Packets so uneven that a usual jitter buffer drops some (RFC 3550, section 6.4.1)."""
    streams = [one for one in _measured(subject) if one.jitter_ms >= VERDICT_JITTER_MS]
    if not streams:
        return None
    worst = max(streams, key=lambda one: one.jitter_ms)
    order = f", {worst.out_of_order:,} of {worst.packets:,} out of order" if worst.out_of_order else ""
    text = (
        f"The audio packets from {worst.source.address} to {worst.destination.address} arrived unevenly: jitter"
        f" {worst.jitter_ms:.0f} ms on average{order}. This may have been audible."
    )
    advice = (
        f"Check the connection at {worst.source.address}: Wi-Fi, an overloaded uplink, no priority for voice (QoS)."
    )
    return Finding(LIKELY, text, advice, agreement_messages(subject))


def _measured(subject: Subject) -> list[Stream]:
    if not subject.analysis.is_call or not subject.analysis.is_answered:
        return []
    return [] if subject.media.is_fax else [one for one in subject.media.streams if one.packets >= ENOUGH_PACKETS]


QUALITY = (
    Rule(
        Code.PACKET_LOSS,
        f"packet loss of {VERDICT_LOSS:g}% or more",
        packet_loss,
        NEEDS_SOUND,
        "The packet loss before the capture point was high enough to be audible.",
        "Part of the audio was lost along the route.",
        "Run an MTR to the side whose packets are lost.",
    ),
    Rule(
        Code.JITTER,
        f"a mean jitter of {VERDICT_JITTER_MS:g} ms or more",
        jitter,
        NEEDS_SOUND,
        "Packets arrived so unevenly that the jitter may have been audible.",
        "The audio arrived unevenly over the line.",
        "Check Wi-Fi, uplink and voice priority (QoS).",
    ),
)
