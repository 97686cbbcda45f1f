"""Writes files atomically; opens only regular files, never pipes or devices, for reading."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

PRIVATE = 0o600


def write_file(path: Path, content: str | bytes, *, mode: int | None = None) -> None:
    """Replaces a file in one step: readers see the old content or the new one. Text is written as UTF-8.

    `mode` sets its permissions, such as PRIVATE; by default they follow the umask. Raises OSError.
    """
    data = content.encode() if isinstance(content, str) else content
    if path.exists() and not path.is_file():  # a device or pipe, such as /dev/stdout, can't be replaced
        path.write_bytes(data)
        return
    target = path.resolve()  # a link stays a link
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:60]}.", suffix=".part", dir=target.parent)
    written = False
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # a name without its content after a crash would be worse than the old file
            os.fchmod(file.fileno(), _default_mode(target) if mode is None else mode)
        os.replace(name, target)
        written = True
    finally:
        if not written:
            with suppress(OSError):
                os.unlink(name)


@contextmanager
def new_private_file(path: Path) -> Iterator[BinaryIO]:
    """A file for its owner alone, named once it is complete. Raises OSError, also if the name is taken."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:60]}.", suffix=".part", dir=path.resolve().parent)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)  # unlike a rename it replaces nothing
    finally:
        os.unlink(name)


def open_regular(path: Path) -> BinaryIO:
    """A file opened for reading. Raises OSError, also for a pipe or device, which could keep the program waiting."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it isn't a regular file")
    return os.fdopen(handle, "rb")


def read_regular(path: Path) -> bytes:
    """The bytes of a file; raises OSError as open_regular."""
    with open_regular(path) as file:
        return file.read()


def _default_mode(path: Path) -> int:
    """The permissions of the existing file, else those that the umask leaves a new one."""
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0o077)  # there is no other way to read it
    os.umask(umask)
    return 0o666 & ~umask
