"""Compressed captures and formats other than pcap, converted into a temporary file once a process."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import re
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from partnertui.atomic_files import open_regular
from partnertui.captures import tshark
from partnertui.domain.errors import DomainError

LARGEST_COPY = 4_000_000_000
"""Bytes of one converted capture: a small file can unpack to any size."""
LARGEST_COPIES = 8_000_000_000
"""Bytes of all converted captures that are kept; the oldest is dropped first."""
CHUNK = 1 << 20
ZSTD_WINDOW = 1 << 29
"""Bytes of memory for zstd; `zstd --long=31` asks for more than this."""
PCAP_MAGIC = frozenset(
    {b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x0a\x0d\x0d\x0a"}
)
OTHER_FORMATS = (b"snoop\0\0\0", b"GMBU", b"RTSS", b"TRSNIFF data    \x1a", b"XCP\0", b"\x05VNFT", b"btsnoop\0")
"""First bytes of formats that tshark reads and that are looked for in folders; a file that is named may have any."""
_NAME = re.compile(r"\.(pcap|pcapng|cap)(\.(gz|zst|xz|bz2|lz4))?$", re.IGNORECASE)
Progress = Callable[[int], None]


def compression(head: bytes) -> str:
    """gzip, zstd, xz or bzip2 by the first bytes of a file; empty for others."""
    if head[:2] == b"\x1f\x8b":
        return "gzip"
    # a skippable frame, of which there are sixteen magic numbers, may come first (RFC 8878, section 3.1.2)
    if head[:4] == b"\x28\xb5\x2f\xfd" or (head[1:4] == b"\x2a\x4d\x18" and head[0] >> 4 == 5):
        return "zstd"
    if head[:6] == b"\xfd7zXZ\0":
        return "xz"
    return "bzip2" if head[:3] == b"BZh" and head[3:4].isdigit() else ""


def is_capture(path: Path) -> bool:
    """True for captures by their first bytes, also compressed; what only has the name of one counts, to be reported."""
    try:
        with open_regular(path) as file:
            head = file.read(64)
            kind = compression(head)
            if kind:
                file.seek(0)
                head = next(_unpack(file, kind), b"")
    except PermissionError:
        # a file that may not be read still has to be reported to the agent
        return "cap" in path.name.lower()
    except (OSError, EOFError, zlib.error, lzma.LZMAError, DomainError):
        head = b""
    return head[:4] in PCAP_MAGIC or head.startswith(OTHER_FORMATS) or _NAME.search(path.name) is not None


@dataclass
class PlainCopy:
    """A converted capture: a file descriptor without a name, its size, and what is missing of it, in a sentence."""

    file: int
    size: int
    damage: str = ""


_copies: dict[tuple[int, int, int, int], PlainCopy] = {}
_lock = threading.Lock()


def plain_copy(file: int, path: Path, progress: Progress = lambda done: None) -> PlainCopy:
    """The packets of an open file as pcap or pcapng; its descriptor is the caller's to close.

    Raises DomainError for what isn't a capture, is larger than LARGEST_COPY, or has no room. `progress` is called with
    the bytes written and may raise to stop.
    """
    status = os.fstat(file)
    # by the file and not its name: captures are moved and written again
    key = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    # Held while it converts: two threads that want the same capture would unpack it twice.
    with _lock:
        known = _copies.get(key)
        if known is None:
            known = _copies[key] = _convert(file, path, progress)
            _drop_old()
        # the copy has no name any more: its descriptor keeps it, and whoever asks closes his own
        return PlainCopy(os.dup(known.file), known.size, known.damage)


def _drop_old() -> None:
    while len(_copies) > 1 and sum(copy.size for copy in _copies.values()) > LARGEST_COPIES:
        os.close(_copies.pop(next(iter(_copies))).file)


def _convert(file: int, path: Path, progress: Progress) -> PlainCopy:
    kind, damage = compression(os.pread(file, 64, 0)), ""
    try:
        if not kind:
            return _from_tshark(path, path, "")
        with temporary_file() as made:
            with open(os.dup(file), "rb") as packed:
                packed.seek(0)
                damage = _copy(_unpack(packed, kind), made, path.name, progress)
            head = os.pread(made.fileno(), 64, 0)
            if head[:4] in PCAP_MAGIC:
                return _kept(made, damage)
            if not head:
                state = "damaged" if damage else "empty"
                raise DomainError(f"{path.name} can't be unpacked: its {kind} data is {state}.")
            return _from_tshark(Path(made.name), path, damage)
    except OSError as error:
        raise DomainError(
            f"{path.name} can't be {'unpacked' if kind else 'converted'}: {(error.strerror or str(error)).lower()}.",
            advice=f"Free some space in {copy_folder() or tempfile.gettempdir()}, or set TMPDIR.",
        ) from None


def _copy(chunks: Iterator[bytes], made: tempfile._TemporaryFileWrapper[bytes], name: str, progress: Progress) -> str:
    """Writes what can be unpacked; returns a sentence where that isn't all of it."""
    size = 0
    try:
        for chunk in chunks:
            size += made.write(chunk)
            if size > LARGEST_COPY:
                raise DomainError(
                    f"{name} unpacks to more than {LARGEST_COPY / 1e6:,.0f} MB, so it isn't read.",
                    advice="Unpack it and split it with editcap -c.",
                )
            progress(size)
    # what came before the damage is a capture all the same
    except (EOFError, zlib.error, lzma.LZMAError, ValueError) as error:
        made.flush()
        what = "cut off" if isinstance(error, EOFError) else "damaged"
        return f"its compressed data is {what}: only the first {size:,} bytes could be unpacked"
    made.flush()
    return ""


def _unpack(packed: IO[bytes], kind: str) -> Iterator[bytes]:
    """The unpacked bytes; raises EOFError, zlib.error, LZMAError, OSError or ValueError where they are damaged."""
    if kind == "zstd":
        yield from _unpack_zstd(packed)
        return
    with _reader(packed, kind) as reader:
        while True:
            try:
                # Not read(), which gathers a whole chunk: damage in its last part would lose what was unpacked before.
                chunk = reader.read1(CHUNK)
            except gzip.BadGzipFile as error:
                raise ValueError(str(error)) from None
            except OSError as error:
                if error.errno is None:  # bz2 raises a bare OSError for damaged data
                    raise ValueError(str(error)) from None
                raise
            if not chunk:
                return
            yield chunk


def _reader(packed: IO[bytes], kind: str) -> gzip.GzipFile | lzma.LZMAFile | bz2.BZ2File:
    if kind == "gzip":
        return gzip.GzipFile(fileobj=packed)
    return lzma.LZMAFile(packed) if kind == "xz" else bz2.BZ2File(packed)


def _unpack_zstd(packed: IO[bytes]) -> Iterator[bytes]:
    import zstandard  # loads a shared library of a megabyte: only where a file needs it

    frame = None
    try:
        while chunk := packed.read(CHUNK):
            while chunk:
                if frame is None or frame.eof:
                    frame = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
                # small pieces: one of them may expand to any size before its length is checked
                for start in range(0, len(chunk), 65_536):
                    yield frame.decompress(chunk[start : start + 65_536])
                    if frame.eof:
                        chunk = frame.unused_data + chunk[start + 65_536 :]
                        break
                else:
                    chunk = b""
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from None
    if frame is not None and not frame.eof:
        raise EOFError


def _from_tshark(source: Path, path: Path, damage: str) -> PlainCopy:
    """What tshark makes of a format that only it reads."""
    not_a_capture = DomainError(
        f"{path.name} isn't a capture.",
        advice="Captures are pcap or pcapng files, as tcpdump writes them, or other formats that tshark reads.",
    )
    if not tshark.installed():
        raise DomainError(
            f"{path.name} isn't a capture that can be read without tshark.",
            advice="Captures are pcap or pcapng files, as tcpdump writes them; for other formats, install tshark.",
        )
    with temporary_file() as made:
        tshark.convert(source.absolute(), made.fileno(), LARGEST_COPY)
        size = os.fstat(made.fileno()).st_size
        if size > LARGEST_COPY:
            raise DomainError(f"{path.name} has more than {LARGEST_COPY / 1e6:,.0f} MB of packets, so it isn't read.")
        if size < 24:
            raise not_a_capture
        return _kept(made, damage)


def _kept(made: tempfile._TemporaryFileWrapper[bytes], damage: str) -> PlainCopy:
    made.flush()
    return PlainCopy(os.dup(made.fileno()), os.fstat(made.fileno()).st_size, damage)


@contextmanager
def temporary_file() -> Iterator[tempfile._TemporaryFileWrapper[bytes]]:
    """A file that has a name only inside of the block; an open descriptor of it stays good."""
    with tempfile.NamedTemporaryFile(prefix="partnertui-", dir=copy_folder()) as made:
        yield made


def copy_folder() -> str | None:
    """A folder on disk: /tmp is often in memory."""
    # /tmp may be in memory (tmpfs), where gigabytes don't belong
    usable = not os.environ.get("TMPDIR") and os.access("/var/tmp", os.W_OK | os.X_OK)
    return "/var/tmp" if usable else None
