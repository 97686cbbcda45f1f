"""What a real Kamailio has registered is listed, with customers and transports, and real phones answer OPTIONS."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.lab.labtools import PLATFORM, PROXY, Lab
from tests.lab.office import COMPANY, furnish

from partnertui.db.database import Database, open_database
from partnertui.db.kamailio import check_versions
from partnertui.db.kamailio.registration_source import RegistrationSource, registrations
from partnertui.db.rows.filter_criteria import Equals
from partnertui.db.rows.listing import Listing, Sort

ASK = Path(__file__).parent / "ask.py"
PUBLIC_PHONE = "198.51.100.130"
PUBLIC, PUBLIC6 = "198.51.100.0/24", "2001:db8::/32"
TRANSPORTS = {"1001": "udp", "1002": "udp", "1008": "udp", "1009": "tcp", "1011": "udp"}


@pytest.fixture
def office(sqlite_database: Database) -> Database:
    furnish(sqlite_database)
    return sqlite_database


def listed(lab: Lab, office: Database, sort: str = "aor") -> dict[str, dict[str, Any]]:
    """Registrations of the lab's customer by user name."""
    source = RegistrationSource(office.url, lab.url)
    listing = Listing(registrations, Sort(sort), (Equals("customer", COMPANY),))
    try:
        page = office.read(lambda connection: source.fetch_page(connection, listing))
        assert office.read(lambda connection: source.count(connection, listing)).number == len(page.rows)
    finally:
        source.close()
    return {row["username"]: dict(row) for row in page.rows}


def test_the_tables_are_those_that_are_read(lab: Lab) -> None:
    kamailio = open_database(lab.url, read_only=True)
    try:
        assert all(table.is_supported for table in kamailio.read(check_versions))
    finally:
        kamailio.close()


def test_registrations_with_customers_and_transports(lab: Lab, office: Database) -> None:
    rows = listed(lab, office)
    assert len(rows) == 10
    assert {name: rows[name]["transport"] for name in TRANSPORTS} == TRANSPORTS
    alice = rows["1001"]
    assert (alice["user"], alice["customer"], alice["nat"]) == ("Alice", COMPANY, True)
    assert alice["received"] == "sip:198.51.100.6:5060"
    assert alice["user_agent"].startswith("baresip")
    assert rows["1002"]["nat"] is False
    left = (alice["expires_at"] - alice["last_modified"]).total_seconds()
    assert left == 300
    assert abs((alice["registered_since"] - alice["last_modified"]).total_seconds()) <= 2


def options(
    lab: Lab, row: dict[str, Any], way: str, *allow: str, transport: str = "", count: int = 1
) -> dict[str, Any]:
    """One SIP test from the agent's host, whose settings allow the lab's public network."""
    facts = json.dumps({name: row[name] for name in ("aor", "contact", "received", "path")})
    words = (way, facts, lab.proxy, transport, str(count), PUBLIC, PUBLIC6, *allow)
    command = lab.agent(sys.executable, str(ASK), *words)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", ["1001", "1002", "1009", "1011"])
def test_phones_answer_through_the_proxy(lab: Lab, office: Database, name: str) -> None:
    """Behind NAT, in the open, over TCP, over IPv6."""
    end = options(lab, listed(lab, office)[name], "proxy")
    assert (end["end"], end["status"], end["outcome"]) == ("Answered", 200, "answered")
    assert "baresip v" in end["meaning"], "the phone is named"
    assert end["headline"] == "alive: 200 OK"
    assert "INVITE" in end["allow"]
    assert (end["messages"][0].split()[0], end["messages"][-1]) == ("OPTIONS", "SIP/2.0 200 OK")


def test_directly_only_who_is_in_the_open_answers(lab: Lab, office: Database) -> None:
    rows = listed(lab, office)
    assert options(lab, rows["1002"], "direct")["status"] == 200
    behind = options(lab, rows["1001"], "direct")
    assert behind["end"] == "TimedOut"
    assert behind["headline"].startswith("inconclusive: no answer, as is usual behind NAT")
    assert len(behind["messages"]) > 3, "sent again and again"
    contact = rows["1001"] | {"received": None}
    refused = options(lab, contact, "direct", "192.168.77.0/24")
    assert refused["headline"] == "inconclusive: the host can't be reached"
    assert "192.168.77.10 is a private address" in refused["meaning"]


def test_no_way_from_here_is_said_of_this_host(lab: Lab, office: Database) -> None:
    """The agent's host has no IPv6: that is not the phone's fault."""
    end = options(lab, listed(lab, office)["1011"], "direct")
    assert (end["headline"], end["outcome"]) == ("not sent: there is no route to that network", "not-sent")


def test_over_tcp(lab: Lab, office: Database) -> None:
    """A phone that registered over TCP and listens, and the proxy over TCP to a phone on UDP behind NAT."""
    rows = listed(lab, office)
    straight = options(lab, rows["1009"], "direct")
    assert (straight["status"], straight["transport"], straight["address"]) == (200, "tcp", "198.51.100.130:5090")
    through = options(lab, rows["1001"], "proxy", transport="tcp")
    assert (through["status"], through["transport"], through["address"]) == (200, "tcp", "203.0.113.10:5060")
    odd = options(lab, rows["1002"], "direct", transport="tls")
    assert (odd["outcome"], odd["role"]) == ("refused", "bad")
    closed = "no TLS: the port is open, but "
    assert odd["headline"].startswith(closed), "that port speaks TCP, as every one of baresip's"


def test_a_series(lab: Lab, office: Database) -> None:
    """The WAN takes 20 ms each way."""
    told = options(lab, listed(lab, office)["1001"], "proxy", count=4)
    assert (told["sent"], told["received"], told["loss"]) == (4, 4, 0)
    assert 30 < told["min"] <= told["avg"] <= told["max"] < 500
    assert told["headline"] == "alive: 200 OK; all 4 answered"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab whose phones die."""
    lab = Lab("sqlite")
    lab.up()
    try:
        for name in ("alice", "bob", "dave"):
            lab.do("end", name)
        yield lab
    finally:
        lab.down()


@pytest.mark.lab
@pytest.mark.xdist_group("lab")
def test_a_user_agent_that_is_no_text_hides_nobody(broken: Lab, office: Database, tmp_path: Path) -> None:
    """A real REGISTER whose User-Agent has a byte that isn't UTF-8: Kamailio stores it as it came."""
    usual = (PLATFORM.parent / "sipp/register.xml").read_bytes()
    (tmp_path / "register.xml").write_bytes(usual.replace(b"User-Agent: sipp callee", b"User-Agent: caf\xe9 \x1b"))
    (tmp_path / "users.csv").write_text("SEQUENTIAL\n1003;[authentication username=1003 password=pw1003]\n")
    words = ("-sf", str(tmp_path / "register.xml"), "-inf", str(tmp_path / "users.csv"), "-p", "5099", "-m", "1")
    sipp = broken.root("pub", "sipp", PROXY.removeprefix("sip:"), "-nostdin", "-i", PUBLIC_PHONE, *words)
    done = subprocess.run(sipp, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
    assert "�" in listed(broken, office)["1003"]["user_agent"]


@pytest.mark.lab
@pytest.mark.xdist_group("lab")
@pytest.mark.parametrize("name", ["1001", "1002", "1009"])
def test_a_dead_phone_gives_no_answer(broken: Lab, office: Database, name: str) -> None:
    rows = listed(broken, office)
    if name not in rows:
        pytest.fail(f"{name} is no longer registered")
    end = options(broken, rows[name], "proxy")
    assert end["headline"].startswith("no answer"), end
    assert end["role"] == "bad"


def by_aor(lab: Lab, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`partnertui siptest --registered` on the agent's host, with Kamailio's database in the settings."""
    (folder / "settings.toml").write_text(f'[kamailio]\nurl = "{lab.url}"\n')
    command = (sys.executable, "-m", "partnertui", "--dir", str(folder), "siptest", "--registered", *words)
    return subprocess.run(lab.agent(*command), capture_output=True, text=True, check=False, timeout=60)


def test_phones_of_an_aor_at_a_shell(lab: Lab, tmp_path: Path) -> None:
    """Behind NAT, over TCP, over IPv6: the proxy reaches them where Kamailio has them."""
    done = by_aor(lab, tmp_path, "sip:1001@lab.test", "1009", "1011@lab.test", "--via", lab.proxy, "--json")
    assert done.returncode == 0, done.stderr
    assert [(probe["target"].partition("@")[0], probe["status"]) for probe in json.loads(done.stdout)] == [
        ("1001", 200),
        ("1009", 200),
        ("1011", 200),
    ]
    direct = by_aor(lab, tmp_path, "1001@lab.test")
    assert direct.returncode == 1
    assert "198.51.100.6 is a documentation address" in direct.stdout, "the registration named it"
    nobody = by_aor(lab, tmp_path, "4040@lab.test")
    assert nobody.returncode == 1
    assert "No phone is registered for 4040@lab.test." in nobody.stderr
