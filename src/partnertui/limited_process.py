"""Runs our own code on untrusted bytes in a child process with resource limits and, if possible, a sandbox."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")
PACKAGE = Path(__file__).parent
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from importlib import import_module; "
    "import_module(sys.argv[2]).main(*sys.argv[3:])"
)
SYSTEM_PATH = "/usr/bin:/bin"


@dataclass(frozen=True)
class Limits:
    """What the child may use; `memory_kib` is of address space, 0 for what needs far more of that than of memory."""

    memory_kib: int
    cpu_seconds: int
    wall_seconds: float

    @property
    def script(self) -> str:
        """Sets the limits by a shell, because a forked Python with threads may hang before it could set its own."""
        memory = f"ulimit -v {self.memory_kib}; " if self.memory_kib else ""
        return f'ulimit -c 0; ulimit -f 0; {memory}ulimit -t {self.cpu_seconds}; exec "$@"'


def run_limited(
    module: str, arguments: tuple[str, ...], content: bytes, limits: Limits, read: Callable[[IO[bytes]], T]
) -> T:
    """What `read` makes of the output of `module.main(*arguments)`, which gets `content` on its standard input."""
    with tempfile.TemporaryFile() as given:
        given.write(content)
        given.seek(0)
        with _started(module, arguments, given, limits) as output:
            return read(output)


@contextmanager
def _started(module: str, arguments: tuple[str, ...], given: IO[bytes], limits: Limits) -> Iterator[IO[bytes]]:
    with subprocess.Popen(
        ["/bin/sh", "-c", limits.script, "sh", *child_command(module, arguments)],
        stdin=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        cwd="/",
        start_new_session=True,  # Ctrl+C at the terminal is ours
    ) as process:
        timer = threading.Timer(limits.wall_seconds, process.kill)
        timer.start()
        try:
            assert process.stdout is not None
            yield process.stdout
        finally:
            timer.cancel()
            process.kill()
            process.wait()


def child_command(module: str, arguments: tuple[str, ...]) -> list[str]:
    """The command of the child, in its sandbox."""
    return [*_confined(), sys.executable, "-I", "-c", START, str(PACKAGE.parent), module, *arguments]


@cache
def _confined() -> tuple[str, ...]:
    """The command that hides network and files from the child; empty where bubblewrap is missing or not allowed."""
    program = shutil.which("bwrap", path=SYSTEM_PATH)
    if program is None or os.environ.get("PARTNERTUI_NO_SANDBOX"):
        return ()
    folders = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", sys.base_prefix, sys.prefix, str(PACKAGE))
    binds = [word for folder in dict.fromkeys(folders) for word in ("--ro-bind-try", folder, folder)]
    confined = (
        program,
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        *binds,
        "--dev",
        "/dev",
        "--proc",
        "/proc",
    )
    tried = subprocess.run([*confined, "--", "/bin/true"], capture_output=True, check=False)
    return (*confined, "--") if tried.returncode == 0 else ()
