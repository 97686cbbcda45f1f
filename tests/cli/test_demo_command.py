"""`partnertui demo` in a real pty: phones answer, an idle list is quiet, and nothing is left when it ends."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyte
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from partnertui.commands.demo import demo_settings
from partnertui.config import Settings
from partnertui.demo import build
from pty_run import PtyRun

pytestmark = pytest.mark.xdist_group("demo platform")  # its phones have the same addresses in every demo

END_SECONDS = 4.0
"""Within which the platform must be gone; usually it takes a tenth of a second."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    build(f"sqlite:///{folder / 'partnertui.db'}", customers=10, cdrs=1000, seed=1)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "data")
    return tmp_path / "data"


def start(folder: Path, *flags: str) -> PtyRun:
    run = PtyRun([sys.executable, "-m", "partnertui", "--dir", str(folder), "demo", *flags])
    run.read(0, until=lambda seen: b"Start here" in seen and b"(support)" in seen)
    run.read(1.0, 6.0)
    return run


@pytest.fixture
def demo(folder: Path) -> Iterator[PtyRun]:
    run = start(folder)
    yield run
    with suppress(ChildProcessError):
        run.close()


def test_customers_that_are_added_to_the_demo_can_have_users() -> None:
    assert demo_settings(Settings()).kamailio.domain


def screen(run: PtyRun) -> str:
    """What the terminal shows after all that was written."""
    shown = pyte.Screen(140, 40)
    pyte.ByteStream(shown).feed(bytes(run.output))
    return "\n".join(shown.display)


def platforms(pid: int) -> list[int]:
    """Process IDs of the platforms that a program started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if parent == pid and b"demo.platform" in (stat.parent / "cmdline").read_bytes():
                found.append(int(stat.parent.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody waited for counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_until_gone(pid: int) -> None:
    end = time.monotonic() + END_SECONDS
    while time.monotonic() < end and not is_gone(pid):
        time.sleep(0.05)
    assert is_gone(pid)


def test_a_phone_answers_in_words(demo: PtyRun) -> None:
    assert " demo" in screen(demo).splitlines()[0]
    assert "Start here" in screen(demo)
    demo.press(b"/status:active\r", 2.0)
    demo.press(b"l", 2.0)
    assert "AOR" in screen(demo)
    seen_before = len(demo.output)
    os.write(demo.fd, b"t")
    demo.read(0, 6.0, until=lambda seen: b"200 OK" in seen[seen_before:])
    assert b"200 OK" in demo.output[seen_before:], screen(demo)


@pytest.mark.parametrize("how", ["ctrl-q", "hang-up", "kill"])
def test_nothing_is_left_when_it_ends(demo: PtyRun, how: str) -> None:
    (platform,) = platforms(demo.pid)
    if how == "ctrl-q":
        os.write(demo.fd, b"\x11")
        demo.read(0, 5.0, until=lambda seen: b"\x1b[?1049l" in seen)
    else:
        os.kill(demo.pid, signal.SIGHUP if how == "hang-up" else signal.SIGKILL)
    wait_until_gone(platform)


def quiet_bytes(run: PtyRun, seconds: float) -> int:
    """Bytes of an idle program, not counting the clock's minute."""
    time.sleep(max(0.0, 60 - time.time() % 60 + 0.5) if time.time() % 60 > 59 - seconds else 0)
    run.read(0.5, 2.0)
    return len(run.read(seconds, seconds))


def test_an_idle_list_is_nearly_silent(demo: PtyRun) -> None:
    demo.press(b"ga", 1.5)
    assert re.search(rb"\d+s", demo.output), "calls are up"
    assert quiet_bytes(demo, 8.0) <= 8_000, "the list of live calls, which changes by itself"
    demo.press(b"gc", 1.5)
    assert quiet_bytes(demo, 5.0) == 0, "customers don't change by themselves"


def test_still_nothing_happens(folder: Path) -> None:
    run = start(folder, "--still")
    try:
        assert platforms(run.pid) == []
        assert " demo" in screen(run).splitlines()[0]
        run.press(b"ga", 1.5)
        run.press(b"gc", 1.5)
        assert quiet_bytes(run, 4.0) == 0
        assert {path.name for path in folder.parent.iterdir()} == {"data"}
    finally:
        run.close()
