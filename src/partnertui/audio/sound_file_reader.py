"""Reads an audio file named by its path; errors are sentences for the form's field."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from urllib.parse import unquote, urlsplit

from partnertui.atomic_files import open_regular
from partnertui.domain.errors import DomainError
from partnertui.domain.sounds import MOST_BYTES, check_size

FIELD = "file"
ADVICE = "Enter the path of an MP3 file."


def typed_path(typed: str) -> Path:
    """The path for what was typed or dropped onto the terminal: quotes, file:// and `~` are understood.

    Raises DomainError.
    """
    text = typed.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    if text.startswith("file://"):
        text = unquote(urlsplit(text).path)
    if not text or "\0" in text:
        raise DomainError("A file name can't be empty or contain a NUL character.", field=FIELD, advice=ADVICE)
    try:
        return Path(text).expanduser()
    except RuntimeError:  # "~name" of nobody
        raise DomainError(f"This host has no user {text.split('/')[0]}.", field=FIELD, advice=ADVICE) from None


def read_sound(typed: str) -> bytes:
    """The bytes of the file, at most 2 MB. Raises DomainError with the field `file`."""
    path = typed_path(typed)
    try:
        with open_regular(path) as file:
            check_size(os.fstat(file.fileno()).st_size)
            content = file.read(MOST_BYTES + 1)  # it may have grown since
    except OSError as error:
        raise _trouble(path, error) from None
    check_size(len(content))
    return content


def _trouble(path: Path, error: OSError) -> DomainError:
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return DomainError(f"There is no file {path} on this host.", field=FIELD, advice=ADVICE)
    if error.errno in {errno.EACCES, errno.EPERM}:
        advice = "Ask its owner for access, or choose another file."
        return DomainError(f"You don't have permission to read {path}.", field=FIELD, advice=advice)
    if error.errno == errno.EINVAL:
        return DomainError(f"{path} is {_kind(path)}, not a file.", field=FIELD, advice=ADVICE)
    return DomainError(f"{path} can't be read: {error.strerror}.", field=FIELD, advice=ADVICE)


def _kind(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except OSError:
        return "something else"
    names = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return next((name for test, name in names if test(mode)), "a device")
