"""The Textual driver: everything written to the terminal passes the control-code filter and terminal_diff.py.

A terminal that goes away, whether by SIGHUP, by a failing read or by a hang-up that nobody signals, and SIGTERM end the
program in order, so that drafts and the saved state are kept; after `EXIT_SECONDS` they end it in any case. Textual
would leave a process that hangs on its full output queue, or reads end-of-file for ever.
"""

from __future__ import annotations

import asyncio
import os
import select
import selectors
import signal
import threading
from codecs import getincrementaldecoder
from typing import IO, TYPE_CHECKING, Any

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Event, Paste
from textual.messages import InBandWindowResize

from partnertui.kit.terminal.paste_filter import MOST_PASTED, PasteFilter
from partnertui.kit.terminal.safe_text import block
from partnertui.kit.terminal.terminal_diff import TerminalDiff

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.geometry import Size
    from textual.message import Message

WHOLE = ("\x1b]52;", "\x1bP", "\x07")
"""Prefixes of writes that pass unchanged: copying, and the bell."""


ERASE = "\x1b[H\x1b[2J\x1b[3J"
"""To the first cell, clear the screen (ED 2), clear the lines scrolled off it (xterm's ED 3)."""
INPUT_SECONDS, READ_BYTES = 0.1, 4096
EXIT_SECONDS = 1.5
"""How long an orderly end may take once the terminal is gone."""


class Tolerant:
    """A terminal that may go away: what is written to it then is dropped."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file
        self.gone = False

    def _try(self, work: Callable[[], object]) -> None:
        if not self.gone:
            try:
                work()
            # ValueError is what Python raises for a file object that is closed.
            except (OSError, ValueError):
                self.gone = True

    def write(self, text: str) -> None:
        """Writes while there is a terminal."""
        self._try(lambda: self.file.write(text))

    def flush(self) -> None:
        """Flushes while there is a terminal."""
        self._try(self.file.flush)

    def fileno(self) -> int:
        """The file's number."""
        return self.file.fileno()


class SafeDriver(LinuxDriver):
    """Textual's driver behind the second wall against control codes in data."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.wire = TerminalDiff()
        self._painted_size: Size | None = None
        self._leaving = False
        self._file: Any = Tolerant(self._file)

    def write(self, data: str) -> None:
        """Writes what a frame changes; a write that only copies or rings the bell passes unchanged."""
        if data.startswith(WHOLE):
            from partnertui.kit.terminal.clipboard import is_copy  # here, because start-up copies nothing

            if data == "\x07" or is_copy(data):
                super().write(data)
                return
        # A terminal may wrap or shift its cells when its size changes, so nothing that was written before counts.
        if self._app.size != self._painted_size:
            self._painted_size = self._app.size
            self.wire.forget()
        if reduce := self.wire.reduce(data):
            super().write(reduce)

    def erase(self) -> None:
        """Clears the terminal and what it keeps to scroll back to; the next frame is written whole."""
        super().write(ERASE)
        self.wire.forget()

    def start_application_mode(self) -> None:
        """Enters the alternate screen, of which nothing is known, and listens to signals."""
        self.wire.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        loop = asyncio.get_running_loop()
        # The loop calls its handlers between two callbacks; one of signal.signal could interrupt a widget half-way.
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, self._leave, 128 + number)
        threading.Thread(target=self._watch_for_hangup, args=(loop,), daemon=True, name="hang-up").start()

    def _leave(self, code: int) -> None:
        if not self._leaving:
            self._leaving = True
            # In a thread: the loop itself may be what hangs. A daemon, so that an end in time doesn't wait for it.
            deadline = threading.Timer(EXIT_SECONDS, os._exit, (code,))
            deadline.daemon = True
            deadline.start()
            self._app.exit(return_code=code)

    def _watch_for_hangup(self, loop: asyncio.AbstractEventLoop) -> None:
        """Blocks until the terminal is gone: without a SIGHUP, Textual's thread would read end-of-file in a loop."""
        poll = select.poll()
        poll.register(self.fileno, 0)  # no event asked for: hang-ups and errors are always reported
        poll.poll()
        if not loop.is_closed():
            self._file.gone = True
            loop.call_soon_threadsafe(self._leave, 128 + signal.SIGHUP)

    def _run_input_thread(self) -> None:
        """Reads keys until the terminal is closed, which ends the program silently."""
        try:
            self.run_input_thread()
        except OSError:
            self._file.gone = True
            self._loop.call_soon_threadsafe(self._leave, 128 + signal.SIGHUP)

    def run_input_thread(self) -> None:
        """Reads keys and pasted text, as Textual's own loop does, with pasted text cleaned before it is parsed."""
        # Textual decodes strictly: one byte that isn't UTF-8 would end its thread, and with it all keys.
        parser, pastes, decode = (
            XTermParser(self._debug),
            PasteFilter(),
            getincrementaldecoder("utf-8")("replace").decode,
        )
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(INPUT_SECONDS) and (text := decode(os.read(self.fileno, READ_BYTES))):
                    for event in parser.feed(pastes.clean(text)):
                        self.process_message(event)
                # A lone ESC is a key only after a pause, which the parser notices here and nowhere else.
                for event in parser.tick():
                    self.process_message(event)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Asked when the terminal was resized: it may have moved its cells, so the next frame is whole."""
        self._painted_size = None
        return super()._get_terminal_size()

    def process_message(self, message: Message | Event) -> None:
        """Cleans pasted text; notes a resize that the terminal reports in-band."""
        if isinstance(message, Paste):
            message.text = block(message.text, MOST_PASTED)
        if isinstance(message, InBandWindowResize):
            self._painted_size = None
        super().process_message(message)
