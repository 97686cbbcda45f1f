"""Copies standard input and pipes into a temporary file, because a capture is read more than once."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from partnertui.captures.call_id_index_update import LARGEST
from partnertui.captures.format_conversion import CHUNK, copy_folder
from partnertui.domain.errors import DomainError

STANDARD_INPUT = Path("-")


@contextmanager
def spooled(paths: Iterable[Path], largest: int = LARGEST) -> Iterator[list[Path]]:
    """The paths with `-` and pipes replaced by files that hold what came through them, removed afterwards.

    Raises DomainError where there is no room, or more than `largest` bytes. An interrupt ends the input, not the
    program: `tcpdump -w - | partnertui trace -` shows what came until then.
    """
    with contextlib.ExitStack() as stack:
        files, folder = list[Path](), ""
        for number, path in enumerate(paths):
            if not (path == STANDARD_INPUT or _is_pipe(path)):
                files.append(path)
                continue
            folder = folder or stack.enter_context(tempfile.TemporaryDirectory(prefix="partnertui-", dir=copy_folder()))
            name = "standard input" if path == STANDARD_INPUT else f"pipe {number + 1}"
            files.append(Path(folder) / name)
            with contextlib.suppress(KeyboardInterrupt):
                _copy(path, files[-1], largest)
        yield files


def _is_pipe(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISCHR(mode)


def _copy(path: Path, target: Path, largest: int) -> None:
    size = 0
    try:
        with contextlib.ExitStack() as stack:
            made = stack.enter_context(target.open("wb"))
            source: IO[bytes] = sys.stdin.buffer if path == STANDARD_INPUT else stack.enter_context(path.open("rb"))
            if source.isatty():
                raise DomainError(
                    "Standard input is a terminal.", advice="Pipe a capture into it: tcpdump -w - | partnertui trace -"
                )
            while chunk := source.read(CHUNK):
                size += made.write(chunk)
                if size > largest:
                    raise DomainError(
                        f"{target.name.capitalize()} has more than {largest / 1e6:,.0f} MB, so it isn't read."
                    )
    except OSError as error:
        room = f"Free some space in {os.path.dirname(target.parent)}, or set TMPDIR."
        raise DomainError(
            f"{target.name.capitalize()} can't be read: {(error.strerror or str(error)).lower()}.",
            advice=room if error.errno in (errno.ENOSPC, errno.EDQUOT) else "Check its source.",
        ) from None
