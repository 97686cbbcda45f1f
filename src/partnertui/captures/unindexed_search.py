"""Finds a call in captures that were never indexed, by searching the whole file for its Call-ID."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field

from partnertui.calls.correlation import leg_of
from partnertui.calls.guessed_legs import MAX_LEG_GAP_US, number_suffix, same_number
from partnertui.calls.replaced_calls import escaped, replaced_calls
from partnertui.calls.trace_model import Message
from partnertui.captures.capture_file import STRETCH, Capture, Record, Records
from partnertui.captures.indexed_call_loader import message_in_record

MOST_HITS = 100_000
_INVITE = re.compile(rb"INVITE (?:sips?|tel):")
_HEX = re.compile(r"[0-9a-f]{32}")
"""A Session-ID, which some write in capital letters."""
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
    naming: set[str] = field(default_factory=set)
    """Call-IDs of other calls that want to replace one of these, as in a transfer."""
    records: Records = field(init=False)

    def __post_init__(self) -> None:
        self.records = self.capture.records()

    def of(self, texts: Set[str]) -> list[Message]:
        """The messages that have one of these Call-IDs, or name one of them, or a Session-ID of them."""
        # Inside a Refer-To the Call-ID is percent-encoded.
        wanted = {*texts, *(text.upper() for text in texts if _HEX.fullmatch(text)), *map(escaped, texts)}
        return [message for message in self.holding(sorted(wanted)) if self._concerns(message, texts)]

    def _concerns(self, message: Message, known: Set[str]) -> bool:
        """True where a message has one of the Call-IDs, or names it as the other leg."""
        if message.call_id in known:
            return True
        if replaced_calls(message).keys() & known:
            self.naming.add(message.call_id)
        leg = leg_of(message.call_id, [message])
        return bool(leg.references & known)

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
        self.records = self.capture.records()
        wanted = [text.encode("utf-8", "replace") for text in texts if text]
        return self.records.holding(self._places(wanted), lambda frame, offset: self.tell(offset))

    def _message(self, record: Record | None) -> Message | None:
        return message_in_record(record, str(self.capture.path)) if record is not None else None

    def _stretches(self, begin: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Places of the file and the bytes there, each with the beginning of the next."""
        for start in range(begin, end, STRETCH):
            self.tell(start)
            # a text may lie across two stretches
            yield start, self.capture.read(start, min(STRETCH + OVERLAP, end - start))

    def _places(self, wanted: Sequence[bytes]) -> list[int]:
        """Where texts occur, stretch by stretch."""
        found = list[int]()
        for start, data in self._stretches(0, self.capture.size):
            for text in wanted:
                offset = data.find(text)
                while 0 <= offset < STRETCH:
                    found.append(start + offset)
                    offset = data.find(text, offset + 1)
            if len(found) >= MOST_HITS:
                break
        return sorted(found)

    def _invites(self, begin: int, end: int, tails: Sequence[bytes]) -> Iterator[int]:
        """Where INVITEs begin that have one of these texts close behind: few of many are worth being read."""
        for start, data in self._stretches(begin, end):
            for match in _INVITE.finditer(data):
                offset = match.start()
                if offset < STRETCH and any(data.find(tail, offset, offset + OVERLAP) > 0 for tail in tails):
                    yield start + offset

    def near(self, first: Message) -> Iterator[Message]:
        """INVITEs near in time that have a number of the call that begins with this one."""
        users = (first.reading.from_user, first.reading.to_user)
        # captures are in order of time, nearly: the other leg is within a few seconds of this one
        begin = self.capture.records().reaching(first.time_us - MAX_LEG_GAP_US)
        # A second more, as reaching() of pcap goes by whole seconds.
        until = self.capture.records(begin).reaching(first.time_us + MAX_LEG_GAP_US + 1_000_000)
        end = until.offset if until.frame > begin.frame else self.capture.size
        offsets = list(
            self._invites(begin.offset, end, [number_suffix(user).encode() for user in users if number_suffix(user)])
        )
        records = self.capture.records(begin)
        for frame, offset in records.holding(offsets, lambda frame, offset: None):
            message = self._message(records.at(frame, offset))
            if (
                message is None
                or abs(message.time_us - first.time_us) > MAX_LEG_GAP_US
                or not message.is_request("INVITE")
            ):
                continue
            if message.call_id == first.call_id:
                continue
            reading = message.reading
            if not reading.to_tag and (
                same_number(reading.from_user, users[0]) or same_number(reading.to_user, users[1])
            ):
                yield message
