"""Demo rows of Kamailio's `sip_trace`: newest calls, calls in progress, registrations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, RowMapping, select

from partnertui.db.kamailio.tables import tables
from partnertui.db.models import Cdr
from partnertui.demo.collected_rows import Row
from partnertui.demo.sip_messages import SERVER, SIGNATURE, Leg, Place, Sent, later, register, sdp

NEWEST = 400
"""The number of calls with a trace, which are the newest ones."""
OFFER = ("PCMA", "PCMU", "G722", "opus", "G729")
BARRED = "Destination not allowed for this account"
Call: TypeAlias = Mapping[str, Any] | RowMapping
"""A row of the CDR table, of `location` or of `dialog`."""


def traces(exact: Callable[[datetime], datetime]) -> Callable[[Connection], None]:
    """Returns work that fills the table; `exact` rounds a time to one that the database stores exactly."""

    def work(connection: Connection) -> None:
        kamailio = tables()
        calls = (
            connection.execute(select(*Cdr.__table__.c).order_by(Cdr.started_at.desc()).limit(NEWEST)).mappings().all()
        )
        sent = [message for call in calls if call["call_id_a"] for message in of_call(call)]
        phones = connection.execute(select(kamailio.location)).mappings().all()
        for row in phones:
            sent += of_registration(row)
        seen = {row["contact"]: row["received"] for row in phones if row["received"]}
        for row in connection.execute(select(kamailio.dialog)).mappings():
            sent += of_dialog(row, seen)
        rows = [trace_row(message, exact) for message in sorted(sent, key=lambda message: message.at)]
        for start in range(0, len(rows), 500):
            connection.execute(kamailio.sip_trace.insert(), rows[start : start + 500])

    return work


def trace_row(message: Sent, exact: Callable[[datetime], datetime]) -> Row:
    """The row of a message in `sip_trace`."""
    ends = [f"udp:[{host}]:{port}" if ":" in host else f"udp:{host}:{port}" for host, port in message[1:3]]
    return {
        "time_stamp": exact(message.at.replace(microsecond=0)),
        "time_us": message.at.microsecond,
        "callid": message.call_id,
        "traced_user": None,
        "msg": message.text,
        "method": message.method,
        "status": message.status,
        "fromip": ends[0],
        "toip": ends[1],
        "fromtag": None,
        "totag": None,
        "direction": "in" if message.target == SERVER else "out",
    }


def of_call(call: Call) -> Iterator[Sent]:
    """All messages of a CDR."""
    near, far = _legs(call)
    at, pdd = call["started_at"], call["pdd_ms"] or 600
    offer = sdp(near.local[0], 16_000 + call["id"] % 8_000 * 2, *OFFER)
    number = 1
    if call["direction"] != "inbound":
        yield near.request(at, "INVITE", 1, sdp=offer)
        challenge = f'Digest realm="example.net", nonce="n{near.tag}", algorithm=MD5, qop="auth"'
        yield near.answer(
            later(at, 2), 407, "INVITE", 1, signed=SIGNATURE.strip(), more={"Proxy-Authenticate": challenge}
        )
        yield near.request(later(at, 30), "ACK", 1, first=True)
        number, at = 2, later(at, 31)
    secret = {"Proxy-Authorization": f'Digest username="{near.caller}", nonce="n{near.tag}", response="x"'}
    yield near.request(at, "INVITE", number, sdp=offer, more=secret if number == 2 else {})
    yield near.answer(later(at, 3), 100, "INVITE", number, signed=SIGNATURE.strip())
    if far is None:
        yield from _refused(near, at, call, number, by_server=True)
        return
    passed = sdp(SERVER[0], 30_000 + call["id"] % 8_000 * 2, *OFFER[:3])
    yield far.request(later(at, 6), "INVITE", 1, sdp=passed)
    scene = SCENES.get(call["disposition"], _failed)
    yield from scene(call, near, far, at, pdd, number)


def _legs(call: Call) -> tuple[Leg, Leg | None]:
    near: Place = (call["source_ip"], 5060)
    same = call["source_ip"] == call["destination_ip"]
    caller, called = call["source_number"] or "anonymous", call["destination_number"] or "unknown"
    agents = (call["source_user_agent"] or "unknown", "partner-switch 5.6")
    first = Leg(call["call_id_a"], near, SERVER, caller, called, agents)
    if not call["destination_ip"] or not call["call_id_b"]:
        return first, None
    far: Place = (call["destination_ip"], 5062 if same else 5060)
    agents = ("partner-switch 5.6", call["destination_user_agent"] or "unknown")
    return first, Leg(call["call_id_b"], SERVER, far, caller, called, agents, f"X-CID: {call['call_id_a']}")


def _refused(near: Leg, at: datetime, call: Call, number: int, *, by_server: bool = False) -> Iterator[Sent]:
    """A refusal on the caller's leg."""
    code = call["sip_code"] or 500
    reason = BARRED if code == 403 else ""
    cause = f"Q.850;cause={call['q850_cause']}" if call["q850_cause"] else ""
    signed = SIGNATURE.strip() if by_server else ""
    yield near.answer(
        later(at, 9), code, "INVITE", number, signed=signed, reason=reason, more={"Reason": cause} if cause else {}
    )
    yield near.request(later(at, 40), "ACK", number, first=True)


def _rings(near: Leg, far: Leg, at: datetime, pdd: float, number: int) -> Iterator[Sent]:
    yield far.answer(later(at, 30), 100, "INVITE", 1)
    yield far.answer(later(at, pdd - 4), 180, "INVITE", 1)
    yield near.answer(later(at, pdd), 180, "INVITE", number)


def _answered(call: Call, near: Leg, far: Leg, at: datetime, pdd: float, number: int) -> Iterator[Sent]:
    rung = pdd + 2_000 + call["id"] % 9_000
    taken, over = later(at, rung), later(at, rung + call["duration"] * 1000)
    codec = call["codec"] or "PCMA"
    yield from _rings(near, far, at, pdd, number)
    yield far.answer(taken, 200, "INVITE", 1, sdp=sdp(far.remote[0], 40_000, codec if codec in OFFER[:3] else "PCMA"))
    yield far.request(later(taken, 2), "ACK", 1)
    yield near.answer(later(taken, 4), 200, "INVITE", number, sdp=sdp(SERVER[0], 30_002, codec))
    yield near.request(later(taken, 34), "ACK", number)
    yield from _ended(call, near, far, over)


def _ended(call: Call, near: Leg, far: Leg | None, over: datetime) -> Iterator[Sent]:
    why = {"Reason": f'Q.850;cause={call["q850_cause"] or 16};text="Normal call clearing"'}
    by = call["hung_up_by"]
    back = by != "caller"
    legs = [leg for leg in ((far, near) if by == "callee" else (near, far)) if leg is not None]
    for index, leg in enumerate(legs):
        at = later(over, index * 3)
        # the server takes the BYE of one side and sends one of its own to the other
        sent_back = back if leg is near else back and by == "callee"
        yield leg.request(at, "BYE", 9, back=sent_back, more=why)
        yield leg.answer(later(at, 20), 200, "BYE", 9, back=sent_back)


def _voicemail(call: Call, near: Leg, far: Leg, at: datetime, pdd: float, number: int) -> Iterator[Sent]:
    """Nobody answers: the server stops the ringing and answers the call itself."""
    gone = later(at, pdd + 20_000)
    yield from _rings(near, far, at, pdd, number)
    yield from _stopped(far, gone, 1)
    yield near.answer(later(gone, 8), 200, "INVITE", number, sdp=sdp(SERVER[0], 30_002, call["codec"] or "PCMA"))
    yield near.request(later(gone, 40), "ACK", number)
    yield from _ended(call, near, None, later(gone, 40 + call["duration"] * 1000))


def _stopped(leg: Leg, at: datetime, number: int) -> Iterator[Sent]:
    yield leg.request(at, "CANCEL", number, first=True)
    yield leg.answer(later(at, 12), 200, "CANCEL", number)
    yield leg.answer(later(at, 14), 487, "INVITE", number)
    yield leg.request(later(at, 16), "ACK", number, first=True)


def _cancelled(call: Call, near: Leg, far: Leg, at: datetime, pdd: float, number: int) -> Iterator[Sent]:
    gone = later(at, pdd + 3_000 + call["id"] % 20_000)
    yield from _rings(near, far, at, pdd, number)
    yield from _stopped(near, gone, number)
    yield from _stopped(far, later(gone, 3), 1)


def _no_answer(call: Call, near: Leg, far: Leg, at: datetime, pdd: float, number: int) -> Iterator[Sent]:
    if call["sip_code"] == 408:  # the phone is silent: the INVITE is sent again and again
        for after in (506, 1_506, 3_506, 7_506):
            yield far.request(
                later(at, after), "INVITE", 1, sdp=sdp(SERVER[0], 30_000 + call["id"] % 8_000 * 2, *OFFER[:3])
            )
        yield from _refused(near, later(at, 8_000), call, number, by_server=True)
        return
    gone = later(at, pdd + 30_000)
    yield from _rings(near, far, at, pdd, number)
    yield far.answer(gone, 480, "INVITE", 1)
    yield far.request(later(gone, 2), "ACK", 1, first=True)
    yield from _refused(near, gone, call, number)


def _failed(call: Call, near: Leg, far: Leg, at: datetime, pdd: float, number: int) -> Iterator[Sent]:
    """Refused by the next hop."""
    code, gone = call["sip_code"] or 500, later(at, 80)
    more = {"Contact": "<sip:voicemail@example.net>"} if code == 302 else {}
    yield far.answer(gone, code, "INVITE", 1, more=more)
    yield far.request(later(gone, 2), "ACK", 1, first=True)
    yield from _refused(near, gone, call, number)


SCENES: dict[str, Callable[[Call, Leg, Leg, datetime, float, int], Iterator[Sent]]] = {
    "answered": _answered,
    "voicemail": _voicemail,
    "cancelled": _cancelled,
    "no answer": _no_answer,
}


def of_registration(row: Call) -> Iterator[Sent]:
    """The first REGISTER of a registered phone."""
    place = _where(row["received"] or row["contact"])
    span = max(60, int((row["expires"] - row["last_modified"]).total_seconds()))
    leg = Leg(row["callid"], place, SERVER, row["username"], row["username"], (row["user_agent"], "partner-switch 5.6"))
    yield from register(leg, row["last_modified"], span)


def of_dialog(row: Call, seen: Mapping[str, str]) -> Iterator[Sent]:
    """A call in progress: answered, without a BYE.

    `seen` maps contacts of phones behind NAT to their public address.
    """
    ends, near, far = _dialog_legs(row, seen)
    taken = datetime.fromtimestamp(row["start_time"], UTC)
    at = later(taken, -6_000)
    offer, answer = sdp(ends[0][0], 16_000, *OFFER), sdp(ends[1][0], 40_000, "PCMA")
    yield near.request(at, "INVITE", 1, sdp=offer)
    yield near.answer(later(at, 3), 100, "INVITE", 1, signed=SIGNATURE.strip())
    yield far.request(later(at, 5), "INVITE", 1, sdp=offer)
    yield from _rings(near, far, at, 700, 1)
    for leg, wait in ((far, 0), (near, 4)):
        yield leg.answer(later(taken, wait), 200, "INVITE", 1, sdp=answer)
    for leg, wait in ((near, 34), (far, 36)):
        yield leg.request(later(taken, wait), "ACK", 1)


def end_of_dialog(row: Call, seen: Mapping[str, str], at: datetime, by_callee: bool) -> Iterator[Sent]:
    """The BYE of a call that was in progress, on both legs."""
    _, near, far = _dialog_legs(row, seen)
    ended = {"hung_up_by": "callee" if by_callee else "caller", "q850_cause": 16}
    yield from _ended(ended, near, far, at)


def _dialog_legs(row: Call, seen: Mapping[str, str]) -> tuple[list[Place], Leg, Leg]:
    """Both ends of a call in progress, and its legs."""
    ends = [_where(seen.get(row[name], row[name])) for name in ("caller_contact", "callee_contact")]
    caller, called = (row[name].removeprefix("sip:").partition("@")[0] for name in ("from_uri", "to_uri"))
    near = Leg(row["callid"], ends[0], SERVER, caller, called, ("unknown", "partner-switch 5.6"))
    far = Leg(row["callid"], SERVER, ends[1], caller, called, ("partner-switch 5.6", "unknown"))
    return ends, near, far


def _where(contact: str) -> Place:
    uri = contact.removeprefix("sip:").rpartition("@")[2].partition(";")[0]
    host, _, port = uri.rpartition(":")
    return (host.strip("[]"), int(port)) if port.isdigit() and host else (uri.strip("[]"), 5060)
