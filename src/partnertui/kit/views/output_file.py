"""A file that people save: beside its final name while it is written, then under it, completely or not at all."""

from __future__ import annotations

import atexit
import errno
import io
import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, TextIO

from platformdirs import user_downloads_path

from partnertui.domain.errors import DomainError
from partnertui.kit.views.export.plan import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELD = "file"
PART = ".part"
OPEN_FILES = "/proc/self/fd"


class Exists(DomainError):
    """There is a file of that name, and overwriting it was not allowed."""


def default_name(screen: str, day: str, form: str) -> str:
    """A path in the folder for downloads if there is one, else in the current folder or at home."""
    places = (user_downloads_path(), Path.cwd(), Path.home())
    place = next((place for place in places if place.is_dir() and os.access(place, os.W_OK)), Path.home())
    return str(place / f"{screen}-{day}.{form}")


def target(typed: str, form: str) -> Path:
    """The path for what was typed: `~` is home; a suffix of another format, or none, becomes that of the format."""
    if "\0" in typed:
        raise DomainError("A file name can't contain a null character.", field=FIELD, advice="Enter another name.")
    path = Path(typed.strip()).expanduser()
    if path.suffix.lstrip(".").lower() in FORMATS or not path.suffix:
        path = path.with_suffix(f".{form}") if path.name else path
    return path


def check(path: Path, *, replace: bool) -> None:
    """Raises DomainError if the file can't be written, Exists if there is a file of that name."""
    try:
        if path.is_dir():
            raise DomainError(f"{path} is a folder.", field=FIELD, advice="Add a file name.")
        folder = path.parent
        if not folder.is_dir():
            raise DomainError(f"There is no folder {folder}.", field=FIELD, advice="Create it, or choose another one.")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise DomainError(
                f"You don't have permission to write to {folder}.", field=FIELD, advice="Choose another folder."
            )
        if path.exists() and not replace:
            raise Exists(f"{path} already exists.", field=FIELD, advice="Replace it, or choose another file.")
    except OSError as error:
        raise trouble(path, error) from None


def trouble(path: Path, error: OSError) -> DomainError:
    """An error of the system as a sentence and advice."""
    words = {
        errno.ENOSPC: ("The disk is full", "Free some space, or choose another disk."),
        errno.EDQUOT: ("Your disk quota is used up", "Free some space, or choose another disk."),
        errno.EFBIG: ("The file is too large for this file system", "Choose another disk."),
        errno.ENAMETOOLONG: ("The name is too long", "Choose a shorter one."),
    }
    what, advice = words.get(error.errno or 0, (error.strerror or "Writing failed", "Choose another file."))
    return DomainError(
        f"{what}, so {path} can't be written.", field=FIELD, advice=advice
    )  # the cause first: a long path would hide it


@contextmanager
def whole_file(path: Path, *, replace: bool) -> Iterator[TextIO]:
    """A file to write to, readable by its owner alone; it gets its name only if all went well.

    Raises DomainError; whatever is raised inside, nothing is left behind. On a file system that supports files without
    a name (O_TMPFILE), that holds for a killed program, too.
    """
    check(path, replace=replace)
    if replace and path.exists() and not path.is_file():  # a pipe or /dev/stdout is written to, never replaced
        with path.open("w", encoding="utf-8", errors="replace", newline="") as out:
            yield out
        return
    try:
        number, beside = _open_in(path)
    except OSError as error:
        raise trouble(path, error) from None

    def forget() -> None:
        if beside is not None:
            with suppress(OSError):
                beside.unlink()

    # A job is a daemon thread: where the program ends, its own `finally` doesn't run.
    atexit.register(forget)
    try:
        with open(number, "w", encoding="utf-8", errors="replace", newline="", buffering=1 << 17) as out:
            yield out
            out.flush()
            os.fsync(number)
            _give_name(beside or Path(f"{OPEN_FILES}/{number}"), path, replace)
    except OSError as error:
        raise trouble(path, error) from None
    finally:
        forget()
        atexit.unregister(forget)


def _open_in(path: Path) -> tuple[int, Path | None]:
    """A new file in the folder: without a name, or with one beside the final one."""
    if os.path.isdir(OPEN_FILES):
        with suppress(OSError):  # not every file system supports it
            return os.open(path.parent, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600), None
    number, name = tempfile.mkstemp(prefix=_prefix(path), suffix=PART, dir=path.parent)
    return number, Path(name)


def _prefix(path: Path) -> str:
    return f".{path.name[:60]}."


def _give_name(source: Path, path: Path, replace: bool) -> None:
    """Gives the file its name; a file that appeared meanwhile is not replaced unless that was allowed."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if replace:
            # link() never overwrites a file and rename() does so at once: the first gives a passing name, the second
            # the final one.
            passing = path.with_name(f"{_prefix(path)}{token_hex(4)}{PART}")
            _link(source, passing, folder)
            try:
                passing.replace(path)
            except OSError:
                passing.unlink()
                raise
        else:
            _link(source, path, folder)
        # Without it a power cut may lose the name although the content is on the disk (fsync(2)).
        os.fsync(folder)
    except FileExistsError:
        raise Exists(f"{path} already exists.", field=FIELD, advice="Replace it, or choose another file.") from None
    finally:
        os.close(folder)


def _link(source: Path, path: Path, folder: int) -> None:
    """Links a file to a name; without hard links, renames it."""
    try:
        os.link(source, path.name, dst_dir_fd=folder)  # with a folder's number, Python follows /proc's link to the file
    except FileExistsError:
        raise
    except OSError:
        if source.parent == Path(OPEN_FILES) or path.exists():
            raise
        source.rename(path)


@contextmanager
def standard_output(stream: TextIO) -> Iterator[TextIO]:
    """Standard output for an export: UTF-8 whatever the locale, line ends unchanged; a terminal gets text."""
    stream.flush()
    if stream.isatty():
        yield stream  # cleaned, as the command line made it
        return
    out = io.TextIOWrapper(stream.buffer, "utf-8", "replace", newline="")
    try:
        yield out
        out.flush()
    finally:
        out.detach()
