"""Reads and writes Kamailio's `subscriber` (auth_db, version 7) and `dbaliases` (alias_db, version 1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from partnertui.db.rows.read_limits import IDS_PER_QUERY

VERSIONS = {"subscriber": 7, "dbaliases": 1}
"""The versions that this program writes, as in Kamailio's table `version`."""


@dataclass(frozen=True)
class SwitchTables:
    """Both tables of one schema."""

    metadata: MetaData
    subscriber: Table
    dbaliases: Table


@dataclass(frozen=True)
class Subscriber:
    """An account as the switch has it, or is to have it; `aliases` are numbers that ring it, in order."""

    username: str
    domain: str
    ha1: str = ""
    ha1b: str = ""
    aliases: tuple[str, ...] = ()
    has_clear_password: bool = False


@lru_cache(maxsize=8)
def switch_tables(schema: str | None = None) -> SwitchTables:
    """The tables of a schema; None for the default one."""
    metadata = MetaData(schema=schema or None)

    def table(name: str, *columns: str) -> Table:
        texts = (Column(column, String(64), nullable=False, server_default="") for column in columns)
        return Table(name, metadata, Column("id", Integer, primary_key=True), *texts)

    return SwitchTables(
        metadata,
        table("subscriber", "username", "domain", "password", "ha1", "ha1b"),
        table("dbaliases", "alias_username", "alias_domain", "username", "domain"),
    )


def write_subscriber(connection: Connection, tables: SwitchTables, wanted: Subscriber) -> None:
    """Makes the switch have exactly this account, and its aliases; never a password in clear."""
    subscriber = tables.subscriber
    values = {"password": "", "ha1": wanted.ha1, "ha1b": wanted.ha1b}
    known = _of(subscriber, wanted.username, wanted.domain)
    if connection.execute(update(subscriber).where(*known).values(values)).rowcount == 0:
        connection.execute(insert(subscriber).values(username=wanted.username, domain=wanted.domain, **values))
    _write_aliases(connection, tables.dbaliases, wanted)


def remove_subscriber(connection: Connection, tables: SwitchTables, username: str, domain: str) -> None:
    """Makes the switch not have this account, nor an alias that leads to it."""
    for table in (tables.subscriber, tables.dbaliases):
        connection.execute(delete(table).where(*_of(table, username, domain)))


def read_subscribers(connection: Connection, tables: SwitchTables, usernames: Sequence[str]) -> list[Subscriber]:
    """The accounts with these user names, in whatever domain."""
    found: list[Subscriber] = []
    for start in range(0, len(usernames), IDS_PER_QUERY):
        names = usernames[start : start + IDS_PER_QUERY]
        aliases: dict[tuple[str, str], list[str]] = {}
        of_names = select(tables.dbaliases).where(tables.dbaliases.c.username.in_(names))
        for row in connection.execute(of_names.order_by(tables.dbaliases.c.alias_username)):
            # one in another domain than the account's isn't one of ours
            prefix = "" if row.alias_domain == row.domain else f"@{row.alias_domain}"
            aliases.setdefault((row.username, row.domain), []).append(f"{row.alias_username}{prefix}")
        for row in connection.execute(select(tables.subscriber).where(tables.subscriber.c.username.in_(names))):
            key = (row.username, row.domain)
            found.append(
                Subscriber(*key, row.ha1 or "", row.ha1b or "", tuple(aliases.pop(key, ())), bool(row.password))
            )
        found += [Subscriber(*key, aliases=tuple(numbers)) for key, numbers in aliases.items()]
    return found


def read_usernames(connection: Connection, tables: SwitchTables, domains: Iterable[str]) -> set[tuple[str, str]]:
    """User name and domain of all accounts in these domains."""
    subscriber, wanted, found = tables.subscriber.c, sorted(domains), set[tuple[str, str]]()
    for start in range(0, len(wanted), IDS_PER_QUERY):
        query = select(subscriber.username, subscriber.domain).where(
            subscriber.domain.in_(wanted[start : start + IDS_PER_QUERY])
        )
        found |= {(row.username, row.domain) for row in connection.execute(query)}
    return found


def _write_aliases(connection: Connection, dbaliases: Table, wanted: Subscriber) -> None:
    columns = dbaliases.c
    connection.execute(delete(dbaliases).where(*_of(dbaliases, wanted.username, wanted.domain)))
    numbers = (columns.alias_username.in_(wanted.aliases), columns.alias_domain == wanted.domain)
    if wanted.aliases:  # a number rings one account: it may have led to another until now
        connection.execute(delete(dbaliases).where(*numbers))
        rows = [
            {
                "alias_username": number,
                "alias_domain": wanted.domain,
                "username": wanted.username,
                "domain": wanted.domain,
            }
            for number in wanted.aliases
        ]
        connection.execute(insert(dbaliases), rows)


def _of(table: Table, username: str, domain: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.username == username, table.c.domain == domain
