"""Rotates the vault's keys: seals every value again with new data keys, and deletes keys no longer used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import Connection, LargeBinary, bindparam, delete, func, literal, select, type_coerce, update

from partnertui.db.customer_data_keys import customers_vault, with_customers_keys
from partnertui.db.database import Database
from partnertui.db.models import VaultKey
from partnertui.db.models.base import now, table_of
from partnertui.db.rows.type_aliases import Expression
from partnertui.db.sealed_column_list import SEALED, SealedColumn
from partnertui.db.vault_data_keys import SEARCH_ID
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
    # Behind the first byte of a sealed value stands the ID of its key.
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


def rotate(database: Database, given: Vault, report: Report = lambda column, count: None) -> Rotation:
    """Seals all values with the vault's current key, those of customers with keys of their own that are newer.

    Run again after it was ended, it goes on where it was.

    Each batch is a transaction. A value that an agent changes meanwhile is left to the next look. Raises DatabaseError.
    """
    result = Rotation()
    vault = database.read(lambda connection: with_customers_keys(connection, given), deadline=600)
    for sealed in SEALED:
        after, name = 0, f"{sealed.table}.{sealed.name}"
        while (step := _seal_batch(database, vault, sealed, after)) is not None:
            after, count, bad = step
            result.sealed += count
            if bad:
                result.unreadable[name] = result.unreadable.get(name, 0) + bad
            report(name, result.sealed)
    result.dropped = _drop_unused(database)
    return result


def _seal_batch(database: Database, vault: Vault, sealed: SealedColumn, after: int) -> tuple[int, int, int] | None:
    """The last ID, how many were sealed anew, and how many don't open; None behind the last row."""
    table = table_of(sealed.model)
    column = table.c[sealed.name]
    owner = table.c.get("customer_id", literal(None)).label("owner")
    wanted = (table.c.id, owner, column.label("value"), *(table.c[name] for name in sealed.needs))
    query = select(*wanted).where(table.c.id > after, column.is_not(None)).order_by(table.c.id).limit(BATCH)
    seal = (
        update(table)
        .where(table.c.id == bindparam("of_id"), column == bindparam("old", type_=LargeBinary))
        .values({sealed.name: bindparam("new", type_=LargeBinary)})
    )

    def work(connection: Connection) -> tuple[int, int, int] | None:
        rows = connection.execute(query).all()
        own: dict[int | None, Vault] = {}
        changes, bad = [], 0
        for row in rows:
            place = sealed.place(row)
            if row.owner not in own:
                own[row.owner] = customers_vault(connection, vault, row.owner)
            if row.value[1 : 1 + KEY_ID_BYTES].hex() == own[row.owner].current:
                continue
            try:
                opened = vault.open(place, row.value)
            except VaultError:
                bad += 1
                continue
            changes.append({"of_id": row.id, "old": row.value, "new": own[row.owner].seal(place, opened)})
        if changes:
            connection.execute(seal, changes)
        return (rows[-1].id, len(changes), bad) if rows else None

    return database.write(work)


def _drop_unused(database: Database) -> tuple[str, ...]:
    """Deletes data keys that seal nothing and were replaced long ago."""

    def work(connection: Connection) -> tuple[str, ...]:
        used = {key for counts in key_usage(connection).values() for key in counts}
        keys = table_of(VaultKey).c
        columns = (keys.key_id, keys.created_at, keys.owner_id)
        rows = connection.execute(select(*columns).where(keys.key_id != SEARCH_ID).order_by(keys.owner_id, keys.id))
        # the newest key of each owner stays, and what it replaced as long as a program may still seal with it
        unused = tuple(
            key.key_id
            for key, newer in pairwise(rows.all())
            if key.owner_id == newer.owner_id and newer.created_at < now() - RUNNING and key.key_id not in used
        )
        if unused:
            connection.execute(delete(VaultKey).where(table_of(VaultKey).c.key_id.in_(unused)))
        return unused

    return database.write(work, deadline=3600)
