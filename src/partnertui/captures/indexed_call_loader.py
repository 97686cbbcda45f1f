"""Loads calls from indexed captures: messages at their offsets, legs joined, RTP in between."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from partnertui.calls.call_assembly import Group, build_trace, group_calls
from partnertui.calls.correlation import (
    MAX_LEG_ROUNDS,
    join_of,
    leg_of,
)
from partnertui.calls.guessed_legs import MAX_LEG_GAP_US, guess, number_suffix
from partnertui.calls.leg import Join, Leg
from partnertui.calls.trace_model import Message, Trace
from partnertui.captures.call_id_index import Found, Index
from partnertui.captures.capture_file import Capture, Record
from partnertui.captures.hep import decode, is_hep
from partnertui.captures.packet_headers import endpoints, payload_end
from partnertui.captures.tunnels import innermost
from partnertui.domain.errors import DomainError

AT_ONCE = 2_000
"""Call-IDs that are loaded together where all calls of a capture are wanted."""
MOST_LEGS = 50
MAX_SKEW_US = 5_000_000
"""A sender of HEP whose clock differs by more is not believed: its messages have the time of their arrival."""

MOST_MESSAGES = 20_000
"""Messages of one call that are read: a phone in a loop can send millions with one Call-ID."""


class CallLoader:
    """Reads calls; keeps captures open until it is closed."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._stack = contextlib.ExitStack()
        self._open: dict[Path, Capture] = {}
        self.registrations: dict[tuple[int, ...], dict[str, list[Found]]] = {}
        """REGISTER exchanges by user, of the files that were asked for."""
        self.sound_hosts: dict[Path, frozenset[str]] = {}
        """Hosts whose RTP is in captures, as far as that was looked at."""

    def close(self) -> None:
        """Closes what it opened."""
        self._stack.close()

    def capture(self, path: Path) -> Capture:
        """A capture, opened once; raises DomainError."""
        if path not in self._open:
            self._open[path] = self._stack.enter_context(Capture(path))
        return self._open[path]

    def messages(self, found: Sequence[Found], most: int | None = None) -> list[Message]:
        """The messages at these places, or the first of them; those of files that are gone are left out."""
        made: list[Message] = []
        paths = self.index.paths()
        for part in found:
            with contextlib.suppress(DomainError):
                made += islice(self._at(paths[part.file], part.pairs), None if most is None else most - len(made))
        return made

    def _at(self, path: Path, pairs: Sequence[tuple[int, int]]) -> Iterator[Message]:
        capture, known = self.capture(path), self.index.file(path)
        if known is None or not known.grown(capture):
            return  # another one has taken its name: its places mean nothing there
        records = capture.records(known.position)
        for frame, offset in pairs:
            record = records.at(frame, offset)
            message = message_in_record(record, str(path)) if record is not None else None
            if message is not None:
                yield message

    def legs(self, *call_ids: str) -> tuple[list[str], Join | None]:
        """The Call-IDs of a call of which some are known: by headers that name other legs, else by a guess."""
        known = [call_id for call_id in call_ids if self.index.known(call_id)]
        for _ in range(MAX_LEG_ROUNDS - 1):  # its own is the first
            more = [other for other in sorted(self.index.linked(known)) if self.index.known(other)]
            if not more:
                break
            known = [*known, *more][:MOST_LEGS]
        other, by = self._guessed(known[0]) if len(known) == 1 else ("", Join())
        return ([*known, other], by) if other else (known, None)

    def _guessed(self, call_id: str) -> tuple[str, Join]:
        own = [part for part in self.index.find([call_id]) if part.method == "INVITE"]
        if not own:
            return "", Join()
        first, near = own[0], dict[str, list[Found]]()
        # either leg may have been asked for, so both directions of time
        begun = self.index.begun(first.first_us - MAX_LEG_GAP_US, first.first_us + MAX_LEG_GAP_US)
        begun = [part for part in begun if part.method == "INVITE" and part.call_id != call_id]
        # those with a number of the call, and those that fit them better than it does
        of_both = _like(begun, _like(begun, [first]))
        for part in sorted(of_both, key=lambda part: abs(part.first_us - first.first_us)):
            near.setdefault(part.call_id, []).append(part)
        # Each costs a look into captures; the nearest in time come first.
        legs = [self._leg(parts) for parts in (own, *list(near.values())[:200])]
        return guess(legs, call_id)

    def _leg(self, parts: Sequence[Found]) -> Leg:
        """By its first messages in all captures: one that saw only the second hop must not pass for its beginning."""
        # 64 bytes are four messages: enough for the headers that name a leg
        first = self.messages([replace(part, records=part.records[:64]) for part in parts])
        return leg_of(parts[0].call_id, sorted(first, key=lambda message: message.time_us))

    def call(self, *call_ids: str) -> Trace | None:
        """All of the call that has these Call-IDs, without its audio; None where it is in no capture."""
        legs, guess = self.legs(*call_ids)
        messages = self.of(legs)
        left_out = [f"only the first {MOST_MESSAGES:,} messages of the call were read"]
        missing = left_out if len(messages) >= MOST_MESSAGES else []
        return build_trace(messages, guess or join_of(messages, call_ids), missing=missing) if messages else None

    def of(self, call_ids: Sequence[str]) -> list[Message]:
        """The messages with these Call-IDs and no others."""
        marks = ",".join("?" * len(call_ids))
        assembled = self.index.assembled(f"call_id IN ({marks})", call_ids)
        found = self.messages(self.index.find(call_ids), MOST_MESSAGES)
        return [*found, *islice(assembled, MOST_MESSAGES - len(found))]

    def count(self, paths: Sequence[Path]) -> int:
        """How many Call-IDs some files have."""
        return sum(1 for _ in self.index.call_ids(self.index.files_of(paths)))

    def all(self, paths: Sequence[Path]) -> Iterator[list[Trace]]:
        """Every call of some files, in order of time, many at once."""
        for groups in self.groups(paths):
            yield [group.trace for group in groups]

    def groups(self, paths: Sequence[Path]) -> Iterator[list[Group]]:
        """The same before they are built; legs of a call are looked for near in time.

        What began last waits for the next ones: its other leg may be among them.
        """
        files = self.index.files_of(paths)
        waiting, held = self.index.call_ids(files), list[Message]()
        while chosen := dict(islice(waiting, AT_ONCE)):
            wanted, last_us = list(chosen), max(chosen.values()) - MAX_LEG_GAP_US
            found = group_calls(
                [*held, *self.messages(self.index.find_in(wanted, files)), *self.index.assembled_in(wanted, files)]
            )
            ready = [group for group in found if group.messages[0].time_us < last_us]
            held = [message for group in found if group.messages[0].time_us >= last_us for message in group.messages]
            if ready:
                yield ready
        if held:
            yield group_calls(held)


def _like(parts: Sequence[Found], some: Sequence[Found]) -> list[Found]:
    """Those of the parts that may have a number in common with one of some."""
    callers = {number_suffix(one.from_user) for one in some} - {""}
    called = {number_suffix(one.to_user) for one in some} - {""}
    return [part for part in parts if number_suffix(part.from_user) in callers or number_suffix(part.to_user) in called]


def message_in_record(record: Record, origin: str) -> Message | None:
    """The SIP message of a UDP packet, also in a tunnel or mirrored in HEP."""
    frame, _, start, end, time_us, link, data = record
    ip, payload = innermost(data, link, start, end)
    if payload <= 0:
        return None
    source, destination = endpoints(data, ip, payload)
    body = data[payload : payload_end(data, payload, end)]
    mirrored = decode(body) if is_hep(body) else None
    if mirrored is None:
        return Message(frame, time_us, "udp", source, destination, body, origin)
    at = mirrored.time_us if abs(mirrored.time_us - time_us) < MAX_SKEW_US else time_us
    ends = mirrored.source, mirrored.destination
    return Message(frame, at, mirrored.transport, *ends, mirrored.payload, origin, mirrored.correlation_id)
