"""Row security where calls are in months: a partition is reached through its parent alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from tests.db.maintenance.months_database import parts
from tests.db.security.conftest import Office, filled_office
from tests.db.security.test_attacks import psql
from tests.row_security import ROLES, make_login
from tests.servers import Cluster

from partnertui.db.cdr_partitions import drop_months, lock_imports, make_months, start_of_month
from partnertui.db.database import open_database
from partnertui.db.hep.message_writer import HepRow, write_rows
from partnertui.db.hep.partitions import make_partitions
from partnertui.db.maintenance.partition_calls import partition_calls
from partnertui.db.models import Cdr
from partnertui.db.models.base import now
from partnertui.db.rows.cdr.source import CDR_SOURCE
from partnertui.db.rows.filter_criteria import Equals
from partnertui.db.rows.listing import Listing, Sort
from partnertui.errors import UserError
from partnertui.screens.cdr.queries import cdrs

pytestmark = pytest.mark.postgresql
LINES = [
    tuple(line.split(" | ", 1))
    for line in (Path(__file__).parent / "attacks_by_month.sql").read_text("utf-8").splitlines()
    if line and not line.startswith("--")
]
LATER = start_of_month(now().date(), 1) + timedelta(days=2)
PARTS = (f"cdrs_before_{LATER:%Y_%m}", f"cdrs_{LATER:%Y_%m}", "cdrs_default")


@pytest.fixture(scope="module")
def months(cluster: Cluster, logins: None) -> Iterator[Office]:
    """The two partners' calls in the old table, in a month, and in the default partition; a SIP message of each."""
    with filled_office(cluster, "pt_security_months") as office:
        list(partition_calls(office.database))
        call = {"category": "dialled", "direction": "outbound", "disposition": "answered"}
        rows: list[dict[str, Any]] = [
            {**call, "customer_id": key, "partner_id": 6 + key, "started_at": at}
            for key in (1, 2)
            for at in (LATER, datetime(2040, 1, 1, tzinfo=UTC))
        ]
        office.database.write(lambda connection: connection.execute(insert(Cdr), rows))
        office.database.write(lambda connection: make_partitions(connection, now().date()))
        at = int(now().timestamp() * 1e6)
        place = ("udp", "192.0.2.1", 5060, "192.0.2.2", 5060, "", b"INVITE sip:x SIP/2.0\r\n\r\n")
        messages = [HepRow(at, key, f"call-{key}", "INVITE", 0, "a", "b", *place) for key in (1, 2)]
        write_rows(office.database, messages)
        yield office


@pytest.mark.parametrize(("outcome", "statement"), LINES)
def test_a_partner_in_psql(months: Office, outcome: str, statement: str) -> None:
    for part in PARTS if "{partition}" in statement else PARTS[:1]:
        found = psql(months.urls["sec_pat"], statement.format(partition=part))
        if outcome.isdigit():
            assert found == outcome
        else:
            assert outcome in found
            assert "ERROR" in found


def test_no_role_has_a_right_on_a_partition(months: Office) -> None:
    query = """SELECT c.relname, r.rolname, v.verb FROM pg_class c, pg_roles r,
        unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS v (verb)
      WHERE c.relispartition AND c.relkind = 'r' AND r.rolname ~ '^partnertui_'
        AND (has_table_privilege(r.oid, c.oid, v.verb) OR v.verb IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
          AND has_any_column_privilege(r.oid, c.oid, v.verb))"""
    assert months.database.read(lambda c: c.exec_driver_sql(query).all()) == []
    bare = "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' AND NOT relrowsecurity"
    assert months.database.read(lambda c: c.exec_driver_sql(bare).all()) == []
    policies = "SELECT policyname FROM pg_policies WHERE tablename LIKE 'cdrs\\_%%'"
    assert months.database.read(lambda c: c.exec_driver_sql(policies).all()) == []
    policies = "SELECT policyname FROM pg_policies WHERE tablename = 'cdrs'"
    assert set(months.database.read(lambda c: c.exec_driver_sql(policies).scalars().all())) == set(ROLES)


@pytest.mark.parametrize("sort", [Sort("started_at", True), Sort("duration"), Sort("customer"), Sort("id")])
def test_a_partner_lists_own_calls(months: Office, sort: Sort) -> None:
    for login, partner in (("sec_pat", 7), ("sec_qin", 8)):
        database = open_database(months.urls[login])
        own, other = Listing(cdrs, sort), Listing(cdrs, sort, (Equals("customer_id", 9 - partner),))
        rows = database.read(partial(CDR_SOURCE.fetch_page, listing=own)).rows
        assert [row["partner_id"] for row in rows] == [partner] * 3
        assert database.read(partial(CDR_SOURCE.fetch_page, listing=other)).rows == []
        database.close()


def test_a_service_keeps_the_months(months: Office, cluster: Cluster) -> None:
    service = open_database(make_login(months.database.url, "sec_service", "service"))
    old: dict[str, Any] = {"category": "other", "direction": "inbound", "disposition": "answered"}
    old["started_at"] = datetime(2020, 5, 1, tzinfo=UTC)
    months.database.write(lambda c: c.exec_driver_sql("DELETE FROM cdrs WHERE started_at < '2020-06-01'"))
    service.write(lambda connection: connection.execute(insert(Cdr), old))
    before = parts(months.database)
    make_months(service, now().date())
    assert parts(service) == before  # it is older than the calls that were there, and in their partition
    assert drop_months(service, datetime(2021, 1, 1, tzinfo=UTC)) == 0
    service.write(lock_imports)
    with pytest.raises(UserError):
        list(partition_calls(service))
    service.close()
    months.database.write(lambda c: c.exec_driver_sql("DELETE FROM cdrs WHERE started_at < '2020-06-01'"))
