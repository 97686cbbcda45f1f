"""What Python in a child process could do with hostile bytes: read secrets, use the network, files, memory or time.

The child's own modules are replaced by code of the test, which runs in the very same sandbox and limits.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest

from partnertui import limited_process
from partnertui.audio import sandboxed_decoder
from partnertui.limited_process import Limits, run_limited
from partnertui.mail import html_text
from partnertui.mail.html_text import HtmlReader

SECRETS = {"PARTNERTUI_MASTER_KEY": "hunter2-key", "PARTNERTUI_DATABASE_URL": "hunter2-url", "PGPASSWORD": "hunter2-pw"}
LOOK = """
import json, os, resource, socket, sys
from pathlib import Path

def tried(do):
    try:
        return str(do())
    except (OSError, MemoryError) as error:
        return type(error).__name__

found = json.dumps({
    "environment": dict(os.environ),
    "environ": Path("/proc/self/environ").read_text(),
    "memory": resource.getrlimit(resource.RLIMIT_AS),
    "cpu": resource.getrlimit(resource.RLIMIT_CPU),
    "file": resource.getrlimit(resource.RLIMIT_FSIZE),
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "interfaces": [name for _, name in socket.if_nameindex()],
    "passwd": tried(lambda: Path("/etc/passwd").read_text()),
    "home": tried(lambda: list(Path(SECRET).parent.iterdir())),
    "secret": tried(lambda: Path(SECRET).read_text()),
    "parent": tried(lambda: Path(f"/proc/{PARENT}/environ").read_text()),
    "allocated": tried(lambda: len(bytearray(MORE))),
})
"""
AS_A_FILE = f"{LOOK}\nsys.stdout.write(found)"
AS_A_FRAME = f"""{LOOK}
length = int.from_bytes(sys.stdin.buffer.read(4), "big")
sys.stdin.buffer.read(length)
sys.stdout.buffer.write(len(found).to_bytes(4, "big") + found.encode())
sys.stdout.flush()
sys.stdin.read()"""

Seen = dict[str, object]


class TakenOver:
    """Replaces what runs in the child."""

    def __init__(self, secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.secret, self.monkeypatch = secret, monkeypatch

    def __call__(self, code: str, limits: Limits) -> None:
        known = f"SECRET, PARENT, MORE = {str(self.secret)!r}, {os.getpid()}, {limits.memory_kib * 1024}\n"
        self.monkeypatch.setattr(limited_process, "START", known + code)


@pytest.fixture
def taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TakenOver:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "startup.py"))
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    return TakenOver(secret, monkeypatch)


def seen_by_decoder(taken_over: TakenOver) -> Seen:
    """What the child for sound sees."""
    taken_over(AS_A_FILE, sandboxed_decoder.LIMITS)
    found: Seen = run_limited(sandboxed_decoder.DECODER, (), b"", sandboxed_decoder.LIMITS, json.load)
    return found


def seen_by_html_reader(taken_over: TakenOver) -> Seen:
    """What the child for HTML sees."""
    taken_over(AS_A_FRAME, html_text.LIMITS)
    with HtmlReader(20.0) as reader:
        found: Seen = json.loads(reader.read("<p>hello")[0])
    return found


CHILDREN = pytest.mark.parametrize(
    ("look", "limits"),
    [(seen_by_decoder, sandboxed_decoder.LIMITS), (seen_by_html_reader, html_text.LIMITS)],
    ids=["sound", "HTML"],
)


@CHILDREN
@pytest.mark.parametrize("unconfined", [False, True], ids=["as it starts", "without bwrap"])
def test_no_secrets_and_limits(
    look: Callable[[TakenOver], Seen],
    limits: Limits,
    unconfined: bool,
    taken_over: TakenOver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if unconfined:
        monkeypatch.setattr(limited_process, "_confined", tuple)
    seen = look(taken_over)
    assert "hunter2" not in f"{seen['environment']}{seen['environ']}"
    assert isinstance(seen["environment"], dict)
    assert set(seen["environment"]) <= {"LC_ALL", "PYTHONDONTWRITEBYTECODE", "PWD", "LC_CTYPE"}
    assert seen["memory"] == [limits.memory_kib * 1024] * 2
    assert seen["cpu"] == [limits.cpu_seconds] * 2
    assert seen["file"] == seen["core"] == [0, 0]
    assert seen["allocated"] == "MemoryError"


@pytest.mark.bwrap
@CHILDREN
def test_no_network_no_files_and_no_processes_of_ours(
    look: Callable[[TakenOver], Seen], limits: Limits, taken_over: TakenOver
) -> None:
    seen = look(taken_over)
    assert seen["interfaces"] == ["lo"]
    assert seen["passwd"] == seen["secret"] == seen["home"] == seen["parent"] == "FileNotFoundError"


def test_what_is_looked_for_is_seen_outside(taken_over: TakenOver) -> None:
    """The tests above can fail: the same code, started as any other program, sees all of it."""
    taken_over(AS_A_FILE, sandboxed_decoder.LIMITS)
    done = subprocess.run([sys.executable, "-c", limited_process.START], capture_output=True, check=True)
    seen: Seen = json.loads(done.stdout)
    assert "hunter2" in str(seen["environment"])
    assert seen["secret"] == "hunter2"
    assert seen["parent"] != "FileNotFoundError"
    assert seen["allocated"] == str(sandboxed_decoder.LIMITS.memory_kib * 1024)


def test_processor_time_ends_at_the_limit(taken_over: TakenOver) -> None:
    limits = replace(sandboxed_decoder.LIMITS, cpu_seconds=1)
    taken_over("while True: pass", limits)

    def read(output: IO[bytes]) -> bytes:
        return output.read()

    assert run_limited(sandboxed_decoder.DECODER, (), b"", limits, read) == b""
