"""Calls that are up now, from Kamailio's `dialog` table: who calls whom, since when, on which codec.

A call between two customers is a row for each of them, as it will be in their CDRs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, MetaData, RowMapping, Table, Text, inspect, select

from partnertui.db.kamailio.reach import Reach, Switch
from partnertui.db.kamailio.sip_trace import as_sent
from partnertui.db.kamailio.tables import Tables
from partnertui.db.models.types import Utc
from partnertui.db.rows.snapshot import Snapshot
from partnertui.db.rows.types import RowDict
from partnertui.db.sync.call import Call, Party
from partnertui.db.sync.directory import Directory
from partnertui.db.sync.match import cdrs_of
from partnertui.domain.calls import Disposition, LiveState
from partnertui.sip.codec import chosen_codec

MOST = 20_000
"""Calls that are listed at most; a switch with more up at once is told apart by filters of its own."""
STATES = {1: LiveState.SETUP, 2: LiveState.RINGING, 3: LiveState.ANSWERED, 4: LiveState.ANSWERED}
"""Kamailio's dialog states: unconfirmed, early, confirmed without and with ACK; 5 is deleted."""
LEGS = 2
"""Seconds within which two dialogs with the same numbers begin that are two legs of one call."""
WORDS = (
    "direction",
    "customer",
    "user",
    "source_number",
    "destination_number",
    "source_name",
    "destination_name",
    "destination_country",
    "state",
    "codec",
    "server",
    "caller_contact",
    "callee_contact",
    "call_id_a",
    "call_id_b",
)
NUMBERS = ("customer_id", "user_id", "ddi_id", "partner_id")
CALLS = Table(
    "live_calls",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("started_at", Utc),
    *(Column(name, Text) for name in WORDS),
    *(Column(name, BigInteger) for name in NUMBERS),
)


def live_calls() -> Any:
    """The columns of the list."""
    return select(CALLS)


def live_source(database_url: str, switch: Switch, country: str) -> Snapshot:
    """Calls up now, by the settings; `country` reads numbers without a prefix."""
    reach = Reach(database_url, switch.url, switch.schema, switch.timezone)
    return Snapshot(CALLS, lambda connection: list(_rows(connection, reach, country)))


def _rows(connection: Connection, reach: Reach, country: str) -> Iterator[RowDict]:
    dialogs, codecs = reach.read(connection, lambda there: _dialogs(there, reach.place), "dialog")
    calls = [_call(dialog) for dialog in dialogs]
    directory = Directory(connection, calls, country)
    names, extensions = _names(connection, directory), directory.extensions
    seconds = _second_legs(dialogs)
    for dialog, call in zip(dialogs, calls, strict=True):
        for place, cdr in enumerate(cdrs_of(call, directory)):
            yield {
                **{name: cdr.get(name) for name in (*WORDS, *NUMBERS)},
                "id": dialog["id"] * 2 + place,
                "started_at": call.started_at if dialog["start_time"] else None,
                "source_number": extensions.get(cdr["source_number"], cdr["source_number"]),
                "destination_number": extensions.get(cdr["destination_number"], cdr["destination_number"]),
                "state": STATES.get(dialog["state"], LiveState.SETUP),
                "customer": names.get(("customer", cdr["customer_id"])),
                "user": names.get(("user", cdr["user_id"])),
                "codec": codecs.get(dialog["callid"]),
                "server": _host(dialog["callee_sock"]) or _host(dialog["caller_sock"]),
                "caller_contact": dialog["caller_contact"] or None,
                "callee_contact": dialog["callee_contact"] or None,
                "call_id_b": seconds.get(dialog["callid"]),
            }


def _dialogs(there: Connection, place: Tables) -> tuple[Sequence[RowMapping], dict[str, str]]:
    table, trace = place.dialog, place.sip_trace
    up = select(table).where(table.c.state < 5).order_by(table.c.id.desc()).limit(MOST)
    dialogs = there.execute(up).mappings().all()
    if not inspect(there).has_table(trace.name, schema=trace.schema):
        return dialogs, {}
    ids = [dialog["callid"] for dialog in dialogs][:500]
    answers = select(trace.c.callid, trace.c.msg).where(trace.c.callid.in_(ids), trace.c.status == "200")
    found = (
        (callid, chosen_codec(as_sent(text).decode("utf-8", "replace"))) for callid, text in there.execute(answers)
    )
    return dialogs, {callid: codec for callid, codec in found if codec}


def _call(dialog: RowMapping) -> Call:
    return Call(
        origin=f"kamailio:{dialog['callid']}",
        started_at=datetime.fromtimestamp(dialog["start_time"] or 0, UTC),  # 0 until it is answered
        disposition=Disposition.ANSWERED,
        source=_party(dialog["from_uri"]),
        destination=_party(dialog["to_uri"], dialog["req_uri"]),
        call_id=dialog["callid"],
    )


def _party(*uris: str | None) -> Party:
    """User parts and the first domain of URIs; whatever a foreign table holds, a name is what stands before the @."""
    found = [match for uri in uris if (match := re.match(r"(?:sips?|tel):(?:([^@;>]+)@)?([^;>]*)", uri or ""))]
    names = tuple(dict.fromkeys(match[1] or match[2] for match in found))
    return Party(names, found[0][2].partition(":")[0] if found else "")


def _host(socket: str | None) -> str:
    """The address of a socket like udp:203.0.113.10:5060."""
    return (socket or "").partition(":")[2].rpartition(":")[0]


def _names(connection: Connection, directory: Directory) -> dict[tuple[str, int | None], str]:
    from partnertui.db.models import Customer, User

    users = select(User.id, User.name).where(User.id.in_(directory.users))
    customers = select(Customer.id, Customer.company).where(Customer.id.in_(directory.customers))
    found: dict[tuple[str, int | None], str] = {("user", key): name for key, name in connection.execute(users)}
    return found | {("customer", key): name for key, name in connection.execute(customers)}


def _second_legs(dialogs: Sequence[RowMapping]) -> dict[str, str]:
    """The other Call-ID where a B2BUA makes two dialogs of a call: same numbers, begun within LEGS seconds."""
    found: dict[str, str] = {}
    waiting: dict[tuple[Any, Any], RowMapping] = {}
    for dialog in sorted(dialogs, key=lambda one: one["start_time"]):
        ends = (_party(dialog["from_uri"]).names[:1], _party(dialog["to_uri"]).names[:1])
        first = waiting.pop(ends, None)
        if first and first["callid"] != dialog["callid"] and dialog["start_time"] - first["start_time"] <= LEGS:
            found |= {first["callid"]: dialog["callid"], dialog["callid"]: first["callid"]}
        else:
            waiting[ends] = dialog
    return found
