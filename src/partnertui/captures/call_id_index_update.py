"""Updates the capture index: reads only what is new in each file."""

from __future__ import annotations

import threading
import time
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from partnertui.captures.call_id_index import Index, IndexedFile
from partnertui.captures.call_id_index_file import IndexUnusable
from partnertui.captures.capture_file import Capture, Record, Records
from partnertui.captures.sip_first_pass import Scan
from partnertui.captures.sip_tcp_conversations import MOST_PORTS
from partnertui.captures.streams_across_files import Span, carried_records, join_key, predecessors
from partnertui.captures.tshark_reassembly import Assembly
from partnertui.config.settings import Captures
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural

EVERY = 5_000
"""Packets between two looks at whether to stop."""
FLUSH = 40_000
"""Messages that are kept in memory before they are written down."""
PIECES = "couldn't be reassembled: segments are missing from the capture"
LOCKED = "can't be read without a key log file"
LARGEST = Captures().largest_bytes
"""Bytes of a capture that is indexed at most, unless the settings say otherwise."""
LARGEST_INDEX = 4_000_000_000
"""Bytes that the index has at most: that of some 100 GB of captures."""
PATIENCE = 60.0
"""Seconds that another program, which indexes too, is waited for."""


class IndexingStopped(Exception):
    """An agent stopped it; what was read so far is kept."""


@dataclass
class IndexUpdate:
    """How files are brought into the index. `tell(done, total)`: bytes; `stop`: set to end it; `keys`: TLS key log.

    `largest`: bytes of a capture; `most`: bytes of the index.
    """

    index: Index
    tell: Callable[[int, int], None] = lambda done, total: None
    stop: threading.Event = field(default_factory=threading.Event)
    keys: Path | None = None
    largest: int = LARGEST
    most: int = LARGEST_INDEX
    _done: int = 0
    _total: int = 0
    _tidied: bool = False

    def update(self, paths: Iterable[Path]) -> list[str]:
        """Indexes what is new; returns sentences about files that could not be read. Raises Stopped."""
        wanted = [path.absolute() for path in paths]
        self._total = sum(map(_size, wanted))
        troubles = []
        # Newest first: where the index is full, the older ones are left out.
        for path in reversed(wanted):
            try:
                with Capture(path, lambda done: self.progress(0)) as capture:
                    self._one(capture)
                    self._done += capture.size
            except IndexUnusable:
                raise
            except DomainError as error:
                troubles.append(f"{error} {error.advice}".rstrip())
        try:
            self._join_files(wanted)
        except IndexUnusable:
            raise
        except DomainError as error:
            troubles.append(f"{error} {error.advice}".rstrip())
        return troubles[::-1]

    def _one(self, capture: Capture) -> None:
        if self._done_with(capture, self.index.file(capture.path)):
            return
        if capture.size > self.largest:
            limit = f"{self.largest / 1e6:,.0f} MB"
            raise DomainError(f"{capture.path.name} is larger than {limit}, so it isn't indexed.")
        self._begin()
        keep = False
        try:
            self._make_room(capture)
            self._renew(capture)
            keep = True
        except IndexUnusable:
            raise  # half of a file, written down without how far it goes, would be read twice
        except (DomainError, IndexingStopped):
            keep = True
            raise
        finally:
            if self.index.connection.in_transaction:
                self.index.connection.execute("COMMIT" if keep else "ROLLBACK")

    def _renew(self, capture: Capture) -> None:
        known = self.index.file(capture.path)  # somebody else may have read it while we waited
        if self._done_with(capture, known):
            return
        # What keys may open now lies before the known position, so the file is read from its start.
        if known is not None and (self._locked(known) or not known.grown(capture)):
            self.index.forget(known.id)
            known = None
        self._read(capture, known)

    def _make_room(self, capture: Capture) -> None:
        """Forgets files that are gone, and what was written longest ago where the index is too large.

        What is older still is not indexed then.
        """
        for file in () if self._tidied else self.index.gone():
            self.index.forget(file)
        self._tidied = True
        while self.index.bytes > self.most:
            file, changed_ns = self.index.oldest()
            if not file or changed_ns >= capture.stat.st_mtime_ns:
                raise DomainError(
                    f"{capture.path.name} isn't indexed: the capture index can't be larger than"
                    f" {self.most / 1e6:,.0f} MB, and newer captures fill it.",
                    advice="Its calls can still be found by Call-ID.",
                )
            self.index.forget(file)

    def _done_with(self, capture: Capture, known: IndexedFile | None) -> bool:
        return known is not None and known.fresh(capture) and not self._locked(known)

    def _locked(self, known: IndexedFile) -> bool:
        """True where keys may open what could not be read before."""
        return self.keys is not None and any(LOCKED in note for note in known.notes)

    def _begin(self) -> None:
        """Waits for whoever else writes into the index, unless we are stopped."""
        latest = time.monotonic() + PATIENCE
        while True:
            try:
                # Each try waits two seconds inside SQLite (see `_prepared`), so this loop doesn't spin.
                self.index.connection.execute("BEGIN IMMEDIATE")
            except IndexUnusable as trouble:
                if not trouble.busy or time.monotonic() > latest:
                    raise
                self.progress(0)
            else:
                return

    def _read(self, capture: Capture, known: IndexedFile | None) -> None:
        scan, records = Scan(), capture.records(known.position if known else None)
        if known is not None:
            scan.odd, scan.websocket = array("Q", known.odd), array("Q", known.websocket)
            scan.sip_ports, scan.websocket_ports = set(known.sip_ports), set(known.websocket_ports)
            scan.tunnel_ports = set(self.index.tunnel_ports(capture.path))
            scan.unread_tunnels = self.index.unread_tunnels(capture.path)
        # A reading that was broken off never came to tshark: all that it set aside is new.
        before = 0 if known and known.broken_off else len(scan.odd) + len(scan.websocket)
        # Written before it is read, as its ID is needed on the way; marked as broken off until the end.
        file = self.index.keep(capture, known, records.position, scan, (), whole=False)
        row = self.index.file(capture.path)
        watching = _Watching(self, scan, file)
        ended: DomainError | IndexingStopped | None = None
        try:
            scan.take(records, EVERY, watching)
        except IndexUnusable:
            raise
        except (DomainError, IndexingStopped) as error:
            ended = error
        scan.last_us = records.last_us or scan.last_us
        self.index.add(file, scan)
        scan.set_aside_tcp(keys=self.keys is not None)
        notes = [damage for damage in (capture.damage or records.damage,) if damage]
        if scan.nameless:
            notes.append(
                f"{plural(scan.nameless, 'of its messages has', 'of its messages have')} no Call-ID, probably cut off"
                " by a snap length"
            )
        if scan.tcp.encrypted and self.keys is None:
            notes.append(f"SIP over TLS {LOCKED} (packets: {scan.tcp.encrypted:,})")
        if scan.fragments.incomplete:
            cut = plural(scan.fragments.incomplete, "SIP message is", "SIP messages are")
            notes.append(
                f'{cut} truncated: not all IP fragments were captured (a capture filter such as "port 5060" drops them)'
            )
        if ended is None and len(scan.odd) + len(scan.websocket) > before:
            notes += self._assemble(capture, records, file, scan)
        self.index.keep(capture, row, records.position, scan, notes, whole=ended is None)
        if ended is not None:
            raise ended

    def progress(self, offset: int) -> None:
        """Says how far it is; raises Stopped."""
        self.tell(self._done + offset, self._total)
        if self.stop.is_set():
            raise IndexingStopped

    def _assemble(
        self, capture: Capture, records: Records, file: int, scan: Scan, carried: Sequence[Record] = ()
    ) -> list[str]:
        """What the pass set aside goes to tshark; returns sentences about what it could not do."""
        ports = sorted(scan.sip_ports)[:MOST_PORTS], sorted(scan.websocket_ports)[:MOST_PORTS]
        packets, origin = (scan.odd, scan.websocket), str(capture.path)
        assembly = Assembly(records, origin, self.index.path.parent, *packets, *ports, carried, self.keys, self.stop)
        encrypted = scan.tcp.encrypted
        try:
            opened = self.index.assemble(file, assembly.messages())
        except IndexUnusable:
            raise
        except DomainError as error:
            return [str(error).rstrip(".")]
        except OSError as error:
            return [f"the extract for tshark couldn't be written: {error.strerror}"]
        if encrypted and self.keys is not None and not opened:
            return [
                f"SIP over TLS can't be decrypted with these keys, or began before the capture (packets: {encrypted:,})"
            ]
        if assembly.left_out:
            left_out = f"{assembly.left_out:,} left out"
            return [f"too many TCP packets, fragments or tunnelled packets to reassemble ({left_out})"]
        if assembly.pieces:
            return [f"{plural(assembly.pieces, 'piece')} of SIP over TCP {PIECES}"]
        return []

    def _join_files(self, paths: Sequence[Path]) -> None:
        """Puts together again what goes on from one file of a ring into the next, once for each pair of them."""
        for span, before in predecessors(self.index, paths):
            self._begin()
            try:
                with Capture(span.path) as capture:
                    self._join_file(capture, span, before)
            except (DomainError, IndexingStopped):
                if self.index.connection.in_transaction:
                    self.index.connection.execute("ROLLBACK")
                raise
            self.index.connection.execute("COMMIT")

    def _join_file(self, capture: Capture, span: Span, before: Sequence[Span]) -> None:
        self.progress(0)
        known = self.index.file(span.path)
        if known is None or not known.fresh(capture):
            return
        carried = carried_records(self.index, known, before)
        notes = known.notes
        if carried:
            scan = Scan(odd=known.odd, websocket=known.websocket)
            scan.sip_ports, scan.websocket_ports = set(known.sip_ports), set(known.websocket_ports)
            records = capture.records(known.position)
            found = self._assemble(capture, records, known.id, scan, carried)
            notes = (*(note for note in notes if PIECES not in note), *found)
        self.index.set_joined(known.id, join_key(span, before), notes)


@dataclass
class _Watching:
    """Between two stretches of a pass: writes down what was found, looks whether to stop."""

    updating: IndexUpdate
    scan: Scan
    file: int
    flushed: int = 0

    def __call__(self, record: Record) -> None:
        if self.scan.messages - self.flushed >= FLUSH:
            self.flushed = self.scan.messages
            self.updating.index.add(self.file, self.scan)
        self.updating.progress(record.offset)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
