"""Converts untrusted HTML to text in a child process; remote images are never fetched."""

from __future__ import annotations

import os
import re
import select
import subprocess
import time
from types import TracebackType

from partnertui.limited_process import Limits, child_command
from partnertui.mail.html_child import FAILED, LENGTH_BYTES

MOST_CHARACTERS = 2_000_000
"""Of HTML that is read; what follows is left out."""
SECONDS = 5.0
"""For one mail."""
# No wall clock: the child lives for many mails, and SECONDS is counted for each of them.
LIMITS = Limits(memory_kib=1_500_000, cpu_seconds=600, wall_seconds=0)
MOST_MAILS = 2_000
"""After so many the child is replaced, so that it never gets to its limit of CPU seconds."""
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")
_BREAKING = ("br", "p", "/p", "div", "/div", "tr", "/tr", "li", "h1", "h2", "h3", "table", "/table")


class HtmlReader:
    """A context manager that keeps one child process; it starts at the first HTML, and again after one that hung."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._done = 0

    def __enter__(self) -> HtmlReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def read(self, html: str) -> tuple[str, bool]:
        """The text, and whether all of it was read as it is meant; false after the time limit or with broken HTML."""
        whole = len(html) <= MOST_CHARACTERS
        html = html[:MOST_CHARACTERS]
        if not html.strip():
            return "", True
        answer = self._ask(html)
        if answer is None or answer == FAILED:
            return without_tags(html), False
        return tidy(answer), whole

    def _ask(self, html: str) -> str | None:
        if self._child is None or self._done >= MOST_MAILS:
            self.close()
            self._child, self._done = _start(), 0
        self._done += 1
        content = html.encode("utf-8", "replace")
        try:
            answer = _talk(self._child, len(content).to_bytes(LENGTH_BYTES, "big") + content, self._seconds)
        except OSError:
            answer = None
        if answer is None:
            self.close()
            return None
        return answer.decode("utf-8", "replace")


def _start() -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        ["/bin/sh", "-c", LIMITS.script, "sh", *child_command("partnertui.mail.html_child", ())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Ours may hold the master key, which hostile HTML must not get at.
        env={"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        cwd="/",
        start_new_session=True,  # Ctrl+C at the terminal is ours
        bufsize=0,
    )
    assert child.stdin is not None
    # select promises room for PIPE_BUF bytes alone; a longer write would wait for a child that waits for us to read.
    os.set_blocking(child.stdin.fileno(), False)
    return child


def _talk(child: subprocess.Popen[bytes], question: bytes, seconds: float) -> bytes | None:
    """Writes and reads at the same time; None if the child ended or took too long."""
    assert child.stdin is not None
    assert child.stdout is not None
    into, out = child.stdin.fileno(), child.stdout.fileno()
    end, waiting, answer = time.monotonic() + seconds, memoryview(question), b""
    while (left := end - time.monotonic()) > 0:
        readable, writable, _ = select.select([out], [into] if waiting else [], [], left)
        if writable:
            waiting = waiting[os.write(into, waiting[:65_536]) :]
        if readable:
            chunk = os.read(out, 1 << 20)
            if not chunk:
                return None
            answer += chunk
        length = int.from_bytes(answer[:LENGTH_BYTES], "big")
        if len(answer) >= LENGTH_BYTES + length and len(answer) >= LENGTH_BYTES:
            return answer[LENGTH_BYTES:]
    return None


def tidy(text: str) -> str:
    """Without blanks at the ends of lines, and without more than one blank line."""
    lines = "\n".join(line.rstrip() for line in text.replace("\xa0", " ").split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip("\n")


def without_tags(html: str) -> str:
    """What is left without the tags, in linear time: a stopgap where the HTML can't be read."""
    parts, hidden = list[str](), False
    for number, piece in enumerate(html.split("<")):
        tag, closed, text = piece.partition(">") if number else ("", ">", piece)
        name = tag[:12].strip().lower()
        if name.startswith(("script", "style")):
            hidden = True
        elif name.startswith(("/script", "/style")):
            hidden = False
        if not hidden:
            broken = name.split(None, 1)[0].rstrip("/") in _BREAKING if name else False
            parts.append(("\n" if broken else "") + (text if closed else ""))
    return tidy("".join(parts))
