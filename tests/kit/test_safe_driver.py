"""What the driver lets through to a real pty."""

from __future__ import annotations

import os
import re
import signal
import sys
import textwrap
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from pty_run import PtyRun

PROGRAM = """
import sys
from textual.app import App
from textual.widgets import Static
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget
from partnertui.kit.terminal.safe_driver import SafeDriver

HOSTILE = {hostile!r}

class Raw(Widget):
    DEFAULT_CSS = "Raw {{ height: 3; }}"
    def render_line(self, y):
        return Strip([Segment("before " + HOSTILE + " behind")])

class Program(App):
    def compose(self):
        yield Raw()
        yield Static("second line", markup=False)
    def on_key(self, event):
        if event.key == "c":
            self.copy_to_clipboard("hello")
        elif event.key == "b":
            self.bell()
        elif event.key == "q":
            self.exit(return_code=3)
    def on_paste(self, event):
        self.query_one(Static).update(event.text)
    def on_unmount(self):
        open({kept!r}, "w").write("kept")

code = Program(driver_class=SafeDriver)
code.run()
sys.exit(code.return_code or 0)
"""
ALLOWED = re.compile(
    rb"\x1b\[[\d;]*m|\x1b\[\d+;\d+H|\x1b\[\?(?:25|1049|1000|1002|1003|1004|1006|1015|1016|2004|2026|2048|2031|7)[hl]"
    rb"|\x1b\[\?\d+\$p|\x1b\[[><=?]?[\d;]*u|\x1b\[H|\x1b\[2J"
)


def start(tmp_path: Path, hostile: str = "plain", shell: str = 'exec "$@"') -> PtyRun:
    """The program in a pty; `shell` is how a shell runs it, its command in "$@"."""
    program = tmp_path / "program.py"
    kept = tmp_path / "kept"
    program.write_text(textwrap.dedent(PROGRAM.format(hostile=hostile, kept=str(kept))), "utf-8", "surrogatepass")
    return PtyRun(["sh", "-c", shell, "sh", sys.executable, str(program)], size=(80, 24))


def wait(run: PtyRun, sign: bytes) -> bytes:
    """What is written until the sign of it appears and a moment longer; the machine may be busy."""
    return bytes(run.read(0, until=lambda output: sign in output) + run.read(0.25))


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b]0;owned\x07",
        "\x1b]52;c;b3duZWQ=\x07",
        "\x1b[2J\x1b[?1049l",
        "\x1bPtmux;\x1b\x1b]52;c;b3duZWQ=\x07\x1b\\",
        "\x9b2J\x9d0;owned\x9c",
        "\x07\x08\x7f\x00\x0b\x0e",
        "\x1b[6n\x1b[c\x1b[21t",
        "\x1bc",
    ],
)
def test_control_codes_in_data_do_not_reach_the_terminal(tmp_path: Path, hostile: str) -> None:
    run = start(tmp_path, hostile)
    try:
        output = wait(run, b"second line")
    finally:
        run.close()
    entered = output.index(b"\x1b[?1049h")
    assert b"before" in output
    assert b"behind" in output
    rest = ALLOWED.sub(b"", output[entered:]).decode("utf-8")
    assert rest.replace("\r", "").replace("\n", "").isprintable(), ascii(rest)
    assert b"\x1b[?1049l" not in output
    assert b"\x1b[2J" not in output
    assert b"owned\x07" not in output


def test_what_is_pasted_is_cleaned(tmp_path: Path) -> None:
    run = start(tmp_path)
    try:
        wait(run, b"second line")
        os.write(run.fd, b"\x1b[200~one\x07\xc2\x9b2J\xe2\x80\xae two\x1b[201~")
        output = wait(run, b" two")
    finally:
        run.close()
    assert "one··2J· two".encode() in output


def test_copy_and_bell_pass_and_leaving_restores_the_terminal(tmp_path: Path) -> None:
    run = start(tmp_path)
    try:
        wait(run, b"second line")
        os.write(run.fd, b"c")
        wait(run, b"\x1b]52;c;aGVsbG8=\x07")
        os.write(run.fd, b"b")
        assert wait(run, b"\x07").replace(b"\x1b[?2026h", b"").replace(b"\x1b[?2026l", b"").endswith(b"\x07")
        os.write(run.fd, b"q")
        last = wait(run, b"\x1b[?1004l")
        assert b"\x1b[?1049l" in last
        assert b"\x1b[?25h" in last
        _, status = os.waitpid(run.pid, 0)
        assert os.waitstatus_to_exitcode(status) == 3
    finally:
        run.close()


@pytest.mark.parametrize("how", ["SIGHUP", "two SIGHUPs", "SIGTERM", "closed pty"])
def test_a_terminal_that_goes_away_ends_the_program_in_order(tmp_path: Path, how: str) -> None:
    run = start(tmp_path)
    wait(run, b"second line")
    if how == "closed pty":
        os.close(run.fd)
    else:
        for _ in range(2 if how == "two SIGHUPs" else 1):
            os.kill(run.pid, signal.SIGTERM if how == "SIGTERM" else signal.SIGHUP)
        run.read(0.5, most=2)
    _, status = os.waitpid(run.pid, 0)
    assert os.waitstatus_to_exitcode(status) in {128 + signal.SIGHUP, 128 + signal.SIGTERM}
    assert (tmp_path / "kept").read_text() == "kept"


def test_a_terminal_that_hangs_up_without_a_signal_ends_it_too(tmp_path: Path) -> None:
    """A shell that ignores SIGHUP keeps it from the program, whose reads then give end-of-file for ever."""
    run = start(tmp_path, shell=f"""trap '' HUP; "$@"; echo $? > {tmp_path / "status"}""")
    wait(run, b"second line")
    os.close(run.fd)
    status, end = tmp_path / "status", time.monotonic() + 5
    while not (status.exists() and status.read_text().strip()) and time.monotonic() < end:
        time.sleep(0.02)
    assert status.read_text().strip() == str(128 + signal.SIGHUP)
    os.waitpid(run.pid, 0)
