"""The audit chain: hashes that reveal when history is changed, removed or cut off at the end.

Each customer has a chain of its own (0 is what belongs to no customer). The history rows that a transaction added for a
customer are a batch; a link of the chain hashes the batch and the link before it. A row's changes are hashed with a
salt: when both are erased, their hash stays, so that the chain still holds. On PostgreSQL, triggers build the chain,
so that an operator's role needs no right on it; on SQLite, whoever writes does.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import Connection, bindparam, func, insert, select, text, update

from partnertui.db.models.base import table_of
from partnertui.db.models.program_tables import AuditHead, AuditLink
from partnertui.db.rows.type_aliases import ResultRow

IS_OURS = "SELECT 1 FROM sqlite_master WHERE name = 'ix_history_unchained'"
EMPTY = b""
"""What the first link of a chain follows."""
HEADS, LINKS = table_of(AuditHead).c, table_of(AuditLink).c


def chain_new_history(connection: Connection) -> None:
    """Adds what this transaction wrote to history to the chains; on PostgreSQL that has been done already.

    A database without history, such as a file of Kamailio's, is left alone.
    """
    if connection.dialect.name != "sqlite" or connection.exec_driver_sql(IS_OURS).first() is None:
        return
    if connection.exec_driver_sql("SELECT 1 FROM history WHERE batch IS NULL LIMIT 1").first() is None:
        return
    # Free, because SQLite has one writer and this is its transaction.
    batch = (connection.scalar(select(func.max(LINKS.batch))) or 0) + 1
    connection.exec_driver_sql("UPDATE history SET batch = ?, salt = randomblob(16) WHERE batch IS NULL", (batch,))
    added: dict[int, list[ResultRow]] = {}
    rows = text(f"SELECT {entry_columns('sqlite')} FROM history WHERE batch = :batch ORDER BY id")
    for row in connection.execute(rows, {"batch": batch}):
        added.setdefault(row.customer_id or 0, []).append(row)
    for customer, entries in added.items():
        _add_link(connection, customer, batch, entries)


def entry_columns(dialect: str) -> str:
    """The columns of history that a digest is made of, as they are stored; `at` is in microseconds since 1970."""
    at = "at" if dialect == "sqlite" else "(extract(epoch FROM at) * 1000000)::bigint AS at"
    return (
        f"id, {at}, operator_id, partner_id, object_id, operator_name, object_table, action, changes, salt,"
        " changes_hash, customer_id, batch"
    )


def _add_link(connection: Connection, customer: int, batch: int, entries: list[ResultRow]) -> None:
    head = connection.execute(
        select(HEADS.sequence, HEADS.entries, HEADS.chain).where(HEADS.owner_id == customer)
    ).first()
    sequence, before, chain = head if head is not None else (0, 0, EMPTY)
    digest = batch_digest(entries)
    sequence += 1
    chain = link_hash(chain, digest, customer, sequence, len(entries))
    link = {"owner_id": customer, "sequence": sequence, "batch": batch, "entries": len(entries)}
    connection.execute(insert(AuditLink), {**link, "digest": digest, "chain": chain})
    values = {"sequence": sequence, "entries": before + len(entries), "chain": chain}
    if head is None:
        connection.execute(insert(AuditHead), {"owner_id": customer, **values})
    else:
        connection.execute(update(AuditHead).where(HEADS.owner_id == bindparam("of")), {"of": customer, **values})


def batch_digest(entries: Iterable[ResultRow]) -> bytes:
    """SHA-256 over the rows of a batch, ordered by ID."""
    return sha256("".join(entry_digest(row) for row in entries).encode()).digest()


def entry_digest(row: ResultRow) -> str:
    """SHA-256 of a history row, in hexadecimal; texts are written with their length in bytes before them."""
    content = row.changes_hash or changes_hash(row.salt, row.changes)
    numbers = (row.id, row.at, _number(row.operator_id), _number(row.partner_id), row.object_id)
    # With lengths, or characters could move from one text into the next and leave the hash as it is.
    texts = (f"{len(part.encode())}:{part}" for part in (row.operator_name, row.object_table, row.action))
    return sha256("|".join((*map(str, numbers), *texts, content.hex())).encode()).hexdigest()


def changes_hash(salt: bytes | None, changes: str) -> bytes:
    """What stays of an entry's changes, as they are stored, once they and their salt are erased."""
    return sha256((salt or b"") + changes.encode()).digest()


def _number(value: int | None) -> str:
    return "-" if value is None else str(value)


def link_hash(before: bytes, digest: bytes, customer: int, sequence: int, entries: int) -> bytes:
    """The hash of a link, over the one before it, its batch, and where in which chain it is."""
    return sha256(before + digest + f"{customer}|{sequence}|{entries}".encode()).digest()
