"""Verifies history against its audit chain: reports whose entries were changed, added, removed or cut off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby

from sqlalchemy import Connection, select, text

from partnertui.db.audit_chain import EMPTY, HEADS, LINKS, entry_columns, entry_digest, link_hash
from partnertui.db.models import Customer
from partnertui.db.rows.type_aliases import ResultRow
from partnertui.domain.plurals import plural

ERASED = "erased"
"""The action of the entry about an erasure."""
CHUNK = 5_000


@dataclass(frozen=True)
class Head:
    """The end of a chain, as it is kept outside: how many links and entries, and the last hash in hexadecimal."""

    sequence: int
    entries: int
    chain: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with the history of a customer, 0 for what belongs to none."""

    owner_id: int
    owner: str
    text: str


@dataclass
class Result:
    """What was compared."""

    owners: int = 0
    entries: int = 0
    erased: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass
class _Batch:
    entries: int
    digest: bytes
    erased: int


def heads(connection: Connection) -> dict[int, Head]:
    """The ends of all chains by customer, to be kept where nobody who can write the database can."""
    rows = connection.execute(select(HEADS.owner_id, HEADS.sequence, HEADS.entries, HEADS.chain))
    return {owner: Head(sequence, entries, chain.hex()) for owner, sequence, entries, chain in rows}


def verify(connection: Connection, saved: Mapping[int, Head] | None = None) -> Result:
    """Compares all history with the chains, and the chains with heads that were saved before.

    Takes one pass in the order of an index; holds the chain of one customer in memory.
    """
    result, seen = Result(), set[int]()
    saved = saved or {}
    for owner, rows in groupby(_entries(connection), lambda row: row.customer_id or 0):
        seen.add(owner)
        _verify_owner(connection, owner, rows, saved.get(owner), result)
    for owner in sorted((set(heads(connection)) | _linked(connection) | set(saved)) - seen):
        _verify_owner(connection, owner, (), saved.get(owner), result)
    result.owners = len(seen)
    return result


def _entries(connection: Connection) -> Iterator[ResultRow]:
    # Where NULLs sort (first in SQLite, last in PostgreSQL) doesn't matter: groupby() needs equal ones side by side.
    statement = text(f"SELECT {entry_columns(connection.dialect.name)} FROM history ORDER BY customer_id, batch, id")
    # yield_per makes psycopg use a server-side cursor; otherwise all history would be in memory.
    yield from connection.execute(statement, execution_options={"yield_per": CHUNK})


def _linked(connection: Connection) -> set[int]:
    return set(connection.execute(select(LINKS.owner_id).distinct()).scalars())


def _verify_owner(
    connection: Connection, owner: int, rows: Iterable[ResultRow], saved: Head | None, result: Result
) -> None:
    batches: dict[int | None, _Batch] = {}
    erasures = 0
    for batch, entries in groupby(rows, lambda row: row.batch):
        found, digest = _Batch(0, b"", 0), sha256()
        for row in entries:
            digest.update(entry_digest(row).encode())
            found.entries += 1
            found.erased += row.changes_hash is not None
            erasures += row.action == ERASED
        found.digest = digest.digest()
        batches[batch] = found
    result.entries += sum(one.entries for one in batches.values())
    erased = sum(one.erased for one in batches.values())
    result.erased += erased
    texts = list(_link_problems(connection, owner, batches, saved))
    if erased and not erasures:
        texts.append(f"{_entries_text(erased)} erased without an erasure entry")
    if texts:
        name = _name(connection, owner)
        result.problems += [Problem(owner, name, one) for one in texts]


def _link_problems(
    connection: Connection, owner: int, batches: dict[int | None, _Batch], saved: Head | None
) -> Iterator[str]:
    links = connection.execute(
        select(LINKS.sequence, LINKS.batch, LINKS.entries, LINKS.digest, LINKS.chain)
        .where(LINKS.owner_id == owner)
        .order_by(LINKS.sequence)
    ).all()
    chain, expected, entries, at_saved = EMPTY, 1, 0, ""
    for link in links:
        if link.sequence != expected:
            yield (
                f"link {expected} of the chain is missing"
                if link.sequence == expected + 1
                else f"links {expected} to {link.sequence - 1} of the chain are missing"
            )
        elif link.chain != link_hash(chain, link.digest, owner, link.sequence, link.entries):
            yield f"link {link.sequence} of the chain was altered"
        found = batches.pop(link.batch, None)
        if found is None or found.entries < link.entries:
            yield f"{_entries_text(link.entries - (found.entries if found else 0))} removed (batch {link.batch})"
        elif found.entries > link.entries:
            yield f"{_entries_text(found.entries - link.entries)} added to batch {link.batch}"
        elif found.digest != link.digest:
            yield f"entries of batch {link.batch} were altered"
        chain, expected, entries = link.chain, link.sequence + 1, entries + link.entries
        if saved is not None and link.sequence == saved.sequence:
            at_saved = link.chain.hex()
    for batch, found in batches.items():
        yield f"{_entries_text(found.entries)} added without a link (batch {batch})"
    yield from _head_problems(heads_of(connection, owner), Head(expected - 1, entries, chain.hex()))
    if saved is not None and saved.sequence and at_saved != saved.chain:
        yield "the chain doesn't continue from the saved head; links were removed or replaced"


def heads_of(connection: Connection, owner: int) -> Head | None:
    """The stored end of one chain."""
    row = connection.execute(select(HEADS.sequence, HEADS.entries, HEADS.chain).where(HEADS.owner_id == owner)).first()
    return Head(row.sequence, row.entries, row.chain.hex()) if row is not None else None


def _head_problems(stored: Head | None, found: Head) -> Iterator[str]:
    if stored is None:
        if found.sequence:
            yield "the end of the chain isn't stored"
    elif stored.sequence > found.sequence:
        yield f"{plural(stored.sequence - found.sequence, 'link is', 'links are')} missing from the end of the chain"
    elif stored != found:
        yield "the stored end of the chain doesn't match its last link"


def _entries_text(count: int) -> str:
    return plural(count, "entry was", "entries were")


def _name(connection: Connection, owner: int) -> str:
    if not owner:
        return "no customer"
    name = connection.scalar(select(Customer.company).where(Customer.id == owner))
    return str(name or "a removed customer")
