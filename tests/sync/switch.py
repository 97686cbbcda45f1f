"""Kamailio's tables of finished calls as the lab makes them, and calls in them as the lab's Kamailio wrote them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from partnertui.db.database import Database
from partnertui.db.models import Cdr, Customer, Ddi, Partner, User
from partnertui.domain.pbx_enums import DdiState

BEGIN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
EXTRA = (
    "src_user",
    "src_domain",
    "src_ip",
    "dst_ouser",
    "dst_user",
    "dst_domain",
    "dst_ip",
    "src_agent",
    "dst_agent",
    "dst_reply",
)
ACC = ("method", "from_tag", "to_tag", "callid", "sip_code", "sip_reason", "time")
CDR = ("start_time", "end_time", "duration", "callid", "src_user", "dst_user", "src_ip")
CALLS = (
    ("busy", "1003", "486", "486"),
    ("rings", "1004", "487", "487"),
    ("silent", "1005", "408", "408"),
    ("declines", "1006", "603", "603"),
    ("out", "1007", "500", "503"),
    ("nobody", "4040", "404", "404"),
)
"""Call-ID, callee, code in acc, code in missed_calls."""


def create(database: Database, *, linked: bool = True) -> None:
    """The tables; where they are not linked, acc_cdrs is the stock one, which says nothing about the call."""
    real, key = ("TIMESTAMP", "SERIAL") if database.dialect == "postgresql" else ("TIMESTAMP", "INTEGER")
    texts = ", ".join(f"{name} VARCHAR(255) DEFAULT ''" for name in (*ACC[:-1], *EXTRA))
    links = ", ".join(f"{name} VARCHAR(255) DEFAULT ''" for name in CDR[3:])

    def work(connection: Any) -> None:
        for name in ("acc", "missed_calls"):
            connection.execute(text(f"CREATE TABLE {name} (id {key} PRIMARY KEY, {texts}, time {real} NOT NULL)"))
        more = f", {links}" if linked else ""
        connection.execute(
            text(
                f"CREATE TABLE acc_cdrs (id {key} PRIMARY KEY, start_time {real}, end_time {real}, duration REAL{more})"
            )
        )

    database.write(work)


def when(database: Database, moment: datetime) -> object:
    """A moment as Kamailio's driver stores it."""
    if database.dialect == "postgresql":
        return moment.replace(tzinfo=None)
    return (moment.timestamp() - 0.5) / 86400 + 2440587.5


def put(database: Database, table: str, **columns: object) -> None:
    """One row."""
    names = ", ".join(columns)
    statement = text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + name for name in columns)})")
    database.write(lambda connection: connection.execute(statement, columns))


def attempt(
    database: Database,
    table: str,
    callid: str,
    called: str,
    code: str,
    moment: datetime,
    caller: str = "1010",
    **more: str,
) -> None:
    """A row of acc or missed_calls."""
    columns = {
        "method": "INVITE",
        "from_tag": "a",
        "to_tag": "b",
        "callid": callid,
        "sip_code": code,
        "sip_reason": "",
        "time": when(database, moment),
        "src_user": caller,
        "src_domain": "lab.test",
        "src_ip": "198.51.100.6",
        "dst_ouser": called,
        "dst_user": called,
        "dst_domain": "198.51.100.130",
        "dst_ip": "203.0.113.20",
        "src_agent": "Yealink SIP-T46U 108.86.0.20",
    }
    put(database, table, **(columns | more))


def finished(
    database: Database, callid: str, called: str, moment: datetime, seconds: float, caller: str = "1010"
) -> None:
    """A row of acc_cdrs."""
    put(
        database,
        "acc_cdrs",
        start_time=when(database, moment),
        duration=seconds,
        callid=callid,
        src_user=caller,
        end_time=when(database, moment + timedelta(seconds=seconds)),
        dst_user=called,
        src_ip="198.51.100.6",
    )


def lab_calls(database: Database) -> None:
    """One of each call of the lab: answered for 3.007 s, and those in CALLS."""
    for callid, called, code, missed in CALLS:
        attempt(database, "missed_calls", callid, called, missed, BEGIN)
        attempt(database, "acc", callid, called, code, BEGIN)
        finished(database, callid, called, BEGIN, 0)
    attempt(database, "acc", "talk", "1008", "200", BEGIN)
    attempt(
        database, "acc", "talk", "1008", "200", BEGIN + timedelta(seconds=3), method="BYE", from_tag="b", to_tag="a"
    )
    finished(database, "talk", "1008", BEGIN, 3.007)


def people(database: Database) -> None:
    """Customer 1 has users 1001 … 1011 at lab.test, customer 2 user ann at two.test and the DDI 442079460000."""

    def work(connection: Any) -> None:
        connection.execute(insert(Partner), [{"id": 7, "name": "Seven"}])
        facts = {"country": "GB", "currency": "GBP"}
        connection.execute(
            insert(Customer),
            [
                {"id": 1, "company": "Lab", "partner_id": 7, **facts},
                {"id": 2, "company": "Two", "partner_id": None, **facts},
            ],
        )
        users = [
            {
                "id": at,
                "customer_id": 1,
                "partner_id": 7,
                "name": f"User {at}",
                "email": f"{at}@lab.test",
                "extension": str(at - 800),
                "sip_username": str(at),
                "sip_domain": "lab.test",
            }
            for at in range(1001, 1012)
        ]
        ann = {"id": 1, "customer_id": 2, "name": "Ann", "email": "ann@two.test", "sip_username": "ann"}
        connection.execute(insert(User), users)
        connection.execute(insert(User), [ann | {"extension": "20", "sip_domain": "two.test"}])
        number = {"number": "442079460000", "country": "GB", "customer_id": 2, "user_id": 1, "state": DdiState.ACTIVE}
        connection.execute(insert(Ddi), [number])

    database.write(work)


def cdrs(database: Database) -> dict[str, Any]:
    """All CDRs by origin."""
    table = Cdr.__table__

    def work(connection: Any) -> dict[str, Any]:
        return {row["origin"]: row for row in connection.execute(table.select()).mappings()}

    return database.read(work)
