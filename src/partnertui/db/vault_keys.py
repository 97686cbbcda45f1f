"""The data keys of the vault, wrapped by the master key, in a table of their own."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection, insert, select

from partnertui.config.settings import VaultSettings
from partnertui.db.engine import Database
from partnertui.db.models import VaultKey
from partnertui.db.models.base import now
from partnertui.vault.errors import VaultError
from partnertui.vault.master_key import MasterKey, find_master_key, make_master_key
from partnertui.vault.sealed_values import KEY_BYTES, KEY_ID_BYTES, Place, Vault

MASTER_ID = "00000000"
"""The key ID of what the master key itself wraps."""


def open_vault(database: Database, settings: VaultSettings, folder: Path, *, create: bool) -> Vault | None:
    """The vault by the settings; the master key's file is `master.key` in the data folder unless they name another.

    None if there are no keys yet; with `create`, they are made then. Raises VaultError, DatabaseError.
    """
    file = master_file(settings, folder)
    master = find_master_key(settings.command, file, os.environ)
    if master is None:
        if not create or database.read(lambda connection: connection.execute(select(VaultKey.id)).first()):
            return None
        master = make_master_key(file)
    return load_vault(database, master) or (make_data_key(database, master) if create else None)


def master_file(settings: VaultSettings, folder: Path) -> Path:
    """The file that may hold the master key."""
    return Path(settings.file).expanduser() if settings.file else folder / "master.key"


def load_vault(database: Database, master: MasterKey) -> Vault | None:
    """The vault with all its data keys, the newest one sealing; None if no key was made yet.

    Raises VaultError if the master key is another one, DatabaseError.
    """
    rows = database.read(lambda c: c.execute(select(VaultKey.key_id, VaultKey.wrapped).order_by(VaultKey.id)).all())
    wrapping = _wrapping(master)
    try:
        keys = {key_id: wrapping.open(_place(key_id), wrapped) for key_id, wrapped in rows}
    except VaultError:
        raise VaultError(
            f"The master key ({master.source}) isn't the one that this database's keys were encrypted with.",
            "Use the right one; without it, encrypted data stays unreadable.",
        ) from None
    return Vault(keys, rows[-1][0]) if rows else None


def make_data_key(database: Database, master: MasterKey) -> Vault:
    """Makes a data key, stores it wrapped, and returns the vault. Raises DatabaseError."""
    key_id, key = os.urandom(KEY_ID_BYTES).hex(), os.urandom(KEY_BYTES)
    wrapped = _wrapping(master).seal(_place(key_id), key)

    def store(connection: Connection) -> None:
        connection.execute(insert(VaultKey).values(key_id=key_id, wrapped=wrapped, created_at=now()))

    database.write(store)
    return Vault({key_id: key}, key_id)


def _wrapping(master: MasterKey) -> Vault:
    return Vault({MASTER_ID: master.key}, MASTER_ID)


def _place(key_id: str) -> Place:
    return Place("vault_keys", "wrapped", key_id)
