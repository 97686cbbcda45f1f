"""Demo rows of Kamailio's tables: registrations and calls in progress."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from partnertui.db.kamailio.tables import create_tables
from partnertui.db.kamailio.timestamps import from_julian, to_julian
from partnertui.demo.call_parties import CARRIERS
from partnertui.demo.collected_rows import Row
from partnertui.demo.platform.addresses import BEHIND_NAT, DIRECT
from partnertui.demo.shared_state import Company, World

PROXY = "203.0.113.10"
_METHODS = 5951
"""INVITE, ACK, BYE, CANCEL, OPTIONS, SUBSCRIBE, NOTIFY … as usrloc counts them."""
_NAT_FLAG = 64


def kamailio(world: World) -> Callable[[Connection], None]:
    """Work that makes the tables and fills them."""
    locations = _locations(world)
    put_on_loopback(world, locations)
    dialogs = _dialogs(world, {row["username"]: row for row in locations})

    def work(connection: Connection) -> None:
        made = create_tables(connection)
        for table, rows in ((made.location, locations), (made.dialog, dialogs)):
            for start in range(0, len(rows), 500):
                connection.execute(table.insert(), rows[start : start + 500])

    return work


def _locations(world: World) -> list[Row]:
    found: list[Row] = []
    for company in world.companies:
        if company.row["status"] in ("cancelled", "blocked"):
            continue
        for user in company.users:
            if user["state"] == "active" and world.chance(90):
                found.append(_registration(world, company, user, len(found) + 1))
                if world.chance(6):
                    found.append(_registration(world, company, user, len(found) + 1))
    return found


def _registration(world: World, company: Company, user: Row, number: int) -> Row:
    random, (public, private) = world.random, company.addresses[user["id"]]
    transport = world.often({"udp": 80, "tcp": 10, "tls": 10})
    port, seen = random.choice((5060, 5060, 5062, 5070)), random.randrange(1024, 65536)
    host = f"[{public}]" if ":" in public else private or public
    tail = "" if transport == "udp" else f";transport={transport}"
    left = world.often({"good": 88, "soon": 7, "over": 5})
    spans = {"good": (60, 3600), "soon": (2, 60), "over": (-7200, -1)}
    if left == "over" and not private:
        left = "good"
    expires = world.now + timedelta(seconds=random.randrange(*spans[left]))
    last = min(expires - timedelta(seconds=3600 if left != "over" else 300), world.now)
    behind = f"sip:{public}:{seen}{tail}" if private else None
    edge = f"<sip:203.0.113.11;lr;received={behind.replace(';', '%3B')}>" if behind and world.chance(6) else None
    return {
        "ruid": f"uloc-{random.getrandbits(32):08x}-{random.randrange(400, 9000):x}-{number:x}",
        "username": user["sip_username"],
        "domain": user["sip_domain"],
        "contact": f"sip:{user['sip_username']}@{host}:{port}{tail}",
        "received": behind,
        "path": edge,
        "expires": exact(expires),
        "q": -1.0,
        "callid": f"{random.getrandbits(64):016x}@{host}",
        "cseq": random.randrange(1, 20_000),
        "last_modified": exact(last),
        "flags": 0,
        "cflags": _NAT_FLAG if private else 0,
        "user_agent": company.agents[user["id"]],
        "socket": f"{transport}:{PROXY}:{5061 if transport == 'tls' else 5060}",
        "methods": _METHODS,
        "instance": f"<urn:uuid:{UUID(int=random.getrandbits(128), version=4)}>",
        "reg_id": 0,
        "server_id": 1,
        "connection_id": random.randrange(1, 9000) if transport != "udp" else 0,
        "keepalive": 1 if private else 0,
        "partition": random.randrange(10),
    }


def put_on_loopback(world: World, locations: list[Row]) -> None:
    """Lets the phones of one customer be where the demo's platform answers: the first one with enough of them by name.

    One is idle, one in a call, one slow, one off, and two are behind NAT.
    """
    companies = sorted(world.companies, key=lambda company: str(company.row["company"]).lower())
    for company in companies:
        users = {user["sip_username"] for user in company.users}
        own = [row for row in locations if row["username"] in users]
        if company.alive and len(own) >= len(DIRECT) + len(BEHIND_NAT):
            break
    else:
        return
    for row, (host, port) in zip(own, (*DIRECT, *BEHIND_NAT), strict=False):
        private = (host, port) in BEHIND_NAT
        inside = f"192.168.73.{port % 100 + 20}" if private else host
        row["contact"] = f"sip:{row['username']}@{inside}:5060"
        row["received"] = f"sip:{host}:{port}" if private else None
        row["cflags"], row["keepalive"] = (_NAT_FLAG, 1) if private else (0, 0)
        row["path"], row["socket"], row["connection_id"] = None, f"udp:{PROXY}:5060", 0
        row["expires"] = exact(world.now + timedelta(hours=1))


def exact(moment: datetime) -> datetime:
    """To be stored as it is: other moments are taken for bounds of a search."""
    return from_julian(to_julian(moment))


def _dialogs(world: World, registered: dict[str, Row]) -> list[Row]:
    """Answered calls only: with db_mode 1 a ringing call is not in the table yet. Nobody is in two calls."""
    now = exact(world.now)
    free = [
        (company, user)
        for company in world.companies
        if company.alive
        for user in company.users
        if registered.get(user["sip_username"], {"expires": now})["expires"] > now
    ]
    busy = sum(company.alive for company in world.companies)
    chosen = world.random.sample(free, min(max(busy // 4, 2), 40, len(free)))
    taken = {user["id"] for _, user in chosen}
    found: list[Row] = []
    for number, (company, user) in enumerate(chosen):
        registration, host = registered[user["sip_username"]], company.addresses[user["id"]][0]
        kind = world.often({"outbound": 55, "inbound": 33, "internal": 12})
        near = _Leg(
            f"sip:{user['sip_username']}@{user['sip_domain']}", registration["contact"], registration["socket"], host
        )
        others = [one for owner, one in free if owner is company and one["id"] not in taken]
        if kind == "internal" and others:
            other = world.pick(others)
            taken.add(other["id"])
            found.append(_dialog(world, number, near, _inside(company, other, registered[other["sip_username"]])))
            continue
        carrier, _ = world.pick(CARRIERS[:2])
        _, stranger = world.numbers.stranger(company.country.code)
        if kind == "inbound":
            far = _Leg(f"sip:+{stranger}@{carrier}", f"sip:{carrier}:5060", f"udp:{PROXY}:5060", carrier)
            found.append(_dialog(world, number, far, near))
        else:
            far = _Leg(f"sip:+{stranger}@{user['sip_domain']}", f"sip:{carrier}:5060", f"udp:{PROXY}:5060", carrier)
            found.append(_dialog(world, number, near, far))
    return found


class _Leg(NamedTuple):
    uri: str
    contact: str
    socket: str
    host: str


def _inside(company: Company, user: Row, registration: Row) -> _Leg:
    """A colleague, called by the extension."""
    uri = f"sip:{user['extension']}@{user['sip_domain']}"
    return _Leg(uri, registration["contact"], registration["socket"], company.addresses[user["id"]][0])


def _dialog(world: World, number: int, caller: _Leg, called: _Leg) -> Row:
    begun = int(world.now.timestamp()) - 2 - int(world.random.lognormvariate(4.8, 1.0))
    return {
        "hash_entry": world.random.randrange(4096),
        "hash_id": number + 100,
        "callid": f"{world.random.getrandbits(80):020x}@{caller.host}",
        "from_uri": caller.uri,
        "to_uri": called.uri,
        "from_tag": f"{world.random.getrandbits(40):010x}",
        "to_tag": f"{world.random.getrandbits(40):010x}",
        "caller_cseq": "102",
        "callee_cseq": "0",
        "caller_route_set": None,
        "callee_route_set": None,
        "caller_contact": caller.contact,
        "callee_contact": called.contact,
        "caller_sock": caller.socket,
        "callee_sock": called.socket,
        "state": 4,
        "start_time": begun,
        "timeout": begun + 43_200,
        "sflags": 0,
        "iflags": 0,
        "toroute_name": None,
        "req_uri": called.contact if called.contact.count("@") else called.uri,
        "xdata": None,
    }
