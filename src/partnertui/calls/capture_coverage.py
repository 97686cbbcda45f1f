"""Which parts of a call were captured: messages, directions, hops, audio. Rules ask this before they judge."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from partnertui.calls.clock_skew import clock_sentences
from partnertui.calls.media import MediaAnalysis, MediaHop
from partnertui.calls.signalling_analysis import CallAnalysis
from partnertui.domain.plurals import plural
from partnertui.domain.sip_and_q850_codes import CHALLENGES


class Evidence(StrEnum):
    """What a claim may need; the value says it in words."""

    REQUEST = "the initial request"
    FINAL = "its final response"
    OWN_REQUEST = "the request that this response belongs to"
    ACK = "the ACK for that response"
    BYE = "the BYE"
    BYE_RESPONSE = "the response to the BYE"
    BOTH_DIRECTIONS = "messages from both sides"
    CREDENTIALS = "the request with the password"
    NEXT_HOP = "the hop after the platform"
    SOUND = "audio in at least one direction"
    COMPLETE_MESSAGES = "messages that aren't truncated"


@dataclass(frozen=True)
class SoundCoverage:
    """Packets of audio on one hop while the two could talk."""

    near: str
    far: str
    to_far: int
    to_near: int


@dataclass(frozen=True)
class Coverage:
    """`method`: what it is about. `challenge`: none, answered or unanswered. `hops`: how many were captured.

    `sound`: one entry for each hop whose audio is agreed on; `sound_searched` says whether it was looked for at all.
    """

    method: str
    present: frozenset[Evidence]
    challenge: str
    hops: int
    sound_searched: bool
    other_sound: bool
    sound: tuple[SoundCoverage, ...]
    truncated: int
    files: tuple[str, ...]
    earlier_attempts: bool
    missing: tuple[str, ...]
    clocks: tuple[str, ...] = ()
    brief_sound: int = 0
    """Packets of audio that ended with the answer or soon after it, as early media and a cut capture do."""

    def has(self, *wanted: Evidence) -> bool:
        """True where all of these were captured."""
        return self.present.issuperset(wanted)

    @property
    def signalling_text(self) -> str:
        """The captured messages in a line: `INVITE, challenge and password, 200, ACK, BYE and its answer`."""
        names = {
            Evidence.REQUEST: self.method,
            # an unanswered challenge is itself the final response: named once
            Evidence.FINAL: "challenge" if self.challenge == "unanswered" else "final response",
            Evidence.ACK: "ACK",
            Evidence.BYE: "BYE",
            Evidence.BYE_RESPONSE: "response to the BYE",
        }
        found = [name for kind, name in names.items() if kind in self.present]
        challenge = ["challenge and password"] if self.challenge == "answered" else []
        return ", ".join(found[:1] + challenge + found[1:]) or "neither the beginning nor the end"

    @property
    def absent_text(self) -> str:
        """What should be there and isn't; empty for a complete call."""
        wanted = [Evidence.REQUEST, Evidence.FINAL]
        if self.method == "INVITE" and Evidence.FINAL in self.present:
            wanted += [Evidence.ACK]
        if Evidence.BYE in self.present:
            wanted += [Evidence.BYE_RESPONSE]
        absent = [str(kind) for kind in wanted if kind not in self.present]
        went_on = self.has(Evidence.ACK) or self.has(Evidence.BYE) or not self.has(Evidence.REQUEST)
        if Evidence.BOTH_DIRECTIONS not in self.present and went_on:
            absent.append("messages from the other side (only one direction was captured)")
        return ", ".join(absent)

    @property
    def sound_text(self) -> str:
        """What of the audio was captured, in words; empty where none is to be expected."""
        if self.method != "INVITE" or not self.sound:
            return ""
        if not any(one.to_far or one.to_near for one in self.sound):
            if self.brief_sound:
                return f"only {plural(self.brief_sound, 'packet')}, none later than half a second after the answer"
            if not self.sound_searched:
                return "not searched for"
            return "none captured" + (", although audio from other calls was" if self.other_sound else "")
        parts = []
        for one in self.sound:
            if one.to_far or one.to_near:
                parts.append(f"{one.near} to {one.far}: {plural(one.to_far, 'packet')}, and {one.to_near:,} in return")
            else:
                parts.append(f"{one.near} to {one.far}: none captured")
        return "; ".join(parts)

    @property
    def missing_lines(self) -> list[str]:
        """Sentences about what should be there and isn't."""
        made = [f"Not captured: {self.absent_text}."] if self.absent_text else []
        if self.truncated:
            counted = "1 message was" if self.truncated == 1 else f"{self.truncated} messages were"
            made.append(f"{counted} truncated by the capture (snap length or lost fragments).")
        if self.earlier_attempts:
            made.append("The same Call-ID was used for an earlier call, which this verdict doesn't cover.")
        return made

    @property
    def lines(self) -> list[str]:
        """Sentences for people: what was captured, the audio, and what is missing."""
        made = [f"Captured: {self.signalling_text}."]
        if self.sound_text:
            made.append(f"Audio: {self.sound_text}.")
        return [*made, *self.clocks, *self.missing_lines]


def coverage_of(analysis: CallAnalysis, media: MediaAnalysis) -> Coverage:
    """Looks at what there is; judges nothing."""
    messages = analysis.trace.messages
    hops = {(one.client, one.server) for one in (*analysis.initial, *analysis.forwarded)}
    talked = media.streams
    truncated = sum(message.reading.is_truncated and message.transport == "udp" for message in messages)
    return Coverage(
        method=analysis.method,
        present=frozenset(_present(analysis, media, truncated)),
        challenge=_challenge(analysis),
        hops=len(hops),
        sound_searched=analysis.trace.sound_searched,
        other_sound=analysis.trace.other_sound,
        sound=tuple(_sound(hop) for hop in media.hops) if analysis.was_established else (),
        truncated=truncated,
        files=tuple(Path(origin).name for origin in dict.fromkeys(one.origin for one in messages) if origin),
        earlier_attempts=analysis.earlier_attempts,
        missing=analysis.trace.missing,
        clocks=tuple(clock_sentences(analysis.trace.clocks)),
        brief_sound=sum(one.packets for one in analysis.trace.streams if one.kind == "audio" and one not in talked),
    )


def _present(analysis: CallAnalysis, media: MediaAnalysis, truncated: int) -> list[Evidence]:
    sources = {analysis.host(message.source) for message in analysis.trace.messages}
    checks = {
        Evidence.REQUEST: bool(analysis.initial_requests),
        Evidence.FINAL: analysis.final is not None,
        Evidence.OWN_REQUEST: _own_request(analysis),
        Evidence.ACK: bool(analysis.acks),
        Evidence.BYE: bool(analysis.byes),
        Evidence.BYE_RESPONSE: any(one.final is not None for one in analysis.bye_transactions),
        Evidence.BOTH_DIRECTIONS: len(sources) > 1,
        Evidence.CREDENTIALS: bool(analysis.credentials),
        Evidence.NEXT_HOP: analysis.has_both_hops,
        Evidence.SOUND: bool(media.streams),
        Evidence.COMPLETE_MESSAGES: not truncated,
    }
    return [kind for kind, there in checks.items() if there]


def _own_request(analysis: CallAnalysis) -> bool:
    """True where the request that the final answer is about is there, and its headers say that it began the call."""
    one = analysis.decisive
    return one is not None and one.request is not None and not analysis.message(one.request).reading.cut


def _challenge(analysis: CallAnalysis) -> str:
    if analysis.challenges:
        return "answered"
    return "unanswered" if analysis.code in CHALLENGES else "none"


def _sound(hop: MediaHop) -> SoundCoverage:
    return SoundCoverage(
        hop.near_media,
        hop.far_media,
        sum(one.packets for one in hop.to_far),
        sum(one.packets for one in hop.to_near),
    )
