"""One call out of captures that were never indexed: its Call-ID is searched for in the whole file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from partnertui.sip.capture.file import STRETCH, Capture, Place, Record, Records
from partnertui.sip.capture.load import message_in
from partnertui.sip.trace.joining import NEAR_US, Join, Leg, alike, guessed_pairs, leg_of
from partnertui.sip.trace.model import Message

MOST_HITS = 100_000
_INVITE = re.compile(rb"INVITE (?:sips?|tel):")
OVERLAP = 4_096
"""No text that is searched for is longer."""


@dataclass
class Search:
    """Looks for calls in one capture. `uncertain` is set where a hit was in a packet that only tshark can read.

    `tell` is called with the bytes that were searched, often, and may raise to stop.
    """

    capture: Capture
    tell: Callable[[int], None] = lambda done: None
    uncertain: bool = False
    records: Records = field(init=False)
    _passed: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.records = self.capture.records()

    def call_any(self, call_ids: Sequence[str]) -> tuple[list[Message], Join]:
        """The call of the first of these Call-IDs that is in this capture."""
        for call_id in call_ids:
            messages, join = self.call(call_id)
            if messages:
                return messages, join
        return [], Join()

    def call(self, call_id: str) -> tuple[list[Message], Join]:
        """All messages of a call and of its other legs; none where it is not in this capture."""
        own = [message for message in self.holding([call_id]) if self._concerns(message, {call_id})]
        known, by = {call_id}, ""
        for _ in range(3):
            legs = [leg_of(one, [m for m in own if m.call_id == one]) for one in sorted({m.call_id for m in own})]
            named = {name for leg in legs for name in leg.named} | {leg.call_id for leg in legs}
            sessions = {session for leg in legs for session in leg.sessions}
            if named | sessions <= known:
                break
            known |= named | sessions
            by = "X-CID or Session-ID"
            own = [message for message in self.holding(sorted(known)) if self._concerns(message, known)]
        if len({message.call_id for message in own}) > 1 or not own:
            return own, Join(by)
        return self._guess(own)

    def _concerns(self, message: Message, known: set[str]) -> bool:
        """True where a message has one of the Call-IDs, or names it as the other leg."""
        if message.call_id in known:
            return True
        leg = leg_of(message.call_id, [message])
        return bool(leg.named & known or leg.sessions & known)

    def holding(self, texts: Sequence[str]) -> Iterator[Message]:
        """Messages in packets that hold one of these texts."""
        for frame, offset in self.records_with(texts):
            message = self._message(self.records.at(frame, offset))
            if message is not None and message.reading.method:
                yield message
            else:
                self.uncertain = True

    def records_with(self, texts: Sequence[str]) -> list[tuple[int, int]]:
        """Frame and offset of packets that hold one of these texts; `records` has read the capture as far as them."""
        self._passed.clear()
        self.records = self.capture.records()
        wanted = [text.encode("utf-8", "replace") for text in texts if text]
        return self.records.holding(self._places(wanted), self._pass)

    def _message(self, record: Record | None) -> Message | None:
        return message_in(record, str(self.capture.path)) if record is not None else None

    def _pass(self, frame: int, offset: int) -> None:
        self.tell(offset)
        self._passed.append((frame, offset))

    def _stretches(self, begin: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Places of the file and the bytes there, each with the beginning of the next."""
        for start in range(begin, end, STRETCH):
            self.tell(start)
            yield start, self.capture.read(start, min(STRETCH + OVERLAP, end - start))

    def _places(self, wanted: Sequence[bytes]) -> list[int]:
        """Where texts occur, stretch by stretch."""
        found = list[int]()
        for start, data in self._stretches(0, self.capture.size):
            for text in wanted:
                place = data.find(text)
                while 0 <= place < STRETCH:
                    found.append(start + place)
                    place = data.find(text, place + 1)
            if len(found) >= MOST_HITS:
                break
        return sorted(found)

    def _guess(self, own: list[Message]) -> tuple[list[Message], Join]:
        """The other leg by numbers and time: INVITEs within some seconds before and after."""
        first = next((message for message in own if message.is_request("INVITE")), None)
        if first is None:
            return own, Join()
        near = {m.call_id: m for m in self._near(first) if m.call_id != first.call_id}
        legs = [leg_of(first.call_id, [first]), *(Leg(key, m, frozenset(), frozenset()) for key, m in near.items())]
        pairs = [pair for pair in guessed_pairs(legs) if first.call_id in pair]
        if not pairs:
            return own, Join()
        other = next(call_id for call_id in pairs[0] if call_id != first.call_id)
        more = [message for message in self.holding([other]) if message.call_id == other]
        return [*own, *more], Join("numbers and time", guessed=True)

    def _near(self, first: Message) -> Iterator[Message]:
        """INVITEs near in time that have a number of the call."""
        users = (first.reading.from_user, first.reading.to_user)
        begin = self._before(first.time_us - NEAR_US)
        end = self.capture.records(begin).reaching(first.time_us + NEAR_US + 1_000_000)
        places = [
            start + match.start() for start, data in self._stretches(begin.offset, end.offset)
            for match in _INVITE.finditer(data) if match.start() < STRETCH
        ]  # fmt: skip
        records = self.capture.records(begin)
        for frame, offset in records.holding(places, lambda frame, offset: None):
            message = self._message(records.at(frame, offset))
            if message is None or abs(message.time_us - first.time_us) > NEAR_US or not message.is_request("INVITE"):
                continue
            reading = message.reading
            if not reading.to_tag and (alike(reading.from_user, users[0]) or alike(reading.to_user, users[1])):
                yield message

    def _before(self, time_us: int) -> Place:
        """The last place passed before a time."""
        found = Place()
        for frame, offset in self._passed:
            record = self.records.at(frame, offset)
            if record is None or record.time_us > time_us:
                break
            found = Place(offset, frame - 1, self.records.place.sections)
        return found
