"""The log file: JSON lines without secrets, rotated by size; nothing is logged to the terminal.

A line has time (UTC, ISO 8601), level, logger and message; for an exception also its type, message and traceback, which
has lines of code but no values of variables.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from types import TracebackType

MAX_BYTES = 2_000_000
KEPT_FILES = 3
MAX_CHARACTERS = 20_000
MASK = "***"
SECRETS = re.compile(
    r"(?i)((?<![a-z0-9])(?:[\w-]*(?:password|passwd|passwort|passphrase|passcode|pwd|secret|token|credentials?|cookie"
    r"|api[_-]?key|private[_-]?key|master[_-]?key|session[_-]?id|signature)|pass|pw|pin|puk|cvv2?|cvc2?|nonce|cnonce|opaque"
    r"|response|ha1b?|sig|jsessionid|phpsessid)[\"']?\s*[=:]\s*)(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s,;&)}\]]+)"
)
HEADERS = re.compile(
    r"(?i)((?:proxy-|x-)?(?:authorization|authenticate|api-key|auth-token)[\"']?\s*[:=]\s*|cookie2?:\s*)[^\r\n]+"
)
BEARERS = re.compile(r"(?i)(\b(?:bearer|basic|digest)\s+)[A-Za-z0-9+/=._~-]{8,}")
PRIVATE_KEYS = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
# within a word, as text has other things beside a URL; config's without_password knows where its URL begins and ends
URL_PASSWORDS = re.compile(r"(://[^:/@\s]*):[^\s/]*@")
SIP_PASSWORDS = re.compile(r"(?i)(\bsips?:[^:@\s;>]+):[^@\s;>]+@")  # RFC 3261, 19.1.1: user:password@host
CARDS = re.compile(r"(?<![\d.])\d(?:[ .\-/_\u00a0\u2009\u202f]?\d){12,18}(?!\d)")


def _mask_card(match: re.Match[str]) -> str:
    from stdnum import luhn  # here, because few log lines have a number as long as a card's

    digits = re.sub(r"\D", "", match[0])
    return f"{MASK}{digits[-4:]}" if luhn.is_valid(digits) else match[0]


def redact(text: str) -> str:
    """The text without passwords, authorization headers, card numbers and passwords in URLs."""
    text = PRIVATE_KEYS.sub(MASK, text)
    text = HEADERS.sub(rf"\1{MASK}", text)
    text = BEARERS.sub(rf"\1{MASK}", text)
    text = SIP_PASSWORDS.sub(rf"\1:{MASK}@", text)
    text = URL_PASSWORDS.sub(rf"\1:{MASK}@", text)
    text = SECRETS.sub(rf"\1{MASK}", text)
    return CARDS.sub(_mask_card, text)


def as_json(record: logging.LogRecord) -> str:
    """One log record as a line of JSON."""
    line: dict[str, str | int | None] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "pid": record.process,
        "message": redact(record.getMessage())[:MAX_CHARACTERS],
    }
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        line["error"] = type(error).__name__
        line["error_message"] = redact(str(error))[:MAX_CHARACTERS]
        line["traceback"] = redact("".join(traceback.format_exception(error)))[-MAX_CHARACTERS:]
    return json.dumps(line, ensure_ascii=True)


class JsonFile(logging.Handler):
    """Writes to a file that only its owner can read; older files are renamed to .1, .2 and .3."""

    # not logging.handlers, because it imports socket and pickle, which start-up doesn't need

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._file: FileIO | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Writes one line; errors are ignored, so that a full disk doesn't end the program."""
        try:
            line = as_json(record)
            if self._file is None or self._file.tell() > MAX_BYTES:
                self._open()
            assert self._file is not None
            data = f"{line}\n".encode()
            written = self._file.write(data)
            if written < len(data):
                self._cut_off(self._file, written)
        except (OSError, ValueError, TypeError):
            self._file = None

    @staticmethod
    def _cut_off(file: FileIO, written: int) -> None:
        """Removes the part of a line that a full disk took, unless another process has written behind it."""
        end = file.tell()
        if os.fstat(file.fileno()).st_size == end:
            file.truncate(end - written)

    def _open(self) -> None:
        if self._file is not None:
            self._file.close()
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.path.exists() and self.path.stat().st_size > MAX_BYTES:
            for number in range(KEPT_FILES - 1, 0, -1):
                older = self.path.with_name(f"{self.path.name}.{number}")
                if older.exists():
                    older.replace(self.path.with_name(f"{self.path.name}.{number + 1}"))
            self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._file = FileIO(self.path, "a", opener=lambda path, more: os.open(path, flags, 0o600))

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
        super().close()


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger("partnertui").critical("uncaught", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def start_log(path: Path, level: str = "info") -> JsonFile:
    """Sends all log records, warnings and uncaught exceptions to the file, and none to the terminal."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, JsonFile):
            root.removeHandler(handler)
            handler.close()
    ours = JsonFile(path)
    root.addHandler(ours)
    root.setLevel(level.upper())
    for noisy in ("asyncio", "markdown_it", "alembic", "sqlalchemy"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    logging.lastResort = None
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    return ours


class Unexpected:
    """A context manager that catches and logs any exception, and keeps it as `error`.

    KeyboardInterrupt and SystemExit pass.
    """

    def __init__(self, logger: logging.Logger, message: str) -> None:
        self.logger, self.message = logger, message
        self.error: Exception | None = None

    def __enter__(self) -> Unexpected:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.error = error
        self.logger.critical(self.message, exc_info=error)
        return True
