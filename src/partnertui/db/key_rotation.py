"""Seals every value anew with the newest data key, and drops data keys that seal nothing any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import Connection, LargeBinary, bindparam, delete, func, select, type_coerce, update

from partnertui.db.engine import Database
from partnertui.db.models import VaultKey
from partnertui.db.models.base import now, table_of
from partnertui.db.rows.types import Expression
from partnertui.db.sealed_columns import SEALED, SealedColumn
from partnertui.vault.errors import VaultError
from partnertui.vault.sealed_values import KEY_ID_BYTES, Vault

BATCH = 2_000
"""Values sealed in one transaction, for some 50 ms: an agent who saves one of them waits that long."""
RUNNING = timedelta(days=30)
"""A program that was started before a rotation seals with the former key until it ends: so long that key stays."""
Report = Callable[[str, int], None]


@dataclass
class Rotation:
    """What a rotation did."""

    sealed: int = 0
    unreadable: dict[str, int] = field(default_factory=dict)
    """Values that don't open, by column: they stay as they are."""
    dropped: tuple[str, ...] = ()
    """IDs of data keys that nothing is sealed with any more, and that no running program may still seal with."""


def _key_id(column: Expression) -> Expression:
    return type_coerce(func.substr(column, 2, KEY_ID_BYTES), LargeBinary)


def key_usage(connection: Connection) -> dict[str, dict[str, int]]:
    """How many values each data key seals, by "table.column" and key ID; those of no known form count under ""."""
    found: dict[str, dict[str, int]] = {}
    for sealed in SEALED:
        column = table_of(sealed.model).c[sealed.name]
        key = _key_id(column)
        query = select(key.label("key"), func.count()).where(column.is_not(None)).group_by(key)
        counts = {bytes(key_id or b"").hex(): count for key_id, count in connection.execute(query)}
        if counts:
            found[f"{sealed.table}.{sealed.name}"] = counts
    return found


def rotate(database: Database, vault: Vault, report: Report = lambda column, count: None) -> Rotation:
    """Seals all values with the vault's current key; run again after it was ended, it goes on where it was.

    Each batch is a transaction. A value that an agent changes meanwhile is left to the next look. Raises DatabaseError.
    """
    result = Rotation()
    for sealed in SEALED:
        after, name = 0, f"{sealed.table}.{sealed.name}"
        while (step := _seal_batch(database, vault, sealed, after)) is not None:
            after, count, bad = step
            result.sealed += count
            if bad:
                result.unreadable[name] = result.unreadable.get(name, 0) + bad
            report(name, result.sealed)
    result.dropped = _drop_unused(database, vault)
    return result


def _seal_batch(database: Database, vault: Vault, sealed: SealedColumn, after: int) -> tuple[int, int, int] | None:
    """The last ID, how many were sealed anew, and how many don't open; None behind the last row."""
    table = table_of(sealed.model)
    column = table.c[sealed.name]
    wanted = (table.c.id, column.label("value"), *(table.c[name] for name in sealed.needs))
    current = bytes.fromhex(vault.current)
    query = (
        select(*wanted)
        .where(table.c.id > after, column.is_not(None), _key_id(column) != current)
        .order_by(table.c.id)
        .limit(BATCH)
    )
    seal = (
        update(table)
        .where(table.c.id == bindparam("of_id"), column == bindparam("old", type_=LargeBinary))
        .values({sealed.name: bindparam("new", type_=LargeBinary)})
    )

    def work(connection: Connection) -> tuple[int, int, int] | None:
        rows = connection.execute(query).all()
        changes, bad = [], 0
        for row in rows:
            place = sealed.place(row)
            try:
                opened = vault.open(place, row.value)
            except VaultError:
                bad += 1
                continue
            changes.append({"of_id": row.id, "old": row.value, "new": vault.seal(place, opened)})
        if changes:
            connection.execute(seal, changes)
        return (rows[-1].id, len(changes), bad) if rows else None

    return database.write(work)


def _drop_unused(database: Database, vault: Vault) -> tuple[str, ...]:
    """Deletes data keys that seal nothing and were replaced long ago; the current one stays."""

    def work(connection: Connection) -> tuple[str, ...]:
        used = {key for counts in key_usage(connection).values() for key in counts}
        keys = table_of(VaultKey).c
        rows = connection.execute(select(keys.key_id, keys.created_at).order_by(keys.id)).all()
        old = {key.key_id for key, newer in pairwise(rows) if newer.created_at < now() - RUNNING}
        unused = tuple(key for key in vault.keys if key in old and key not in used and key != vault.current)
        if unused:
            connection.execute(delete(VaultKey).where(table_of(VaultKey).c.key_id.in_(unused)))
        return unused

    return database.write(work, deadline=3600)
