"""Finds a call by its Call-ID in captures, whether they are indexed or not."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from partnertui.calls.call_assembly import as_captured, build_trace
from partnertui.calls.correlation import MAX_LEG_ROUNDS, join_of, legs_of
from partnertui.calls.guessed_legs import guess
from partnertui.calls.leg import Join, Leg
from partnertui.calls.replaced_calls import with_related
from partnertui.calls.trace_model import Message, Trace
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import LARGEST, IndexingStopped, IndexUpdate
from partnertui.captures.capture_file import Capture
from partnertui.captures.format_conversion import is_capture
from partnertui.captures.indexed_call_loader import MOST_LEGS, CallLoader
from partnertui.captures.unindexed_search import Search
from partnertui.domain.errors import DomainError

SLACK_US, HOUR_US = 60_000_000, 3_600_000_000
"""How far clocks may differ; how long after its beginning a call's messages are looked for in files begun later."""


def find_captures(paths: Iterable[Path], pattern: str = "*") -> list[Path]:
    """The captures among files and in folders: by their first bytes, whatever their names. Newest last.

    What is named itself, or by its name is a capture that may not be read, is taken as it is: what is wrong is said.
    """
    found: list[Path] = []
    for path in paths:
        # Not Path.is_dir(), which raises where a folder above may not be searched.
        if os.path.isdir(path) and os.access(path, os.R_OK | os.X_OK):
            found += [one for one in _below(path, pattern) if os.path.isfile(one) and is_capture(one)]
        else:
            found.append(path)
    return sorted({path.absolute() for path in found}, key=_age)


def _below(folder: Path, pattern: str) -> Iterator[Path]:
    """The files below a folder; what vanishes meanwhile, or can't be read, is left out."""
    for directory, _, names in os.walk(folder):  # Path.rglob raises where a folder vanishes
        yield from (path for name in names if (path := Path(directory, name)).match(pattern))


def _age(path: Path) -> tuple[float, str]:
    try:
        return path.stat().st_mtime, str(path)
    except OSError:
        return 0.0, str(path)


def _of_that_time(path: Path, began_us: int | None) -> bool:
    """False for a capture that was finished before a call began, or begins an hour and more after."""
    if began_us is None:
        return True
    try:
        if path.stat().st_mtime * 1e6 < began_us - SLACK_US:
            return False
        with Capture(path) as capture:
            first = next(iter(capture.records()), None)
        return first is None or first.time_us < began_us + HOUR_US
    except (OSError, DomainError):
        return True


@dataclass
class CallFinder:
    """Finds calls. `largest`: bytes of a capture that is indexed for it.

    `troubles` gathers sentences about files that could not be read, or not wholly.
    """

    index: Index
    stop: threading.Event = field(default_factory=threading.Event)
    tell: Callable[[int, int], None] = lambda done, total: None
    keys: Path | None = None
    largest: int = LARGEST
    troubles: list[str] = field(default_factory=list)
    _naming: set[str] = field(default_factory=set)

    def call_in(self, paths: Sequence[Path], call_id: str) -> Trace | None:
        """As `call`, out of these captures alone, whatever else is indexed."""
        self._naming.clear()
        found = self._within(paths, self._alone(paths, [call_id], None))
        if found is None:
            return None
        return self._with_transfers(found, lambda other: self._within(paths, self._alone(paths, [other], None)))

    def _within(self, paths: Sequence[Path], found: Trace | None) -> Trace | None:
        """As much of a call as these captures have."""
        if found is None:
            return None
        own = {str(path) for path in paths}
        # of fewer captures other clocks may be told
        kept = [message for message in as_captured(found) if message.origin in own]
        if len(kept) == len(found.messages):
            return found
        # What joined the legs says nothing of fewer legs.
        still = {message.call_id for message in kept} == set(found.call_ids)
        return build_trace(kept, Join(found.joined_by, found.guessed) if still else Join()) if kept else None

    def call(self, paths: Sequence[Path], call_ids: Sequence[str], began_us: int | None = None) -> Trace | None:
        """The call of any of these Call-IDs with its other legs, without audio; None where no capture has it.

        Calls that a transfer or a pick-up ties to it are in the trace, too. See `_alone`.
        """
        self._naming.clear()
        found = self._alone(paths, call_ids, began_us)
        if found is None:
            return None
        return self._with_transfers(found, lambda other: self._alone(paths, [other], began_us))

    def _with_transfers(self, trace: Trace, find: Callable[[str], Trace | None]) -> Trace:
        naming = self.index.naming(trace.call_ids) | self._naming
        return with_related(trace, sorted(naming), find)

    def _alone(self, paths: Sequence[Path], call_ids: Sequence[str], began_us: int | None) -> Trace | None:
        """The call with its legs and no other one.

        What is indexed is looked up; other files are searched, and indexed only where tshark is needed to read them.
        With `began_us` only those whose time it may be. Raises Stopped.
        """
        with closing(CallLoader(self.index)) as loader:
            indexed = loader.call(*call_ids)
            unread = [path for path in paths if _of_that_time(path, began_us) and not self._fresh(path)]
            if not unread:
                return replace(indexed, missing=tuple(self._missing(indexed.messages))) if indexed else None
            messages = self._gathered(loader, unread, set(call_ids), indexed.messages if indexed else ())
        if not messages:
            return None
        join = join_of(messages, call_ids)
        if indexed is not None and indexed.guessed and not join.by:
            join = Join(indexed.joined_by, guessed=True)
        if len({message.call_id for message in messages}) == 1 and not join.by:
            more, by = self._guessed(unread, messages)
            messages, join = [*messages, *more], by if more else join
        return build_trace(messages, join, missing=self._missing(messages))

    def _gathered(
        self, loader: CallLoader, unread: Sequence[Path], texts: set[str], known: Sequence[Message]
    ) -> list[Message]:
        """Messages of these Call-IDs, and of the legs that they name, and so on."""
        texts |= {message.call_id for message in known}
        asked, messages = set[str](), list(known)
        for _ in range(MAX_LEG_ROUNDS):
            texts -= asked
            if not texts or len(asked) > MOST_LEGS:
                break
            asked |= texts
            found = [message for path in unread for message in self._searched(path, texts, unread)]
            messages = _once([*messages, *found, *loader.of(sorted(texts))])
            texts = {
                text
                for leg in legs_of(messages)
                for text in (leg.call_id, *leg.named, *leg.sessions, *leg.correlations)
            }
        return messages

    def _guessed(self, unread: Sequence[Path], messages: Sequence[Message]) -> tuple[list[Message], Join]:
        """The other leg by a guess: INVITEs within some seconds before and after."""
        first = next((message for message in messages if message.is_request("INVITE")), None)
        if first is None:
            return [], Join()
        near: dict[str, Message] = {}
        for path in unread:
            with contextlib.suppress(DomainError), Capture(path) as capture:
                for message in Search(capture, self._tell_of(unread, path)).near(first):
                    near.setdefault(message.call_id, message)
        legs = [*legs_of(messages), *(Leg(key, m, {}, frozenset()) for key, m in near.items())]
        other, by = guess(legs, first.call_id)
        found = [message for path in unread for message in self._searched(path, {other} - {""}, unread)]
        return [message for message in _once(found) if message.call_id == other], by

    def _tell_of(self, unread: Sequence[Path], path: Path) -> Callable[[int], None]:
        def tell(done: int) -> None:
            self.tell(unread.index(path), len(unread))
            if self.stop.is_set():
                raise IndexingStopped

        return tell

    def _fresh(self, path: Path) -> bool:
        try:
            with Capture(path) as capture:
                known = self.index.file(capture.path)
                return known is not None and known.fresh(capture)
        except DomainError as error:
            self.troubles.append(f"{error} {error.advice}".rstrip())
            # True, so that it isn't searched as well: its sentence is told once.
            return True

    def _searched(self, path: Path, texts: set[str], unread: Sequence[Path]) -> list[Message]:
        """Messages with these Call-IDs, or that name them; indexed where tshark must read them."""
        if not texts:
            return []
        try:
            with Capture(path) as capture:
                search = Search(capture, self._tell_of(unread, path))
                messages = search.of(texts)
                self._naming |= search.naming
        except DomainError as error:
            self.troubles.append(f"{error} {error.advice}".rstrip())
            return []
        # With a key log the Call-ID may be in what is encrypted, where a search of the bytes can't find it.
        if not search.uncertain and (messages or self.keys is None):
            return messages
        self.troubles += IndexUpdate(self.index, self.tell, self.stop, self.keys, self.largest).update([path])
        with closing(CallLoader(self.index)) as loader:
            return loader.of([*texts, *sorted(self.index.linked(sorted(texts)))])

    def _missing(self, messages: Sequence[Message]) -> list[str]:
        """What the captures of these messages could not show."""
        found = dict.fromkeys(message.origin for message in messages if message.origin)
        known = [self.index.file(Path(origin)) for origin in found]
        return [f"{file.path.name}: {note}" for file in known if file is not None for note in file.notes]


def _once(messages: Iterable[Message]) -> list[Message]:
    """Each message of each capture once."""
    return list({(m.origin, m.frame, m.time_us, m.data): m for m in messages}.values())
