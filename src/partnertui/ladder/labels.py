"""Labels on and between the arrows of a ladder."""

from __future__ import annotations

from collections.abc import Iterable

from partnertui.calls.quality_limits import JITTER_WARN_MS, LOSS_BAD, LOSS_WARN, MOS_BAD, MOS_WARN
from partnertui.calls.trace_model import Endpoint, Message, Stream
from partnertui.domain.plurals import plural
from partnertui.domain.safe_text import one_line
from partnertui.domain.sip_and_q850_codes import CHALLENGES
from partnertui.sip.sdp import Media, Sdp

LOUD = frozenset({"INVITE", "CANCEL", "BYE", "REGISTER", "REFER", "SUBSCRIBE", "MESSAGE", "PUBLISH", "UPDATE"})
"""Requests that start, change or end a dialog; drawn in a stronger colour."""
DIALOGS = ("accent", "info", "muted", "link")
"""Colours of arrows by dialog: the source leg's first."""
MOST_CODECS = 4


def label_of(message: Message) -> str:
    """The label of an arrow: `INVITE`, `180 Ringing`; `re-INVITE` inside a dialog."""
    reading = message.reading
    inside = reading.status == 0 and reading.method == "INVITE" and reading.to_tag
    return one_line(f"re-{reading.start}" if inside else reading.start, 60)


def role_of(message: Message, answered: frozenset[tuple[str, str, int]]) -> str:
    """The colour role of a message; `answered`: challenges followed by a request with credentials."""
    reading = message.reading
    status = reading.status
    if not status:
        return ("title" if reading.method in LOUD else "value") if reading.method else "warn"
    if status in CHALLENGES and (reading.call_id, reading.method, reading.cseq) in answered:
        return "muted"
    # A cancelled INVITE (RFC 3261, section 9.2): the caller gave up, nothing failed.
    if status == 487:
        return "warn"
    return {1: "info", 2: "good", 3: "warn"}.get(status // 100, "bad")


def answered_challenges(messages: Iterable[Message]) -> frozenset[tuple[str, str, int]]:
    """Call-ID, method and CSeq of requests that were sent again with credentials and a higher CSeq."""
    found: set[tuple[str, str, int]] = set()
    open_: dict[tuple[str, str], set[int]] = {}
    for message in messages:
        reading = message.reading
        key = (reading.call_id, reading.method)
        if reading.status in CHALLENGES:
            open_.setdefault(key, set()).add(reading.cseq)
        elif reading.is_request and key in open_:
            found.update((*key, number) for number in open_[key] if number < reading.cseq)
    return frozenset(found)


def sdp_label(now: Sdp, before: Sdp | None, *, asks: bool = False) -> str:
    """A session description in one line: only what differs from the previous one; empty if nothing does.

    `asks`: it is in a request.
    """
    if not now.media:
        return "no media" if before is None or before.media else ""
    parts = []
    known_address = ""
    for index, media in enumerate(now.media):
        old = before.media[index] if before is not None and index < len(before.media) else None
        if words := media_label(media, old, known_address, asks=asks):
            parts.append(words)
            known_address = media.address if _place(media) in words else known_address
    return one_line(", ".join(parts), 300)


def media_label(media: Media, before: Media | None, known_address: str = "", *, asks: bool = False) -> str:
    """One `m=` line: `audio 192.0.2.1:4000 PCMA PCMU sendonly`, or only what changed; `known_address` is left out."""
    if media.port == 0:
        # an offer switches media off, an answer refuses it (RFC 3264, sections 5.1 and 6)
        return f"{media.kind} {'disabled' if asks else 'refused'}" if before is None or before.port else ""
    facts = _facts(media)
    if before is not None and before.kind == media.kind:
        old = _facts(before)
        facts = [fact for fact, old_fact in zip(facts, old, strict=True) if fact != old_fact]
        # sendrecv has no word of its own, so that the end of a hold would be invisible.
        if old[2] and media.direction == "sendrecv":
            facts.append("sendrecv")
    if known_address and facts and facts[0] == _place(media) and media.address == known_address:
        facts[0] = f":{media.port}"
    words = " ".join(fact for fact in facts if fact)
    return f"{media.kind} {words}" if words else ""


def _facts(media: Media) -> list[str]:
    """Endpoint, codecs, direction if not sendrecv, and whether it is encrypted."""
    names = tuple(dict.fromkeys(media.speech))
    codecs = " ".join(names[:MOST_CODECS]) + (f" +{len(names) - MOST_CODECS}" if len(names) > MOST_CODECS else "")
    way = "" if media.direction == "sendrecv" else media.direction
    return [_place(media), codecs or ("no codec" if media.kind == "audio" else ""), way, "SRTP" if media.secure else ""]


def _place(media: Media) -> str:
    return str(Endpoint(media.address or "?", media.port))


def stream_label(stream: Stream) -> str:
    """The label of a stream: `PCMA 1,204 packets, 0.4% lost`."""
    codec = stream.codec or "RTP"
    packets = plural(stream.packets, "packet")
    return one_line(f"{codec} {packets}, {loss_label(stream)}", 80)


def loss_label(stream: Stream) -> str:
    """Packet loss as text."""
    if stream.lost and stream.loss < 0.05:
        return "<0.1% lost"
    return f"{stream.loss:.1f}% lost" if stream.lost else "no loss"


def short_stream_label(stream: Stream) -> str:
    """Short label of a stream: loss if there was any, else packets."""
    return loss_label(stream) if stream.lost else plural(stream.packets, "packet")


def stream_role(stream: Stream) -> str:
    """Colour role by quality: good, warn or bad."""
    if stream.loss >= LOSS_BAD or 0 < stream.mos < MOS_BAD:
        return "bad"
    if stream.loss >= LOSS_WARN or 0 < stream.mos < MOS_WARN or stream.max_jitter_ms >= JITTER_WARN_MS:
        return "warn"
    return "good"


def duration_label(us: int) -> str:
    """A time span: `0.35 s`, `12.3 s`, `4 min 05 s`, `2 h 10 min`, `3 days`."""
    seconds = us / 1_000_000
    if seconds < 60:
        return f"{seconds:.2f} s" if seconds < 1 else f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    if whole < 48 * 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02} min"
    return f"{whole // 86400:,} days"
