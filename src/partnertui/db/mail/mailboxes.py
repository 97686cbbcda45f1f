"""Adds and edits mailboxes: servers, secret in the vault, and the last error."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, literal, select, update

from partnertui.db.database import Database
from partnertui.db.models import Mailbox, MailboxState
from partnertui.db.models.base import now
from partnertui.db.models.types import Utc
from partnertui.db.rows.type_aliases import RowDict
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.db.upsert import insert_into
from partnertui.domain.errors import DomainError
from partnertui.domain.mailbox_settings import SignInKind
from partnertui.mail.mailbox_account import MailServerError, Server, SignIn
from partnertui.mail.oauth import fetch_tokens
from partnertui.vault.sealed_values import Place, Vault

EARLIER_SECONDS = 60
"""Before an access token ends, another one is fetched."""


@dataclass(frozen=True)
class MailboxRow:
    """An enabled mailbox; `reads` and `sends` are None where it doesn't."""

    id: int
    name: str
    address: str
    partner_id: int | None
    reads: Server | None
    folder: str
    sends: Server | None
    login: str | None
    sign_in: str
    sealed: bytes | None = field(repr=False)
    token_url: str | None
    client_id: str | None
    copies_to: str | None


def place_of(mailbox_id: int) -> Place:
    """Where the secret of a mailbox is stored."""
    return Place("mailboxes", "password_ciphertext", str(mailbox_id))


def set_secret(work: UnitOfWork, mailbox_id: int, vault: Vault, secret: str) -> None:
    """Gives a mailbox another password or refresh token. Raises RowDeleted, and DomainError if it is empty."""
    if not secret.strip():
        raise DomainError(
            "The password or token is empty.", "Enter the password, or the refresh token for OAuth 2.0.", field="secret"
        )
    mailbox = work.get(Mailbox, mailbox_id, lock=True)
    mailbox.password_ciphertext = vault.seal(place_of(mailbox_id), secret.strip("\r\n").encode())


def enabled_mailboxes(connection: Connection) -> list[MailboxRow]:
    """The mailboxes that are enabled, by ID."""
    rows = connection.execute(select(Mailbox.__table__).where(Mailbox.enabled).order_by(Mailbox.id)).mappings()
    return [_row(dict(row)) for row in rows]


def own_addresses(connection: Connection) -> frozenset[str]:
    """The addresses of all mailboxes, and those that get copies, in small letters."""
    rows = connection.execute(select(Mailbox.address, Mailbox.copies_to)).all()
    return frozenset(address.lower() for row in rows for address in row if address)


def _row(row: RowDict) -> MailboxRow:
    reads = Server(row["imap_host"], row["imap_port"], row["imap_security"]) if row["imap_host"] else None
    sends = Server(row["smtp_host"], row["smtp_port"], row["smtp_security"]) if row["smtp_host"] else None
    return MailboxRow(
        row["id"],
        row["name"],
        row["address"],
        row["partner_id"],
        reads,
        row["folder"],
        sends,
        row["login"],
        row["sign_in"],
        row["password_ciphertext"],
        row["token_url"],
        row["client_id"],
        row["copies_to"],
    )


class SignIns:
    """Opens the secrets of mailboxes, and keeps access tokens while they are valid."""

    def __init__(self, database: Database, vault: Vault | None) -> None:
        self._database, self._vault = database, vault
        self._tokens: dict[int, tuple[bytes, float, str]] = {}

    def of(self, mailbox: MailboxRow) -> SignIn | None:
        """How one signs in; None for a server that asks for nothing. Raises MailServerError, VaultError."""
        if not mailbox.login:
            return None
        if mailbox.sealed is None:
            raise MailServerError("The mailbox has a login but no password or token.", "Set it in Settings, Mailboxes.")
        if self._vault is None:
            raise MailServerError(
                "There is no key on this host to decrypt the mailbox's password or token.",
                "Run “partnertui keys status”.",
            )
        if mailbox.sign_in != SignInKind.OAUTH2:
            return SignIn(mailbox.login, password=self._open(self._vault, mailbox))
        return SignIn(mailbox.login, access_token=self._token(self._vault, mailbox, mailbox.sealed))

    def _token(self, vault: Vault, mailbox: MailboxRow, sealed: bytes) -> str:
        known, ends, token = self._tokens.get(mailbox.id, (b"", 0.0, ""))
        if known == sealed and time.monotonic() < ends:
            return token
        found = fetch_tokens(mailbox.token_url or "", mailbox.client_id or "", self._open(vault, mailbox))
        if found.refresh is not None:
            # the old one may be refused the next time
            sealed = vault.seal(place_of(mailbox.id), found.refresh.encode())
            changed = update(Mailbox).where(Mailbox.id == mailbox.id, Mailbox.password_ciphertext == mailbox.sealed)
            self._database.write(
                lambda connection: connection.execute(
                    changed.values(password_ciphertext=sealed, version=Mailbox.version + 1)
                )
            )
        ends = time.monotonic() + max(0, found.seconds - EARLIER_SECONDS)
        self._tokens[mailbox.id] = (sealed, ends, found.access)
        return found.access

    @staticmethod
    def _open(vault: Vault, mailbox: MailboxRow) -> str:
        return vault.open(place_of(mailbox.id), mailbox.sealed or b"").decode("utf-8", "replace")


def note_reading(database: Database, mailbox_id: int, begun: datetime, problem: str | None) -> None:
    """Notes that all mails that had come by `begun` are read, or why not."""
    done: RowDict = {"read_at": begun, "read_error": None, "read_failing_since": None}
    failed: RowDict = {
        "read_error": problem,
        "read_failing_since": func.coalesce(MailboxState.read_failing_since, literal(begun, Utc())),
    }
    _note(database, mailbox_id, done if problem is None else failed)


def note_sending(database: Database, mailbox_id: int, problem: str | None) -> None:
    """Notes that the server took mail, or why it can't be used."""
    done: RowDict = {"sent_at": now(), "send_error": None, "send_failing_since": None}
    failed: RowDict = {
        "send_error": problem,
        "send_failing_since": func.coalesce(MailboxState.send_failing_since, literal(now(), Utc())),
    }
    _note(database, mailbox_id, done if problem is None else failed)


def lacks_states(connection: Connection, mailboxes: Sequence[MailboxRow]) -> bool:
    """Whether a mailbox has no row yet that says how far it is read."""
    known = set(connection.scalars(select(MailboxState.mailbox_id)))
    return any(mailbox.id not in known for mailbox in mailboxes)


def add_states(connection: Connection, mailboxes: Sequence[MailboxRow]) -> None:
    """Makes the row of each mailbox that says how far it is read, if there is none."""
    for mailbox in mailboxes:
        statement = insert_into(connection, MailboxState).values(mailbox_id=mailbox.id, last_uid=0)
        connection.execute(statement.on_conflict_do_nothing(index_elements=["mailbox_id"]))


def _note(database: Database, mailbox_id: int, values: RowDict) -> None:
    statement = update(MailboxState).where(MailboxState.mailbox_id == mailbox_id).values(**values)
    database.write(lambda connection: connection.execute(statement))
