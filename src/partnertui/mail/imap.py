"""Reads mail from an IMAP folder by UID (RFC 3501), without changing anything, not even the seen flag."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted

from partnertui.domain.mailbox_settings import Security
from partnertui.mail.mailbox_account import (
    TIMEOUT_SECONDS,
    MailServerError,
    Server,
    SignIn,
    error_words,
    tls_context,
)

MOST_MAIL_BYTES = 60_000_000
"""Of a mail that is read; of a larger one, only the headers are fetched."""
SIZES_AT_ONCE = 500
BYTES_AT_ONCE = 4_000_000
MAILS_AT_ONCE = 100
"""What is asked for in one command: so much is held in memory."""
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_ERRORS = (imaplib.IMAP4.error, ImapToolsError, OSError, EOFError, ValueError)


@dataclass(frozen=True)
class Fetched:
    """A mail as it lies there; of one that is too large, only the headers."""

    uid: int
    size: int
    raw: bytes

    @property
    def is_whole(self) -> bool:
        """Whether `raw` is all of it."""
        return self.size <= MOST_MAIL_BYTES


class Folder:
    """An opened folder."""

    def __init__(self, box: BaseMailBox, uid_validity: int) -> None:
        self._box, self.uid_validity = box, uid_validity

    def uids_after(self, uid: int) -> list[int]:
        """The UIDs above this one, in order."""
        # "5:*" names the last mail, too, if it is below 5
        return sorted(found for found in map(int, self._box.uids(f"UID {uid + 1}:*", charset=None)) if found > uid)

    def fetch(self, uids: Sequence[int]) -> Iterator[Fetched]:
        """The mails with these UIDs, in order, a few at a time; those that are gone are left out."""
        for start in range(0, len(uids), SIZES_AT_ONCE):
            sizes = self._sizes(uids[start : start + SIZES_AT_ONCE])
            waiting, total = list[int](), 0
            for uid, size in sorted(sizes.items()):
                if waiting and (total + size > BYTES_AT_ONCE or len(waiting) >= MAILS_AT_ONCE):
                    yield from self._whole(waiting, sizes)
                    waiting, total = [], 0
                if size > MOST_MAIL_BYTES:
                    yield from self._whole(waiting, sizes)
                    yield from self._parts([uid], "BODY.PEEK[HEADER]", sizes)
                    waiting, total = [], 0
                else:
                    waiting.append(uid)
                    total += size
            yield from self._whole(waiting, sizes)

    def _whole(self, uids: Sequence[int], sizes: dict[int, int]) -> Iterator[Fetched]:
        # PEEK: BODY[] alone would set the seen flag (RFC 3501, section 6.4.5).
        return self._parts(uids, "BODY.PEEK[]", sizes) if uids else iter(())

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        found: dict[int, int] = {}
        for line in self._fetch(uids, "(UID RFC822.SIZE)"):
            text = line if isinstance(line, bytes) else b" ".join(line)
            uid, size = _UID.search(text), _SIZE.search(text)
            if uid and size:
                found[int(uid[1])] = int(size[1])
        return {uid: found[uid] for uid in uids if uid in found}

    def _parts(self, uids: Sequence[int], part: str, sizes: dict[int, int]) -> Iterator[Fetched]:
        lines, found = self._fetch(uids, f"(UID {part})"), dict[int, bytes]()
        for at, line in enumerate(lines):
            if isinstance(line, tuple):
                # the UID stands before the text, or behind it
                after = lines[at + 1] if at + 1 < len(lines) else b""
                uid = _UID.search(line[0]) or _UID.search(after if isinstance(after, bytes) else b"")
                if uid:
                    found[int(uid[1])] = line[1]
        return (Fetched(uid, sizes[uid], found[uid]) for uid in uids if uid in found)

    def _fetch(self, uids: Sequence[int], parts: str) -> list[bytes | tuple[bytes, bytes]]:
        state, lines = self._box.client.uid("FETCH", ",".join(map(str, uids)), parts)
        if state != "OK":
            raise MailServerError("The mail server refused to return the messages.", "Ask its administrator.")
        return [line for line in lines if line is not None]


@contextmanager
def open_folder(server: Server, sign_in: SignIn, folder: str) -> Iterator[Folder]:
    """Signs in and opens a folder to read; raises MailServerError, also for what goes wrong while it is open."""
    box: BaseMailBox | None = None
    try:
        box = _connect(server)
        if sign_in.access_token:
            # initial_folder: by default the library selects INBOX at once, and not read-only.
            box.xoauth2(sign_in.login, sign_in.access_token, initial_folder=None)
        # LOGIN takes ASCII alone here; AUTHENTICATE PLAIN, which login_utf8 uses, takes UTF-8 (RFC 4616).
        elif sign_in.password.isascii() and sign_in.login.isascii():
            box.login(sign_in.login, sign_in.password, initial_folder=None)
        else:
            box.login_utf8(sign_in.login, sign_in.password, initial_folder=None)
        box.folder.set(folder, readonly=True)
        validity = box.client.response("UIDVALIDITY")[1]
        yield Folder(box, int(validity[0] or 0) if validity else 0)
    except _ERRORS as error:
        where = f"{server.host}:{server.port}"
        raise MailServerError(f"The mailbox at {where} can't be read: {error_words(error)}", _advice(error)) from None
    finally:
        if box is not None:
            with suppress(*_ERRORS):
                # Not logout(), which waits for the answer of a server that may be what failed.
                box.client.shutdown()


def _connect(server: Server) -> BaseMailBox:
    if server.security == Security.TLS:
        return MailBox(server.host, server.port, TIMEOUT_SECONDS, ssl_context=tls_context())
    if server.security == Security.STARTTLS:
        return MailBoxStartTls(server.host, server.port, TIMEOUT_SECONDS, ssl_context=tls_context())
    return MailBoxUnencrypted(server.host, server.port, TIMEOUT_SECONDS)


def _advice(error: Exception) -> str:
    if "AUTHENTICATIONFAILED" in str(error).upper():
        return "Check the mailbox's login and password."
    return "The mail service will keep trying."
