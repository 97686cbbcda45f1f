"""Keeps what is being typed, encrypted, in a file of this host and in the database, for any host to go on with."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from typing import TYPE_CHECKING, Any

from partnertui.atomic_files import PRIVATE, read_regular, write_file
from partnertui.db.drafts import delete_draft, open_draft, read_draft, seal_draft, write_draft
from partnertui.db.errors import DatabaseError
from partnertui.db.vault_data_keys import open_vault
from partnertui.domain.drafts import DraftOf, StoredDraft
from partnertui.kit.clock import utc_now
from partnertui.vault.errors import VaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from partnertui.db.database import Database
    from partnertui.db.query_cancellation import Cancel
    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import Services
    from partnertui.vault.sealed_values import Vault

log = logging.getLogger(__name__)
PAUSE_SECONDS = 0.5
"""Between a change and its storing; what a killed program loses is less than two seconds of typing."""
READ_SECONDS = 1.0
"""How long a dialog waits for the database's draft; the one on this host is read in any case."""
FLUSH_SECONDS = 0.7
"""How long leaving the program waits for the database."""


class StoredDrafts:
    """The drafts of one operator. `prepare` opens the vault in the background; without a key nothing is kept."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.folder = services.folders.state / "drafts"
        self.vault: Vault | None = None
        self.refusal = ""
        """Why nothing can be kept."""
        self._unwritten: dict[DraftOf, StoredDraft] = {}
        self._being_written: dict[DraftOf, StoredDraft] = {}
        """What a job is storing, or could not store: whoever reads may find it nowhere else."""
        self._numbers: dict[DraftOf, int] = {}
        """Counts the writes and removals of each draft that were begun: an older one must not follow a newer one.

        Keys don't count: while somebody types fast, a write that waits for its thread would never be the newest.
        """
        self._in_file: dict[DraftOf, int] = {}
        """The number of the newest write that reached the file, or of a removal."""
        self._file_lock, self._database_lock = threading.Lock(), threading.Lock()
        """Two, so that the newest text reaches the file while the database still takes an older one."""
        self._prepares = self._prepared = False
        """Whether the vault is being opened, and whether that is over."""
        self._waiting: list[tuple[DraftOf, Callable[[StoredDraft | None], None]]] = []
        """Drafts that were asked for before the vault was open: what is typed without them would replace them."""
        self._scheduled = False
        self._told = ""
        """Why a draft could not be stored, as it was said last."""

    def prepare(self) -> None:
        """Opens the vault, once; an embedded database gets its keys made."""
        if self._prepares:
            return
        self._prepares, services = True, self.services

        def work(cancel: Cancel, tell: object) -> Vault | None:
            embedded = services.settings.database_url == services.folders.database_url
            return open_vault(services.database, services.settings.vault, services.folders.data, create=embedded)

        def done(vault: Vault | None) -> None:
            self.vault = vault
            if vault is None:
                self.refusal = "there is no key to encrypt them with. Run “partnertui keys init”."
            self._go_on()

        def failed(error: UserError) -> None:
            self.refusal = f"{error} {error.advice}".strip()
            log.warning("drafts are not kept: %s", self.refusal)
            self._go_on()

        services.jobs.long("drafts", work, done, failed, shown=False)

    def _go_on(self) -> None:
        self._prepared, self._prepares = True, self.vault is not None  # another sign-in tries again
        self._write()  # what was typed before the vault was open
        waiting, self._waiting = self._waiting, []
        for what, done in waiting:
            self.read(what, done)

    def read(self, what: DraftOf, done: Callable[[StoredDraft | None], None]) -> None:
        """Calls back with the newest draft of a dialog, from this host or from the database."""
        vault, operator = self.vault, self.services.operator
        if not self._prepared and operator is not None:
            self._waiting.append((what, done))
            self.prepare()
            return
        if vault is None or operator is None:
            done(self._unwritten.get(what))
            return
        number, services, held = operator.id, self.services, self._held(what)

        def work(cancel: Cancel, tell: object) -> StoredDraft | None:
            found = [held, self._from_file(vault, number, what), _from_database(services.database, vault, number, what)]
            return max((draft for draft in found if draft is not None), key=lambda one: one.saved_at, default=None)

        # What was typed while this was read is newer than anything it found.
        services.jobs.long(
            "a draft", work, lambda found: done(self._held(what) or found), lambda error: done(held), shown=False
        )

    def _held(self, what: DraftOf) -> StoredDraft | None:
        """What is not stored yet."""
        return self._unwritten.get(what) or self._being_written.get(what)

    def keep(self, what: DraftOf, values: Mapping[str, Any], *, discarded: bool = False, key: str = "") -> None:
        """Keeps what was typed; it is stored after a moment, in the background."""
        self._unwritten[what] = StoredDraft(dict(values), utc_now(), discarded, key)
        if not self._scheduled:
            self._scheduled = True
            self.services.call_later(PAUSE_SECONDS, self._write)

    def forget(self, what: DraftOf) -> None:
        """Removes a draft here and in the database."""
        self._unwritten.pop(what, None)
        self._being_written.pop(what, None)
        number, operator = self._next_number(what), self.services.operator
        if operator is None or self.vault is None:
            return

        def work(cancel: Cancel, tell: object) -> None:
            with self._database_lock:
                with self._file_lock:
                    if self._numbers[what] != number:
                        return
                    self._in_file[what] = number
                    self._file(operator.id, what).unlink(missing_ok=True)
                self.services.database.write(lambda connection: delete_draft(connection, operator.id, what))

        self.services.jobs.long("a draft", work, lambda result: None, self._not_deleted, shown=False)

    def flush(self) -> None:
        """Stores what is not stored yet: the program is about to end."""
        self._store_all(self._take_unwritten(), FLUSH_SECONDS)

    def _take_unwritten(self) -> dict[DraftOf, tuple[StoredDraft, int]]:
        """What is not stored yet, each with the number of its change; it counts as stored from now on."""
        unwritten, self._unwritten = self._unwritten, {}
        self._being_written |= unwritten
        return {what: (draft, self._next_number(what)) for what, draft in unwritten.items()}

    def _next_number(self, what: DraftOf) -> int:
        number = self._numbers[what] = self._numbers.get(what, 0) + 1
        return number

    def _write(self) -> None:
        self._scheduled = False
        if self.vault is None:
            if self.refusal and self._unwritten:
                self.services.notify(f"Drafts can't be kept: {self.refusal}", "warn")
                self._unwritten.clear()
            return
        unwritten = self._take_unwritten()

        def work(cancel: Cancel, tell: object) -> None:
            self._store_all(unwritten, READ_SECONDS)

        def stored(result: None) -> None:
            for what, (draft, _) in unwritten.items():
                if self._being_written.get(what) is draft:
                    del self._being_written[what]

        if unwritten:
            self.services.jobs.long("drafts", work, stored, self._not_stored, shown=False)

    def _not_stored(self, error: UserError) -> None:
        log.warning("a draft was not stored: %s", error)
        if str(error) != self._told:
            self._told = str(error)
            self.services.notify(f"Your text can't be kept as a draft: {error} Save it before you leave.", "warn")

    def _not_deleted(self, error: UserError) -> None:
        log.warning("a draft was not deleted: %s", error)
        self.services.notify(f"The draft of what you saved can't be deleted: {error} It will be offered again.", "warn")

    def _store_all(self, drafts: Mapping[DraftOf, tuple[StoredDraft, int]], seconds: float) -> None:
        """Stores every draft it can; then raises the first DatabaseError of one that nothing took."""
        refused: list[DatabaseError] = []
        for what, (draft, number) in drafts.items():
            try:
                self._store(what, draft, number, seconds)
            except DatabaseError as error:
                refused.append(error)
        if refused:
            raise refused[0]

    def _store(self, what: DraftOf, draft: StoredDraft, number: int, seconds: float) -> None:
        """Writes a draft to a file, then to the database; the file stays only where that fails.

        So a draft that was gone on with, and saved, from another host isn't offered here again.
        """
        operator, vault = self.services.operator, self.vault
        if operator is None or vault is None:
            return
        sealed = seal_draft(vault, operator.id, what, draft)
        with self._file_lock:
            # Threads of two writes may come here in either order.
            if self._in_file.get(what, 0) > number:
                return
            self._in_file[what] = number
            written = self._to_file(operator.id, what, sealed)
        with self._database_lock:
            if self._numbers[what] != number:  # a newer one follows
                return
            try:
                self.services.database.write(
                    lambda connection: write_draft(connection, operator.id, what, sealed, draft.saved_at),
                    deadline=seconds,
                )
            except DatabaseError as error:
                log.warning("a draft is only on this host: %s", error)
                if not written:
                    raise
            else:
                with self._file_lock:
                    if self._numbers[what] == number:
                        self._file(operator.id, what).unlink(missing_ok=True)

    def _file(self, operator_id: int, what: DraftOf) -> Path:
        name = json.dumps([self.services.settings.database_url, operator_id, what.table, what.record, what.form])
        return self.folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.draft"

    def _to_file(self, operator_id: int, what: DraftOf, sealed: bytes) -> bool:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_file(self._file(operator_id, what), sealed, mode=PRIVATE)
        except OSError as error:
            log.warning("a draft can't be written to this host: %s", error.strerror)
            return False
        return True

    def _from_file(self, vault: Vault, operator_id: int, what: DraftOf) -> StoredDraft | None:
        try:
            return open_draft(vault, operator_id, what, read_regular(self._file(operator_id, what)))
        except OSError:
            return None


def _from_database(database: Database, vault: Vault, operator_id: int, what: DraftOf) -> StoredDraft | None:
    try:
        sealed = database.read(lambda connection: read_draft(connection, operator_id, what), deadline=READ_SECONDS)
    except (DatabaseError, VaultError):
        return None
    return open_draft(vault, operator_id, what, sealed) if sealed is not None else None
