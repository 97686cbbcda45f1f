"""Kamailio's tables in every place that they can be in, filled with the same registrations."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, text
from tests.reused_database import ReusedDatabase
from tests.servers import Cluster

from partnertui.db.database import Database, open_database
from partnertui.db.kamailio.registration_source import RegistrationSource
from partnertui.db.kamailio.tables import Tables, create_tables, tables
from partnertui.db.models import Customer, Partner, User
from partnertui.db.models.base import table_of

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
AGENTS = ("Yealink SIP-T46U", "snomD785/10.1", None, "Zoiper rv2", "baresip v1.0.0")
ZONE = "Europe/Berlin"
_numbers = count()


def office(connection: Connection) -> None:
    """Customers 1 (Zeta), 2 (acme, a partner's) and 3 (without registrations); users 2001 … and twins."""
    connection.execute(table_of(Partner).insert(), {"id": 7, "name": "Seven", "version": 1})
    connection.execute(
        table_of(Customer).insert(),
        [
            {"id": number, "company": name, "country": "GB", "currency": "GBP", "partner_id": partner, "version": 1}
            for number, name, partner in ((1, "Zeta", None), (2, "acme", 7), (3, "Nobody Ltd", None))
        ],
    )
    rows = [(n, f"200{n}", "lab.test", 1 if n % 2 else 2) for n in range(1, 9)]
    rows += [(20, "twin", "a.test", 1), (21, "twin", "b.test", 2)]
    connection.execute(
        table_of(User).insert(),
        [
            {
                "id": n,
                "name": f"User {n}",
                "email": f"u{n}@x.test",
                "sip_username": name,
                "sip_domain": domain,
                "customer_id": owner,
                "version": 1,
            }
            for n, name, domain, owner in rows
        ],
    )


def registration(number: int, username: str, **more: Any) -> dict[str, Any]:
    """A row of location; every third is behind NAT, every fourth over TCP."""
    natted, tcp = number % 3 == 0, number % 4 == 0
    suffix = ";transport=tcp" if tcp else ""
    return {
        "ruid": f"uloc-{number}",
        "username": username,
        "domain": None,
        "contact": f"sip:{username}@{'192.168.1.5' if natted else '198.51.100.7'}:5060{suffix}",
        "received": f"sip:198.51.100.9:{40000 + number}{suffix}" if natted else None,
        "path": None,
        "expires": NOW + timedelta(seconds=97 * (number % 5)),
        "callid": f"call-{number}",
        "cseq": number,
        "last_modified": NOW - timedelta(seconds=number),
        "user_agent": AGENTS[number % 5],
        "socket": f"{'tcp' if tcp else 'udp'}:203.0.113.10:5060",
        "methods": 5087,
    } | more


def fill(connection: Connection, place: Tables) -> None:
    """Twelve registrations: eight users', one twice, one of nobody, twins with and without domain."""
    rows = [registration(n, f"200{n}") for n in range(1, 9)]
    rows += [registration(9, "2001"), registration(10, "stranger"), registration(11, "twin")]
    rows += [registration(12, "twin", domain="b.test", received="", user_agent="")]
    connection.execute(place.location.insert(), rows)
    trace = {"time_stamp": NOW - timedelta(days=2), "callid": "call-3", "method": "REGISTER", "msg": "x"}
    later = trace | {"time_stamp": NOW - timedelta(hours=1)}
    other = trace | {"time_stamp": NOW - timedelta(days=9), "method": "OPTIONS"}
    connection.execute(place.sip_trace.insert(), [later, trace, other])


def same_database(ours: Database) -> RegistrationSource:
    """Kamailio's tables among ours."""
    ours.write(lambda connection: create_tables(connection))
    ours.write(lambda connection: fill(connection, tables(None, ZONE)))
    return RegistrationSource(ours.url, "", "", ZONE)


def schema(ours: Database) -> RegistrationSource:
    """In a schema of its own of the same PostgreSQL database."""

    def work(connection: Connection) -> None:
        connection.execute(text("CREATE SCHEMA switch"))
        create_tables(connection, "switch")
        fill(connection, tables("switch", ZONE))

    ours.write(work)
    return RegistrationSource(ours.url, "", "switch", ZONE)


def another(ours: Database, kamailio: Database) -> RegistrationSource:
    """In a database of its own: a file beside ours, or a server elsewhere."""
    kamailio.write(lambda connection: create_tables(connection))
    kamailio.write(lambda connection: fill(connection, tables(None, ZONE)))
    return RegistrationSource(ours.url, kamailio.url, "", ZONE)


@contextmanager
def fresh_file(template: Path | None, folder: Path) -> Iterator[Database]:
    """An SQLite file, ours when copied from a template, else empty."""
    path = folder / ("kamailio.sqlite" if template is None else "partnertui.db")
    if template is not None:
        shutil.copyfile(template, path)
    database = open_database(f"sqlite:///{path}")
    yield database
    database.close()


_ours: dict[Cluster, ReusedDatabase] = {}


@contextmanager
def fresh_server(cluster: Cluster, template: str) -> Iterator[Database]:
    """A PostgreSQL database made from a template; ours is used again and again."""
    if template == "template_pt":
        ours = _ours.setdefault(cluster, ReusedDatabase(cluster))
        database = open_database(cluster.url(ours.take()))
        yield database
        database.close()
        ours.give_back()
        return
    name = f"switch_{next(_numbers)}"
    _as_owner(cluster, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    database = open_database(cluster.url(name))
    yield database
    database.close()
    _as_owner(cluster, f"DROP DATABASE {name} WITH (FORCE)")


def _as_owner(cluster: Cluster, statement: str) -> None:
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute(statement)
