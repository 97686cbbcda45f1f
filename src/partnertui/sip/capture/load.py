"""Calls out of indexed captures: messages from their places, legs joined, RTP between."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from partnertui.domain.errors import DomainError
from partnertui.sip.capture.file import Capture
from partnertui.sip.capture.index import Found, Index
from partnertui.sip.capture.packets import LINKS, endpoints, payload_end, payload_of
from partnertui.sip.capture.rtp import Listening, media_of
from partnertui.sip.trace.build import calls_of, make_trace
from partnertui.sip.trace.joining import NEAR_US, Join, Leg, alike, guessed_pairs, leg_of
from partnertui.sip.trace.model import Endpoint, Message, Stream, Trace

AT_ONCE = 4_000
"""Call-IDs that are loaded together where all calls of a capture are wanted."""
AFTER_US = 2_000_000
"""Sound may go on for so long after the last message of a call."""
MOST_LEGS = 50


class Loader:
    """Reads calls; keeps captures open until it is closed."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._stack = contextlib.ExitStack()
        self._open: dict[Path, Capture] = {}

    def close(self) -> None:
        """Closes what it opened."""
        self._stack.close()

    def capture(self, path: Path) -> Capture:
        """A capture, opened once; raises DomainError."""
        if path not in self._open:
            self._open[path] = self._stack.enter_context(Capture(path))
        return self._open[path]

    def messages(self, found: Sequence[Found]) -> list[Message]:
        """The messages at these places; those of files that are gone are left out."""
        made: list[Message] = []
        paths = self.index.paths()
        for part in found:
            with contextlib.suppress(DomainError):
                made += self._at(paths[part.file], part.pairs)
        return made

    def _at(self, path: Path, pairs: Sequence[tuple[int, int]]) -> Iterator[Message]:
        capture, known = self.capture(path), self.index.file(path)
        records = capture.records(known.place if known else None)
        for frame, offset in pairs:
            record = records.at(frame, offset)
            message = message_in(capture, record, str(path)) if record is not None else None
            if message is not None:
                yield message

    def legs(self, call_id: str) -> tuple[list[str], Join]:
        """The Call-IDs of a call, by headers that name other legs, else by numbers and time."""
        known = [call_id]
        for _ in range(3):
            more = [other for other in sorted(self.index.linked(known)) if self.index.known(other)]
            if not more:
                break
            known = [*known, *more][:MOST_LEGS]
        if len(known) > 1:
            return known, Join("X-CID or Session-ID")
        other = self._guessed(call_id)
        return ([call_id, other], Join("numbers and time", guessed=True)) if other else ([call_id], Join())

    def _guessed(self, call_id: str) -> str | None:
        own = [part for part in self.index.find([call_id]) if part.method == "INVITE"]
        if not own:
            return None
        first = own[0]
        near = [
            part for part in self.index.begun(first.first_us - NEAR_US, first.first_us + NEAR_US)
            if part.method == "INVITE" and part.call_id != call_id
            and (alike(part.from_user, first.from_user) or alike(part.to_user, first.to_user))
        ]  # fmt: skip
        legs = [self._leg(part) for part in (first, *near[:200])]
        return next(
            (other if one == call_id else one for one, other in guessed_pairs(legs) if call_id in (one, other)), None
        )  # fmt: skip

    def _leg(self, part: Found) -> Leg:
        return leg_of(part.call_id, self.messages([replace(part, places=part.places[:64])]))

    def call(self, call_id: str) -> Trace | None:
        """All of a call without its sound; None where it is in no capture."""
        call_ids, join = self.legs(call_id)
        marks = ",".join("?" * len(call_ids))
        messages = [
            *self.messages(self.index.find(call_ids)),
            *self.index.assembled(f"call_id IN ({marks})", call_ids),
        ]
        return make_trace(messages, join) if messages else None

    def with_sound(self, trace: Trace, tell: Callable[[], None] = lambda: None) -> Trace:
        """The call with its RTP, from all captures of that time. `tell` is called often and may raise to stop."""
        end = trace.messages[-1].time_us + AFTER_US
        if not ended(trace):
            end = 1 << 62
        media = media_of(trace.messages)
        if not media:
            return trace
        streams: list[Stream] = []
        own = {Path(message.origin) for message in trace.messages if message.origin}
        for path in sorted(own | set(self.index.covering(trace.start_us, end))):
            with contextlib.suppress(DomainError):
                streams += self.listen(path, Listening(media), trace, end, tell)
        return replace(trace, streams=tuple(own_streams(trace, streams)))

    def listen(
        self, path: Path, listening: Listening, trace: Trace, end_us: int, tell: Callable[[], None]
    ) -> list[Stream]:
        """Counts RTP of one file from where the call begins in it until it ends."""
        capture = self.capture(path)
        place = self.index.before(path, trace.start_us)
        records = capture.records(place)
        for record in records:
            if record.time_us > end_us:
                break
            if record.time_us >= trace.start_us - AFTER_US:
                listening.take(capture.data, record)
            if not record.frame % 5000:
                tell()
        return listening.streams()

    def all(self, paths: Sequence[Path]) -> Iterator[Trace]:
        """Every call of some files, in order of time, with its sound; legs of a call are looked for near in time."""
        files = [known.id for path in paths if (known := self.index.file(path.absolute())) is not None]
        waiting = self.index.call_ids(files)
        for start in range(0, len(waiting), AT_ONCE):
            chosen = waiting[start : start + AT_ONCE]
            messages = [*self.messages(self.index.find_in(chosen, files)), *self.index.assembled_in(chosen, files)]
            traces = calls_of(messages)
            yield from self._all_with_sound(traces, paths)

    def _all_with_sound(self, traces: Sequence[Trace], paths: Sequence[Path]) -> Iterator[Trace]:
        media = media_of(message for trace in traces for message in trace.messages)
        if not media or not traces:
            yield from traces
            return
        end = max(trace.messages[-1].time_us for trace in traces) + AFTER_US
        whole = make_trace([min((t.messages[0] for t in traces), key=lambda m: m.time_us)])
        streams: list[Stream] = []
        for path in (path.absolute() for path in paths):
            with contextlib.suppress(DomainError):
                streams += self.listen(path, Listening(media, most=200_000), whole, end, lambda: None)
        for trace in traces:
            yield replace(trace, streams=tuple(own_streams(trace, streams)))


def ended(trace: Trace) -> bool:
    """True where a BYE or a refusal was seen: no sound comes any more."""
    return any(m.is_request("BYE", "CANCEL") or m.is_answer("INVITE", 300, 699) for m in trace.messages)


def own_streams(trace: Trace, streams: Sequence[Stream]) -> list[Stream]:
    """Of many streams those that are this call's, by place and time.

    A stream of which SDP names one end only (behind NAT, the other is not what SDP says) counts unless a stream with
    both ends named uses the same place: a media server has many calls on one port.
    """
    places = {Endpoint(address, media.port) for m in trace.messages if m.sdp for media in m.sdp.media
              for address in (media.address, m.source.address)}  # fmt: skip
    end = trace.messages[-1].time_us + AFTER_US
    near = [one for one in streams if one.last_us >= trace.start_us and one.first_us <= end]
    both = [one for one in near if one.source in places and one.destination in places]
    taken = {place for one in both for place in (one.source, one.destination)}
    half = [
        one for one in near
        if (one.source in places) != (one.destination in places) and not {one.source, one.destination} & taken
    ]  # fmt: skip
    return sorted([*both, *half], key=lambda one: one.first_us)


def message_in(capture: Capture, record: tuple[int, ...], origin: str) -> Message | None:
    """The SIP message of a UDP packet."""
    frame, _, start, end, time_us, link = record
    data = capture.data
    ip = LINKS[link](data, start, end) if link in LINKS else 0
    payload = payload_of(data, ip, end) if ip > 0 else 0
    if payload <= 0:
        return None
    source, destination = endpoints(data, ip, payload)
    return Message(
        frame, time_us, "udp", source, destination, data[payload : payload_end(data, payload, end)], origin
    )  # fmt: skip
