"""Stores the vault's data keys, wrapped by the master key."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from partnertui.config.settings import VaultSettings
from partnertui.db.database import Database
from partnertui.db.models import VaultKey
from partnertui.db.models.base import now
from partnertui.db.rows.type_aliases import Expression
from partnertui.vault.errors import VaultError
from partnertui.vault.master_key import (
    NO_KEYRING,
    MasterKey,
    find_master_key,
    make_keyring_master_key,
    make_master_key,
)
from partnertui.vault.sealed_values import KEY_BYTES, KEY_ID_BYTES, Place, Vault

MASTER_ID = "00000000"
"""The key ID of what the master key itself wraps."""
SEARCH_ID = "search"
"""The ID of the key that search hashes are made with: no data key can have it."""


def open_vault(database: Database, settings: VaultSettings, folder: Path, *, create: bool) -> Vault | None:
    """The vault by the settings; the master key's file is `master.key` in the data folder unless they name another.

    None if there are no keys yet; with `create`, they are made then. Raises VaultError, DatabaseError.
    """
    master = master_key(settings, folder)
    if master is None:
        if not create or database.read(lambda connection: connection.execute(select(VaultKey.id)).first()):
            return None
        named = settings.keyring != NO_KEYRING
        master = make_keyring_master_key(settings.keyring) if named else make_master_key(master_file(settings, folder))
    return load_vault(database, master) or (make_data_key(database, master) if create else None)


def master_key(settings: VaultSettings, folder: Path) -> MasterKey | None:
    """The master key by the settings; None if there is none. Raises VaultError."""
    return find_master_key(settings.command, master_file(settings, folder), os.environ, settings.keyring)


def master_file(settings: VaultSettings, folder: Path) -> Path:
    """The file that may hold the master key."""
    return Path(settings.file).expanduser() if settings.file else folder / "master.key"


def load_vault(database: Database, master: MasterKey) -> Vault | None:
    """The vault with its data keys, the newest one sealing; None if no key was made yet. Customers' own are looked up.

    Raises VaultError if the master key is another one, DatabaseError.
    """
    keys = _stored_keys(database, master, VaultKey.owner_id.is_(None))

    def find(key_id: str) -> bytes | None:
        return _stored_keys(database, master, VaultKey.key_id == key_id).get(key_id)

    return Vault(keys, list(keys)[-1], find, _wrapping(master)) if keys else None


def _stored_keys(database: Database, master: MasterKey, which: Expression) -> dict[str, bytes]:
    """Data keys by ID, the oldest first."""
    query = select(VaultKey.key_id, VaultKey.wrapped).where(VaultKey.key_id != SEARCH_ID, which).order_by(VaultKey.id)
    rows = database.read(lambda connection: connection.execute(query).all())
    wrapping = _wrapping(master)
    try:
        return {key_id: wrapping.open(key_place(key_id), wrapped) for key_id, wrapped in rows}
    except VaultError:
        raise VaultError(
            f"The master key ({master.source}) isn't the one that this database's keys were encrypted with.",
            "Use the right one; without it, encrypted data stays unreadable.",
        ) from None


def make_data_key(database: Database, master: MasterKey) -> Vault:
    """Makes a data key, stores it wrapped, and returns the vault. Raises DatabaseError."""
    _store_key(database, master, os.urandom(KEY_ID_BYTES).hex())
    vault = load_vault(database, master)
    assert vault is not None
    return vault


def _store_key(database: Database, master: MasterKey, key_id: str) -> None:
    """Makes a key and stores it wrapped."""
    wrapped = _wrapping(master).seal(key_place(key_id), os.urandom(KEY_BYTES))
    database.write(lambda c: c.execute(insert(VaultKey).values(key_id=key_id, wrapped=wrapped, created_at=now())))


def search_key(database: Database, master: MasterKey) -> bytes:
    """The key of search hashes, made if there is none: it seals nothing and is never rotated. Raises DatabaseError."""
    query = select(VaultKey.wrapped).where(VaultKey.key_id == SEARCH_ID)
    wrapped = database.read(lambda connection: connection.scalar(query))
    if wrapped is None:
        _store_key(database, master, SEARCH_ID)
        return search_key(database, master)
    return _wrapping(master).open(key_place(SEARCH_ID), wrapped)


def rewrap(database: Database, old: MasterKey, new: MasterKey) -> int:
    """Wraps all keys with another master key, in one transaction; returns how many. Raises VaultError."""

    def work(connection: Connection) -> int:
        rows = connection.execute(select(VaultKey.id, VaultKey.key_id, VaultKey.wrapped).with_for_update()).all()
        for row in rows:
            place = key_place(row.key_id)
            wrapped = _wrapping(new).seal(place, _wrapping(old).open(place, row.wrapped))
            connection.execute(update(VaultKey).where(VaultKey.id == row.id).values(wrapped=wrapped))
        return len(rows)

    return database.write(work)


def _wrapping(master: MasterKey) -> Vault:
    return Vault({MASTER_ID: master.key}, MASTER_ID)


def key_place(key_id: str) -> Place:
    """Where a wrapped key is stored."""
    return Place("vault_keys", "wrapped", key_id)
