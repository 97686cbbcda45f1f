"""The index of captures: in which files, and where, each Call-ID is. A cache that can be deleted."""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from partnertui.calls.correlation import leg_of
from partnertui.calls.replaced_calls import REPLACES, replaced_calls
from partnertui.calls.trace_model import Endpoint, Message
from partnertui.captures.call_id_index_file import opened, settled_ns
from partnertui.captures.capture_file import Capture, Interface, Position, Section
from partnertui.captures.sip_first_pass import Scan

PortSet = frozenset[bytes]


@dataclass(frozen=True)
class IndexedFile:
    """A capture as it was indexed. `notes`: sentences about what of it could not be read."""

    id: int
    path: Path
    inode: int
    size: int
    changed_ns: int
    fingerprint: bytes
    position: Position
    messages: int
    odd: array[int]
    notes: tuple[str, ...]
    websocket: array[int]
    sip_ports: tuple[int, ...] = ()
    websocket_ports: tuple[int, ...] = ()
    settled_ns: int = 0
    """When the file's content or name last changed (ctime); 0 if that was too close to when it was read."""

    def fresh(self, capture: Capture) -> bool:
        """True where all of it was read and nothing was written since."""
        return (self.inode, self.size, self.changed_ns) == _identity(capture) and self.grown(capture)

    @property
    def broken_off(self) -> bool:
        """True where somebody stopped the reading."""
        return self.changed_ns == 0

    def grown(self, capture: Capture) -> bool:
        """True where it is the same file, with more at its end or not."""
        # a file that became shorter was written anew
        same = self.inode == capture.stat.st_ino and capture.size >= self.size
        if same and self.settled_ns == capture.stat.st_ctime_ns:
            return True  # any write since would have another ctime; 256 samples take a millisecond
        return same and self.fingerprint == capture.fingerprint(self.size)


@dataclass(frozen=True)
class Found:
    """A Call-ID in a file: what it is, when, between whom; `code` is 0 where no final answer was seen."""

    file: int
    call_id: str
    method: str
    first_us: int
    last_us: int
    from_user: str
    to_user: str
    code: int
    messages: int
    records: bytes

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Frame and offset of each message."""
        flat = array("Q", self.records)
        return list(zip(flat[::2], flat[1::2], strict=True))


def _identity(capture: Capture) -> tuple[int, int, int]:
    return capture.stat.st_ino, capture.size, capture.stat.st_mtime_ns


class Index:
    """Opens or makes the index; one that an older program made is made anew. Use it in one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = opened(path)

    def close(self) -> None:
        """Closes it."""
        self.connection.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # files

    def file(self, path: Path) -> IndexedFile | None:
        """What is known of a file."""
        row = self.connection.execute(
            "SELECT id, path, inode, size, changed_ns, fingerprint, place, messages, odd, notes, websocket, settled_ns,"
            " ports FROM files"
            " WHERE path = ?",
            (str(path),),
        ).fetchone()
        return _file(row) if row else None

    def paths(self) -> dict[int, Path]:
        """All files, by ID."""
        return {key: Path(path) for key, path in self.connection.execute("SELECT id, path FROM files")}

    def files_of(self, paths: Sequence[Path]) -> list[int]:
        """IDs of those of some paths that are indexed, in their order."""
        known = {path: file for file, path in self.paths().items()}
        return [known[path] for path in dict.fromkeys(path.absolute() for path in paths) if path in known]

    def forget(self, file: int) -> None:
        """Drops all that is known of a file."""
        for table, column in (("parts", "file"), ("assembled", "file"), ("links", "file"), ("files", "id")):
            self.connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (file,))

    def gone(self) -> list[int]:
        """Files that are not there any more."""
        return [file for file, path in self.paths().items() if not os.path.lexists(path)]

    @property
    def bytes(self) -> int:
        """How large it is, without what was forgotten."""
        pages, free, size = (
            self.connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def oldest(self) -> tuple[int, int]:
        """The file that was written longest ago, and when (ns since 1970)."""
        row = self.connection.execute("SELECT id, changed_ns FROM files ORDER BY changed_ns, id LIMIT 1").fetchone()
        return row or (0, 0)

    def keep(
        self,
        capture: Capture,
        known: IndexedFile | None,
        position: Position,
        scan: Scan,
        notes: Sequence[str],
        *,
        whole: bool = True,
    ) -> int:
        """Notes how far a file was read, and whether that was to its end; returns its ID."""
        inode, size, changed = _identity(capture)
        values = (
            inode,
            size,
            # 0 marks a reading that was broken off: the next one goes on from there
            changed if whole else 0,
            # inode and size are not enough: copytruncate of logrotate writes other packets into the same file
            capture.fingerprint(capture.size),
            json.dumps(asdict(position)),
            position.frame,
            scan.messages,
            scan.odd.tobytes(),
            json.dumps(list(notes)),
            scan.first_us,
            scan.last_us,
            b"".join(sorted(scan.tunnel_ports)),
            scan.unread_tunnels,
            scan.websocket.tobytes(),
            json.dumps([sorted(scan.sip_ports), sorted(scan.websocket_ports)]),
            settled_ns(capture.stat.st_ctime_ns),
        )
        if known is not None:
            # joined_to is emptied, as what a file has gained may continue others of its ring.
            self.connection.execute(
                "UPDATE files SET inode=?, size=?, changed_ns=?, fingerprint=?, place=?, frames=?,"
                " messages=messages+?, odd=?, notes=?, first_us=coalesce(nullif(first_us, 0), ?), last_us=?,"
                " tunnel_ports=?, unread_tunnels=?, websocket=?, ports=?, settled_ns=?, joined_to='' WHERE id=?",
                (*values, known.id),
            )
            return known.id
        cursor = self.connection.execute(
            "INSERT INTO files (inode, size, changed_ns, fingerprint, place, frames, messages, odd, notes,"
            " first_us, last_us, tunnel_ports, unread_tunnels, websocket, ports, settled_ns, path) VALUES"
            " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, str(capture.path)),
        )
        return int(cursor.lastrowid)

    def set_joined(self, file: int, joined_to: str, notes: Sequence[str]) -> None:
        """Notes that the streams of a file were put together with those before it."""
        values = (joined_to, json.dumps(list(notes)), file)
        self.connection.execute("UPDATE files SET joined_to = ?, notes = ? WHERE id = ?", values)

    def tunnel_ports(self, path: Path) -> PortSet:
        """Destination ports of tunnels in a file that are not their usual ones, as in a packet."""
        row = self.connection.execute("SELECT tunnel_ports FROM files WHERE path = ?", (str(path),)).fetchone()
        ports = bytes(row[0]) if row else b""
        return frozenset(ports[offset : offset + 2] for offset in range(0, len(ports), 2))

    def unread_tunnels(self, path: Path) -> int:
        """How many packets of a file are in tunnels that only tshark reads."""
        row = self.connection.execute("SELECT unread_tunnels FROM files WHERE path = ?", (str(path),)).fetchone()
        return int(row[0]) if row else 0

    def span(self, path: Path) -> tuple[int, int]:
        """Times of the first and the last packet of a file, in microseconds; zeros for one that is not indexed."""
        row = self.connection.execute("SELECT first_us, last_us FROM files WHERE path = ?", (str(path),)).fetchone()
        return (row[0] or 0, row[1] or 0) if row else (0, 0)

    def covering(self, first_us: int, last_us: int) -> list[Path]:
        """Files with packets of a span of time."""
        rows = self.connection.execute(
            "SELECT path FROM files WHERE first_us <= ? AND last_us >= ?", (last_us, first_us)
        )
        return [Path(path) for (path,) in rows]

    # calls

    def add(self, file: int, scan: Scan) -> None:
        """Adds what a pass found and empties it of calls."""
        rows = []
        links = []
        for raw, noted in scan.calls.items():
            call_id = raw.decode("utf-8", "replace")
            rows.append(
                (
                    file,
                    call_id,
                    noted.method,
                    noted.first_us,
                    noted.last_us,
                    noted.from_user,
                    noted.to_user,
                    noted.code,
                    len(noted.records) // 2,
                    noted.records.tobytes(),
                )
            )
            links += [(file, call_id, value) for value in noted.links]
        self.connection.executemany("INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self.connection.executemany("INSERT INTO links VALUES (?, ?, ?)", links)
        scan.calls.clear()

    def assemble(self, file: int, messages: Iterable[Message]) -> int:
        """Replaces the messages of a file that tshark put together; returns how many there are."""
        self.connection.execute("DELETE FROM assembled WHERE file = ?", (file,))
        links = set[tuple[int, str, str]]()
        messages = list(messages)
        for message in messages:
            leg = leg_of(message.call_id, [message])
            links |= {(file, leg.call_id, value) for value in leg.references}
            links |= {(file, leg.call_id, REPLACES + value) for value in replaced_calls(message)}
        self.connection.executemany("INSERT INTO links VALUES (?, ?, ?)", links)
        rows = [
            (
                file,
                m.call_id,
                m.frame,
                m.time_us,
                m.transport,
                m.source.address,
                m.source.port,
                m.destination.address,
                m.destination.port,
                m.data,
            )
            for m in messages
        ]
        self.connection.executemany("INSERT INTO assembled VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        return len(rows)

    def find(self, call_ids: Sequence[str]) -> list[Found]:
        """Where these Call-IDs are."""
        marks = ",".join("?" * len(call_ids))
        rows = self.connection.execute(f"SELECT * FROM parts WHERE call_id IN ({marks}) ORDER BY first_us", call_ids)
        return [Found(*row) for row in rows]

    def assembled(self, where: str, values: Sequence[object]) -> Iterator[Message]:
        """Messages that tshark put together, by a condition on the table."""
        paths = self.paths()
        rows = self.connection.stream(f"SELECT * FROM assembled WHERE {where} ORDER BY time_us, frame", values)
        for file, _, frame, time_us, transport, source, source_port, destination, port, data in rows:
            yield Message(
                frame,
                time_us,
                transport,
                Endpoint(source, source_port),
                Endpoint(destination, port),
                bytes(data),
                str(paths.get(file, "")),
            )

    def find_in(self, call_ids: Sequence[str], files: Sequence[int]) -> list[Found]:
        """Where these Call-IDs are in some files."""
        return [found for found in self.find(call_ids) if found.file in files]

    def assembled_in(self, call_ids: Sequence[str], files: Sequence[int]) -> Iterator[Message]:
        """Messages of these Call-IDs in some files that tshark put together."""
        marks = ",".join("?" * len(call_ids))
        yield from self.assembled(f"call_id IN ({marks}) AND file IN ({','.join(map(str, files))})", call_ids)

    def known(self, call_id: str) -> bool:
        """True where a capture has that Call-ID."""
        query = "SELECT 1 FROM {} WHERE call_id = ? LIMIT 1"
        tables = ("parts", "assembled")
        return any(self.connection.execute(query.format(table), (call_id,)).fetchone() for table in tables)

    def call_ids(self, files: Sequence[int]) -> Iterator[tuple[str, int]]:
        """All Call-IDs of some files and when each of them began, in order of time."""
        only = f"WHERE file IN ({','.join(map(str, files))})"
        yield from self.connection.stream(
            f"SELECT call_id, min(at) FROM (SELECT call_id, first_us AS at FROM parts {only} UNION ALL"
            f" SELECT call_id, time_us FROM assembled {only}) GROUP BY call_id ORDER BY 2, 1"
        )

    def before(self, path: Path, time_us: int) -> Position:
        """A place in a file from which everything of a time on is read."""
        known = self.file(path)
        if known is None:
            return Position()
        row = self.connection.execute(
            "SELECT places FROM parts WHERE file = ? AND first_us <= ? ORDER BY first_us DESC LIMIT 1",
            (known.id, time_us),
        ).fetchone()
        sections = known.position.sections
        if row is None:
            return Position(0, 0, ()) if not sections else Position()
        frame, offset = array("Q", row[0][:16])
        inside = tuple(section for section in sections if section.offset <= offset)
        # a position names the frame before it
        return Position(offset, frame - 1, inside)

    def begun(self, first_us: int, last_us: int, files: Sequence[int] = ()) -> list[Found]:
        """What began in a span of time, in order."""
        only = f" AND file IN ({','.join(map(str, files))})" if files else ""
        rows = self.connection.execute(
            f"SELECT * FROM parts WHERE first_us BETWEEN ? AND ?{only} ORDER BY first_us", (first_us, last_us)
        )
        return [Found(*row) for row in rows]

    def registrations(self, files: Sequence[int]) -> list[Found]:
        """All REGISTER exchanges of some files, in order of time."""
        only = ",".join(map(str, files)) or "NULL"
        rows = self.connection.execute(
            f"SELECT * FROM parts WHERE method = 'REGISTER' AND file IN ({only}) ORDER BY first_us"
        )
        return [Found(*row) for row in rows]

    def linked(self, call_ids: Sequence[str]) -> set[str]:
        """Call-IDs that headers tie to these: named by them, naming them, or with the same Session-ID."""
        marks = ",".join("?" * len(call_ids))
        named = self.connection.execute(f"SELECT value FROM links WHERE call_id IN ({marks})", call_ids)
        own = [value for (value,) in named if not value.startswith(REPLACES)]
        wanted = [*own, *call_ids]
        records = ",".join("?" * len(wanted))
        back = self.connection.execute(f"SELECT call_id FROM links WHERE value IN ({records})", wanted)
        return {*own, *(call_id for (call_id,) in back)} - set(call_ids)

    def naming(self, call_ids: Sequence[str]) -> set[str]:
        """Call-IDs of other calls whose messages want to replace one of these, as in a transfer."""
        wanted = [REPLACES + call_id for call_id in call_ids]
        marks = ",".join("?" * len(wanted))
        rows = self.connection.execute(f"SELECT call_id FROM links WHERE value IN ({marks})", wanted)
        return {call_id for (call_id,) in rows} - set(call_ids)


def _file(row: tuple[Any, ...]) -> IndexedFile:
    key, path, inode, size, changed, fingerprint, position, messages, odd, notes, websocket, settled, ports = row
    sip_ports, websocket_ports = json.loads(ports)
    told = json.loads(position)
    sections = tuple(
        Section(one["offset"], one["order"], tuple(Interface(*each) for each in one["interfaces"]))
        for one in told["sections"]
    )
    return IndexedFile(
        key,
        Path(path),
        inode,
        size,
        changed,
        fingerprint,
        Position(told["offset"], told["frame"], sections),
        messages,
        array("Q", odd),
        tuple(json.loads(notes)),
        array("Q", websocket),
        tuple(sip_ports),
        tuple(websocket_ports),
        settled,
    )
