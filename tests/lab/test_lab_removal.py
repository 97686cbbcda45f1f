"""A registration is removed from a real Kamailio: no call and no test reaches the phone, until it registers again."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from tests.lab.labtools import Lab
from tests.lab.office import furnish

from partnertui.calls.diagnosis.diagnose import diagnose
from partnertui.calls.diagnosis.verdict import Verdict
from partnertui.db.database import Database, open_database
from partnertui.db.kamailio.registration_removal import Registration, RegistrationRemover
from partnertui.db.kamailio.registration_source import RegistrationSource, registrations
from partnertui.db.kamailio.sip_trace import find_call
from partnertui.db.kamailio.tables import tables
from partnertui.db.models import History
from partnertui.db.rows.listing import Listing, Sort
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator, Role

REMOVE = Path(__file__).parent / "remove.py"
ANN = Operator(1, "ann", "Ann", Role.DEVELOPMENT, None)
RPC = "http://203.0.113.10:5060/RPC"


@pytest.fixture(scope="module", params=["sqlite", "pgsql"])
def emptied(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """A lab whose registrations are removed."""
    lab = Lab(request.param)
    lab.up()
    try:
        yield lab
    finally:
        lab.down()


@pytest.fixture
def office(sqlite_database: Database) -> Database:
    furnish(sqlite_database)
    return sqlite_database


def listed(lab: Lab, office: Database) -> dict[str, dict[str, Any]]:
    source = RegistrationSource(office.url, lab.url)
    try:
        page = office.read(lambda connection: source.fetch_page(connection, Listing(registrations, Sort("aor"), ())))
    finally:
        source.close()
    return {row["username"]: dict(row) for row in page.rows}


def siptest(lab: Lab, user: str, folder: Path) -> dict[str, Any]:
    """What `partnertui siptest` on the agent's host says of a user of the platform."""
    words = ("--dir", str(folder), "siptest", f"{user}@203.0.113.10", "--json")
    command = lab.agent(sys.executable, "-m", "partnertui", *words)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert done.returncode == (0 if found[0]["outcome"] == "answered" else 1)
    return found[0]


def codes_of_calls(lab: Lab, user: str) -> set[str]:
    """The final codes of the calls to a user, as Kamailio accounted them."""
    kamailio = open_database(lab.url, read_only=True)
    try:
        called = text("SELECT sip_code FROM acc WHERE dst_ouser = :user")
        return set(kamailio.read(lambda connection: list(connection.scalars(called, {"user": user}))))
    finally:
        kamailio.close()


def verdict_of_the_refused_call(lab: Lab) -> Verdict:
    """What the trace of the one call says that Kamailio refused with 404."""
    place = tables()
    trace = place.sip_trace.c
    query = select(trace.callid).where(trace.status == "404", trace.method == "INVITE").distinct()
    with closing(open_database(lab.url, read_only=True)) as kamailio:
        (call_id,) = kamailio.read(lambda connection: list(connection.scalars(query)))
        found = kamailio.read(lambda connection: find_call(connection, place, [call_id]))
    assert found is not None
    return diagnose(found).verdict


def entries(office: Database) -> list[str]:
    table: Any = History.__table__
    found = office.read(lambda connection: list(connection.scalars(select(table.c.changes).order_by(table.c.id))))
    return [entry["registration"][0] for entry in found if "registration" in entry]


@pytest.mark.lab
@pytest.mark.xdist_group("lab")
def test_deleted_from_the_database(emptied: Lab, office: Database, tmp_path: Path) -> None:
    assert siptest(emptied, "1002", tmp_path)["status"] == 200
    one = Registration.from_row(listed(emptied, office)["1002"])
    remover = RegistrationRemover(office.url, emptied.url)
    assert remover.remove(office, ANN, one) == "Registration removed."
    remover.close()
    assert "1002" not in listed(emptied, office)
    assert entries(office) == [one.text]
    assert siptest(emptied, "1002", tmp_path)["status"] == 404
    emptied.do("tell", "lan", "dial", "1002@lab.test")  # alice calls bob
    end = time.monotonic() + 15
    while "404" not in (codes := codes_of_calls(emptied, "1002")):
        assert time.monotonic() < end, codes
        time.sleep(0.3)
    verdict = verdict_of_the_refused_call(emptied)
    assert (verdict.code, verdict.confidence) == ("unknown_user", "certain")
    assert "it has no registered phone" in verdict.text
    assert siptest(emptied, "1009", tmp_path)["status"] == 200, "the others are as they were"


@pytest.mark.lab
@pytest.mark.xdist_group("lab")
@pytest.mark.parametrize("user", ["1009", "1011", "1001"])
def test_removed_by_rpc(emptied: Lab, office: Database, tmp_path: Path, user: str) -> None:
    """Over TCP, over IPv6, behind NAT."""
    one = Registration.from_row(listed(emptied, office)[user])
    words = (office.url, emptied.url, RPC, json.dumps(asdict(one)))
    command = emptied.agent(sys.executable, str(REMOVE), *words)
    done = [subprocess.run(command, capture_output=True, text=True, check=False, timeout=60) for _ in range(2)]
    assert done[0].stdout == "Registration removed.\n", done[0].stdout + done[0].stderr
    assert done[1].stdout.startswith("not removed: Kamailio has no such registration")
    assert user not in listed(emptied, office)
    assert entries(office) == [one.text]
    assert siptest(emptied, user, tmp_path)["status"] == 404


@pytest.mark.lab
@pytest.mark.xdist_group("lab")
def test_what_is_gone_already_is_said(emptied: Lab, office: Database) -> None:
    remover = RegistrationRemover(office.url, emptied.url)
    with pytest.raises(DomainError, match="registration no longer exists"):
        remover.remove(office, ANN, Registration("1002", "sip:x", "uloc-gone"))
    remover.close()
