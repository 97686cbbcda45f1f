"""Calls in progress, from Kamailio's `dialog` table: parties, start, codec.

A call between two customers is one row for each of them, as it will be in their CDRs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import BigInteger, Column, Connection, MetaData, RowMapping, Table, Text, inspect, select

from partnertui.db.kamailio.kamailio_database import KamailioDatabase, KamailioSettings
from partnertui.db.kamailio.sip_trace import as_sent
from partnertui.db.kamailio.tables import Tables
from partnertui.db.models.types import Utc
from partnertui.db.rows.in_memory_rows import Snapshot
from partnertui.db.rows.type_aliases import Query, RowDict
from partnertui.db.sync.cdr_rows import cdr_rows
from partnertui.db.sync.owner_directory import Directory
from partnertui.db.sync.switch_call import Call, Party
from partnertui.domain.call_enums import Disposition, LiveState
from partnertui.sip.chosen_codec import chosen_codec

MAX_CALLS = 20_000
"""The newest calls are listed; more than this is beyond one switch."""
STATES = {1: LiveState.SETUP, 2: LiveState.RINGING, 3: LiveState.ANSWERED, 4: LiveState.ANSWERED}
"""Kamailio's dialog states: unconfirmed, early, confirmed without and with ACK; 5 is deleted."""
LEG_SECONDS = 2.0
"""Two dialogs with the same numbers that start within this time are two legs of one call."""
TEXT_COLUMNS = (
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
ID_COLUMNS = ("customer_id", "user_id", "ddi_id", "partner_id")
CALLS = Table(
    "live_calls",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("started_at", Utc),
    *(Column(name, Text) for name in TEXT_COLUMNS),
    *(Column(name, BigInteger) for name in ID_COLUMNS),
)


def live_calls() -> Query:
    """The columns of the list."""
    return select(CALLS)


def live_source(database_url: str, settings: KamailioSettings, country: str) -> Snapshot:
    """The row source of calls in progress; `country` (ISO 3166) is that of numbers without a prefix."""
    kamailio = KamailioDatabase(database_url, settings.url, settings.schema, settings.timezone)
    return Snapshot(CALLS, lambda connection: list(_rows(connection, kamailio, country)))


def _rows(connection: Connection, kamailio: KamailioDatabase, country: str) -> Iterator[RowDict]:
    dialogs, codecs = kamailio.read(connection, lambda switch: _dialogs(switch, kamailio.tables), "dialog")
    calls = [_call(dialog) for dialog in dialogs]
    directory = Directory(connection, calls, country)
    names, extensions = _names(connection, directory), directory.extensions
    other_legs = _other_legs(dialogs)
    for dialog, call in zip(dialogs, calls, strict=True):
        for index, cdr in enumerate(cdr_rows(call, directory)):
            yield {
                **{name: cdr.get(name) for name in (*TEXT_COLUMNS, *ID_COLUMNS)},
                # A dialog has two rows at most, one for each customer.
                "id": dialog["id"] * 2 + index,
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
                "call_id_b": other_legs.get(dialog["callid"]),
            }


def _dialogs(connection: Connection, kamailio: Tables) -> tuple[Sequence[RowMapping], dict[str, str]]:
    """Dialogs, newest first, and the codec of those whose answer was traced, by Call-ID."""
    table, trace = kamailio.dialog, kamailio.sip_trace
    in_progress = select(table).where(table.c.state < 5).order_by(table.c.id.desc()).limit(MAX_CALLS)
    dialogs = connection.execute(in_progress).mappings().all()
    if not inspect(connection).has_table(trace.name, schema=trace.schema):
        return dialogs, {}
    ids = [dialog["callid"] for dialog in dialogs][:500]
    answers = select(trace.c.callid, trace.c.msg).where(trace.c.callid.in_(ids), trace.c.status == "200")
    found = (
        (callid, chosen_codec(as_sent(text).decode("utf-8", "replace"))) for callid, text in connection.execute(answers)
    )
    return dialogs, {callid: codec for callid, codec in found if codec}


def _call(dialog: RowMapping) -> Call:
    return Call(
        origin=f"kamailio:{dialog['callid']}",
        started_at=datetime.fromtimestamp(dialog["start_time"] or 0, UTC),  # 0 until the call is answered
        disposition=Disposition.ANSWERED,
        source=_party(dialog["from_uri"]),
        destination=_party(dialog["to_uri"], dialog["req_uri"]),
        call_id=dialog["callid"],
    )


def _party(*uris: str | None) -> Party:
    """User parts and the first domain of URIs. Anything before the @ is taken as a name."""
    found = [match for uri in uris if (match := re.match(r"(?:sips?|tel):(?:([^@;>]+)@)?([^;>]*)", uri or ""))]
    names = tuple(dict.fromkeys(match[1] or match[2] for match in found))
    return Party(names, found[0][2].partition(":")[0] if found else "")


def _host(socket: str | None) -> str:
    """The address of a socket like udp:203.0.113.10:5060."""
    return (socket or "").partition(":")[2].rpartition(":")[0]


def _names(connection: Connection, directory: Directory) -> dict[tuple[str, int | None], str]:
    from partnertui.db.models import Customer, User  # here: the Live screen declares its list without them

    users = select(User.id, User.name).where(User.id.in_(directory.users))
    customers = select(Customer.id, Customer.company).where(Customer.id.in_(directory.customers))
    found: dict[tuple[str, int | None], str] = {("user", key): name for key, name in connection.execute(users)}
    return found | {("customer", key): name for key, name in connection.execute(customers)}


def _other_legs(dialogs: Sequence[RowMapping]) -> dict[str, str]:
    """The Call-ID of the other leg, by Call-ID, of calls that a B2BUA split into two dialogs."""
    found: dict[str, str] = {}
    unpaired: dict[tuple[tuple[str, ...], tuple[str, ...]], RowMapping] = {}
    for dialog in sorted(dialogs, key=lambda dialog: dialog["start_time"]):
        ends = (_party(dialog["from_uri"]).names[:1], _party(dialog["to_uri"]).names[:1])
        first = unpaired.pop(ends, None)
        if first and first["callid"] != dialog["callid"] and dialog["start_time"] - first["start_time"] <= LEG_SECONDS:
            found |= {first["callid"]: dialog["callid"], dialog["callid"]: first["callid"]}
        else:
            unpaired[ends] = dialog
    return found
