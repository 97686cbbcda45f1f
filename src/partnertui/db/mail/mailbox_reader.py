"""Reads what is new in a mailbox, mail by mail."""

from __future__ import annotations

import threading

from sqlalchemy import Connection, select

from partnertui.db.database import Database
from partnertui.db.errors import DatabaseError
from partnertui.db.mail.intake import Incoming, store_mail
from partnertui.db.mail.mailboxes import MailboxRow, SignIns, note_reading, own_addresses
from partnertui.db.models import MailboxState
from partnertui.db.models.base import now
from partnertui.domain.mail_states import MailKind
from partnertui.domain.operators import Operator
from partnertui.errors import UserError
from partnertui.mail.html_text import HtmlReader
from partnertui.mail.imap import MOST_MAIL_BYTES, Fetched, Folder, open_folder
from partnertui.mail.received import Received, content_hash, read_mail


class MailReader:
    """Reads mailboxes in the name of an operator, until `stop` is set."""

    def __init__(self, database: Database, operator: Operator, sign_ins: SignIns, stop: threading.Event) -> None:
        self._database, self._operator, self._sign_ins, self._stop = database, operator, sign_ins, stop

    def read(self, mailbox: MailboxRow, html: HtmlReader) -> int:
        """Stores the new mails of a mailbox; returns how many. What went wrong is noted, and raised as UserError."""
        if mailbox.reads is None:
            return 0
        begun = now()
        try:
            sign_in = self._sign_ins.of(mailbox)
            if sign_in is None:
                raise UserError("The mailbox has no login.", "Set it in Settings, Mailboxes.")
            with open_folder(mailbox.reads, sign_in, mailbox.folder) as folder:
                count = self._read(mailbox, folder, html)
        except DatabaseError:
            raise
        except UserError as error:
            note_reading(self._database, mailbox.id, begun, str(error))
            raise
        # Stopped, it wasn't read to its end: mails are sent again by what this time says (interrupted_sends.py).
        if not self._stop.is_set():
            note_reading(self._database, mailbox.id, begun, None)
        return count

    def _read(self, mailbox: MailboxRow, folder: Folder, html: HtmlReader) -> int:
        count, own = 0, self._database.read(own_addresses)
        uids = folder.uids_after(self._database.read(lambda connection: _last_uid(connection, mailbox, folder)))
        for fetched in folder.fetch(uids):
            if self._stop.is_set():
                break
            incoming = Incoming(mailbox, folder.uid_validity, fetched, _parsed(fetched, html), own)
            count += store_mail(self._database, self._operator, incoming) is not None
        return count


def _last_uid(connection: Connection, mailbox: MailboxRow, folder: Folder) -> int:
    """The last UID that is stored; 0 if the server numbered them again (RFC 3501, section 2.3.1.1)."""
    query = select(MailboxState.uid_validity, MailboxState.last_uid).where(MailboxState.mailbox_id == mailbox.id)
    row = connection.execute(query).first()
    return row.last_uid if row is not None and row.uid_validity == folder.uid_validity else 0


def _parsed(fetched: Fetched, html: HtmlReader) -> Received:
    if fetched.is_whole:
        return read_mail(fetched.raw, html)
    words = f"It is {fetched.size:,} bytes long; the limit is {MOST_MAIL_BYTES:,}. Only its headers were stored."
    return Received(MailKind.UNREADABLE, content_hash(fetched.raw), problem=words)
