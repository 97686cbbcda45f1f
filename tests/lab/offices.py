"""Three customers with phones behind NATs of their own, two carriers and a TLS port, added to the lab."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import column, insert, select
from tests.lab.certificates import write_certificate
from tests.lab.labtools import PLATFORM, Lab

from partnertui.db.database import Database, open_database
from partnertui.db.kamailio.tables import tables
from partnertui.db.models import Customer, OperatorAccount, User
from partnertui.domain.operators import Role

CORE = "203.0.113.10"
CARRIERS = {"carrier1": "198.18.101.2", "carrier2": "198.18.102.2"}
EDGE = "198.18.110.2"
MODELS = ("Yealink SIP-T46U 108.86.0.20", "snomD735/10.1.169.16", "Fanvil X4 2.12.1.3")
PHONES = {str(site): [f"2{site}0{number}" for number in range(1, 7)] for site in (1, 2, 3)}
"""Phones by their site; a third of them are of each model."""
OFF = "2107"
"""A phone that was unplugged a moment ago: still registered."""
GONE = "2108"
"""A phone whose registration runs out."""
TLS_PHONES = [f"231{number}" for number in range(1, 7)]
EXPIRES = 10
"""Seconds that a registration over TLS lasts, so that it doesn't take an hour."""
NOTHING = "nothing"
REFUSALS = {
    "refuses": "488 Not Acceptable Here",
    "overloaded": "503 Service Unavailable",
    "busy": "486 Busy Here",
    "wrong": "404 Not Found",
    "declines": "603 Decline",
    "away": "480 Temporarily Unavailable",
    "late": "408 Request Timeout",
}
REFUSAL = """
  <label id="{label}"/>
  <send retrans="500"><![CDATA[
      SIP/2.0 {words}
      [last_Via:]
      [last_From:]
      [last_To:];tag=[call_number]f
      [last_Call-ID:]
      [last_CSeq:]
      Content-Length: 0

    ]]></send>
  <recv request="ACK" next="end"/>
"""
_files = count()


def model_of(user: str) -> str:
    """The User-Agent of a phone."""
    return MODELS[int(user) % 3]


def number(prefix: str, carrier: int, ending: int) -> str:
    """A number that the proxy hands to a carrier; some endings fail for ordinary reasons, see far_end.xml."""
    return f"{prefix}{10 + ending * 37 % 90}{2 if carrier == 1 else 3}{ending:03}"


def furnish(database: Database) -> None:
    """The customers, their users, and an operator."""
    users = [
        {
            "customer_id": int(user[1]),
            "name": f"Phone {user}",
            "email": f"{user}@lab.test",
            "extension": user,
            "sip_domain": "lab.test",
            "sip_username": user,
        }
        for user in (*(user for site in PHONES.values() for user in site), OFF, GONE, *TLS_PHONES)
    ]
    customers = [{"id": int(site), "company": f"Office {site}", "country": "GB", "currency": "GBP"} for site in PHONES]

    def work(connection: Any) -> None:
        connection.execute(insert(Customer), customers)
        connection.execute(insert(User), users)
        connection.execute(insert(OperatorAccount), [{"login": "ann", "name": "Ann", "role": Role.ADMIN}])

    database.write(work)


class Offices:
    """The sites of a lab that is up; `folder` is for scenarios and certificates."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab, self.folder = lab, folder
        for site in PHONES:
            lab.do("site", f"site{site}", site)
            lab.do("accounts", f"2{site}01", f"2{site}16")
        for name, address in (*CARRIERS.items(), ("edge", EDGE)):
            lab.do("host", name, address.split(".")[2])
        self.register((*(user for site in PHONES.values() for user in site), OFF))
        for name in (*CARRIERS, *(f"site{site}" for site in PHONES)):
            self.start_far_end(name)

    def register(self, users: Iterable[str], expires: int = 3600) -> None:
        """Each phone registers from its site, as they do when the power comes back."""
        scenario = self.folder / f"register-{expires}.xml"
        usual = (PLATFORM.parent / "sipp/register.xml").read_text()
        scenario.write_text(
            usual.replace("User-Agent: sipp callee", "User-Agent: [field2]").replace(
                "Expires: 3600", f"Expires: {expires}"
            )
        )
        for (site, port), lines in _by_site(users, lambda user: 5099 if user in (OFF, GONE) else 5080).items():
            self._sipp(site, scenario, [_credentials(user) for user in lines], "-p", str(port), "-r", "10")

    def start_far_end(
        self, name: str, *, refuses: str = NOTHING, unreachable: str = NOTHING, overloaded: str = NOTHING
    ) -> None:
        """A carrier or the phones of a site answer calls, apart from what is refused (regular expressions)."""
        text = (PLATFORM.parent / "sipp/far_end.xml").read_text()
        given = {"REFUSES": refuses, "UNREACHABLE": unreachable, "OVERLOADED": overloaded}
        given["REFUSALS"] = "".join(REFUSAL.format(label=label, words=words) for label, words in REFUSALS.items())
        for word, value in given.items():
            text = text.replace(f"@{word}@", value)
        scenario = self.folder / f"{name}-{next(_files)}.xml"
        scenario.write_text(text)
        address, port = (CARRIERS[name], 5060) if name in CARRIERS else (f"192.168.{name[-1]}.10", 5080)
        words = ("-nostdin", "-sf", str(scenario), "-i", address, "-p", str(port))
        self.lab.do("start", name, f"{name}-answers", "sipp", CORE, *words)

    def end_far_end(self, name: str) -> None:
        """Nobody answers there any more, as if its power were cut."""
        self.lab.do("end", f"{name}-answers")

    def call(self, calls: Sequence[tuple[str, str]], rate: int = 5) -> None:
        """Makes calls (caller, called), those of all sites at the same time, and waits until all have ended."""
        scenario = PLATFORM.parent / "sipp/office_caller.xml"
        sites: dict[str, list[str]] = defaultdict(list)
        for caller, called in calls:
            sites[caller[1]].append(f"{_credentials(caller)};{called}")
        running = [
            self._start_sipp(site, scenario, lines, "-p", str(6000 + 20 * next(_files)), "-r", str(rate), "-d", "200")
            for site, lines in sites.items()
        ]
        for sipp in running:
            _, errors = sipp.communicate(timeout=90)
            assert sipp.returncode == 0, errors.decode()[-2000:]

    def _sipp(self, site: str, scenario: Path, lines: Sequence[str], *words: str) -> None:
        sipp = self._start_sipp(site, scenario, lines, *words)
        output, errors = sipp.communicate(timeout=60)
        assert sipp.returncode == 0, (output + errors).decode()[-2000:]

    def _start_sipp(self, site: str, scenario: Path, lines: Sequence[str], *words: str) -> subprocess.Popen[bytes]:
        values = self.folder / f"{next(_files)}.csv"
        values.write_text("\n".join(("SEQUENTIAL", *lines, "")))
        command = ("sipp", CORE, "-nostdin", "-sf", str(scenario), "-inf", str(values), "-i", f"192.168.{site}.10")
        words = ("-m", str(len(lines)), "-timeout", "60", *words)
        return subprocess.Popen(
            self.lab.root(f"site{site}", *command, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def nat(self, site: str, *, works: bool) -> None:
        """The router of a site drops all that it should pass on, or does its work again."""
        rule = "add table ip broken; add chain ip broken drops { type filter hook forward priority 0; policy drop; }"
        command = self.lab.root(f"site{site}nat", "nft", "delete table ip broken" if works else rule)
        subprocess.run(command, check=True, timeout=20)

    def start_edge(self, seconds: float) -> None:
        """The TLS port with a certificate that is valid for so long."""
        write_certificate(self.folder, EDGE, seconds)
        self.run_edge()

    def run_edge(self) -> None:
        """The TLS port with the certificate that is there."""
        script, certificate = str(PLATFORM.parent / "tls_edge.py"), str(self.folder / "edge.pem")
        self.lab.do("start", "edge", "edge", "python3", script, EDGE, "5061", certificate, CORE)

    def start_tls_phones(self) -> None:
        """Six phones at the third site that check the certificate."""
        script, authority = str(PLATFORM.parent / "tls_phones.py"), str(self.folder / "ca.pem")
        words = (authority, EDGE, "5061", "192.168.3.10", str(EXPIRES), *TLS_PHONES)
        self.lab.do("start", "site3", "tls_phones", "python3", script, *words)

    def failed_at(self, called: Iterable[str], code: int, since: datetime) -> list[datetime]:
        """When Kamailio accounted for calls to these numbers with a code."""
        acc = tables().acc
        # Kamailio keeps whole seconds
        query = select(acc.c.time).where(
            acc.c.method == "INVITE",
            acc.c.sip_code == str(code),
            acc.c.time >= since.replace(microsecond=0),
            column("dst_ouser").in_(list(called)),
        )
        with closing(open_database(self.lab.url, read_only=True)) as kamailio:
            return kamailio.read(lambda connection: list(connection.scalars(query.order_by(acc.c.time))))

    def expiries(self, users: Iterable[str]) -> list[datetime]:
        """When the registrations of these users end."""
        location = tables().location
        query = select(location.c.expires).where(location.c.username.in_(list(users))).order_by(location.c.expires)
        with closing(open_database(self.lab.url, read_only=True)) as kamailio:
            return kamailio.read(lambda connection: list(connection.scalars(query)))

    def registered(self) -> int:
        """How many registrations are valid now."""
        location = tables().location
        query = select(location.c.id).where(location.c.expires > datetime.now(UTC))
        with closing(open_database(self.lab.url, read_only=True)) as kamailio:
            return kamailio.read(lambda connection: len(connection.execute(query).all()))


def _credentials(user: str) -> str:
    return f"{user};[authentication username={user} password=pw{user}];{model_of(user)}"


def _by_site(users: Iterable[str], port: Any) -> dict[tuple[str, int], list[str]]:
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for user in users:
        found[user[1], port(user)].append(user)
    return found
