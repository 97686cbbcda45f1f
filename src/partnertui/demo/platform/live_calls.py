"""Simulates calls: rows of `dialog` while they last, then a CDR and a trace; some fail."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import Connection, delete, insert

from partnertui.db.kamailio.tables import tables
from partnertui.db.models import Cdr
from partnertui.db.rows.type_aliases import RowDict
from partnertui.demo.kamailio import PROXY, exact
from partnertui.demo.platform.customer_snapshot import Customers
from partnertui.demo.sip_messages import Sent, later
from partnertui.demo.sip_trace_rows import end_of_dialog, of_call, of_dialog, trace_row

SLOT_SECONDS = 4
"""A call begins in each slot of the clock, if somebody is free."""
LONGEST_SECONDS = 240
FAILED_SECONDS = 40
"""When a call that was not answered is written: the longest one rings for 30 s."""
TRACES_KEPT = 400
"""Traces of calls that are over; older ones are deleted, so that a demo left open doesn't fill the disk."""


@dataclass
class LiveCall:
    """A call of a slot: the CDR that it will be, and its row of `dialog` if it is answered."""

    cdr: RowDict
    ends: datetime
    dialog: RowDict | None


class LiveCalls:
    """All calls of the platform; what begins when follows from the seed and the clock."""

    def __init__(self, customers: Customers) -> None:
        self.customers = customers
        self.seen = {row["contact"]: row["received"] for row in customers.registrations if row["received"]}
        self.up: list[LiveCall] = []
        self.failed: deque[RowDict] = deque(maxlen=20)
        """The newest outbound calls that failed, with their ID."""
        self._traced: deque[str] = deque()
        self._next = 0
        """The next slot."""

    def begin(self, connection: Connection, now: datetime) -> None:
        """Replaces the calls that an earlier run left by those that are up by the clock."""
        connection.execute(delete(tables().dialog))
        self._next = int(now.timestamp()) // SLOT_SECONDS - LONGEST_SECONDS // SLOT_SECONDS
        self.step(connection, now, past=False)

    def due(self, now: datetime) -> bool:
        """Whether a call begins or ends now."""
        return self._next * SLOT_SECONDS <= now.timestamp() or any(call.ends <= now for call in self.up)

    def step(self, connection: Connection, now: datetime, *, past: bool = True) -> None:
        """Lets calls begin and end until now; calls that are over already are left out unless `past`."""
        while self._next * SLOT_SECONDS <= now.timestamp():
            call = self._call_of(self._next)
            self._next += 1
            if call is not None and (past or call.ends > now):
                self.up.append(call)
                if call.dialog is not None:
                    connection.execute(insert(tables().dialog), [call.dialog])
                    self._trace(connection, of_dialog(call.dialog, self.seen))
        for call in [call for call in self.up if call.ends <= now]:
            self.up.remove(call)
            self._end(connection, call)

    def _call_of(self, slot: int) -> LiveCall | None:
        """The call that begins in a slot; None if its user has no phone or is in another call."""
        random = Random(f"{self.customers.seed}/call/{slot}")
        cdr = dict(random.choice(self.customers.calls))
        user = self.customers.users.get(cdr["user_id"])
        registration = self.customers.by_username.get(user["sip_username"]) if user is not None else None
        if user is None or registration is None or any(call.cdr["user_id"] == user["id"] for call in self.up):
            return None
        begun = datetime.fromtimestamp(slot * SLOT_SECONDS, UTC)
        host = cdr["source_ip"] or PROXY
        cdr["started_at"], cdr["call_id_a"] = begun, f"{random.getrandbits(80):020x}@{host}"
        if cdr["disposition"] != "answered":
            cdr["call_id_b"] = f"{random.getrandbits(80):020x}@{PROXY}" if cdr["call_id_b"] else None
            return LiveCall(cdr, begun + timedelta(seconds=FAILED_SECONDS + cdr["duration"]), None)
        seconds = min(max(int(random.lognormvariate(4.2, 0.7)), 12), LONGEST_SECONDS - 10)
        cdr["duration"] = cdr["billed_seconds"] = seconds
        cdr["charge"], cdr["call_id_b"] = ((cdr["rate"] or 0) * seconds + 30) // 60, None
        dialog = self._dialog(cdr, user, registration, random)
        return LiveCall(cdr, later(begun, 6_000 + seconds * 1000), dialog)

    def _dialog(self, cdr: RowDict, user: RowDict, registration: RowDict, random: Random) -> RowDict:
        own = f"sip:{user['sip_username']}@{user['sip_domain']}"
        other = str(cdr["destination_number" if cdr["direction"] != "inbound" else "source_number"] or "anonymous")
        carrier = cdr["destination_ip" if cdr["direction"] != "inbound" else "source_ip"] or PROXY
        number = f"+{other}" if other.isdigit() and cdr["direction"] != "internal" else other
        far_host = f"[{carrier}]" if ":" in carrier else carrier
        far = f"sip:{number}@{user['sip_domain'] if cdr['direction'] != 'inbound' else far_host}"
        ends = [
            (own, registration["contact"], registration["socket"]),
            (far, f"sip:{far_host}:5060", f"udp:{PROXY}:5060"),
        ]
        caller, called = ends if cdr["direction"] != "inbound" else reversed(ends)
        start = int(cdr["started_at"].timestamp()) + 6
        return {
            "hash_entry": random.randrange(4096),
            "hash_id": random.randrange(1_000, 1 << 30),
            "callid": cdr["call_id_a"],
            "from_uri": caller[0],
            "to_uri": called[0],
            "from_tag": f"{random.getrandbits(40):010x}",
            "to_tag": f"{random.getrandbits(40):010x}",
            "caller_cseq": "102",
            "callee_cseq": "0",
            "caller_contact": caller[1],
            "callee_contact": called[1],
            "caller_sock": caller[2],
            "callee_sock": called[2],
            "state": 4,
            "start_time": start,
            "timeout": start + 43_200,
            "req_uri": called[0],
        }

    def _end(self, connection: Connection, call: LiveCall) -> None:
        inserted = connection.execute(insert(Cdr).returning(Cdr.id), [call.cdr]).scalar_one()
        if call.dialog is None:
            messages = of_call({**call.cdr, "id": inserted})
            if call.cdr["direction"] == "outbound" and (call.cdr["sip_code"] or 0) >= 400:
                self.failed.append({**call.cdr, "id": inserted})
        else:
            dialog = tables().dialog
            connection.execute(delete(dialog).where(dialog.c.callid == call.dialog["callid"]))
            messages = end_of_dialog(call.dialog, self.seen, call.ends, call.cdr["hung_up_by"] == "callee")
        self._trace(connection, messages)
        self._traced += [call_id for call_id in (call.cdr["call_id_a"], call.cdr["call_id_b"]) if call_id]
        trace = tables().sip_trace
        while len(self._traced) > TRACES_KEPT:
            connection.execute(delete(trace).where(trace.c.callid == self._traced.popleft()))

    def _trace(self, connection: Connection, messages: Iterator[Sent]) -> None:
        rows = [trace_row(message, exact) for message in messages]
        if rows:
            connection.execute(insert(tables().sip_trace), rows)
