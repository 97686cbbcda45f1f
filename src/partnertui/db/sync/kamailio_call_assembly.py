"""Assembles calls from Kamailio's rows: times from acc_cdrs, codes and BYEs from acc, failures from missed_calls.

A failed attempt and an answered call with the same Call-ID are two CDRs, because phones retry with the same Call-ID.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from partnertui.db.rows.type_aliases import Row
from partnertui.db.sync import kamailio_tables as names
from partnertui.db.sync.kamailio_tables import first
from partnertui.db.sync.switch_call import MAX_SECONDS, Call, Party
from partnertui.db.sync.switch_times import parse_time
from partnertui.domain.call_enums import HungUpBy
from partnertui.domain.sip_and_q850_codes import (
    CHALLENGES,
    NO_ANSWER,
    NO_USER_RESPONDING,
    disposition_from_sip,
    q850_from_sip,
)

Fields = Row
FAILED_SUFFIX = "#failed"
"""Suffix of a failed attempt's origin."""
_ALERTING = frozenset({"180", "181", "182", "183"})
_BY_CALLEE = frozenset({480, 486, 488, 600, 603, 606, 607, 608})


class Legs:
    """The rows of acc and missed_calls with one Call-ID."""

    def __init__(self, acc: Sequence[Fields], missed: Sequence[Fields]) -> None:
        invites = [row for row in acc if row.get("method") == "INVITE" and _code(row) not in CHALLENGES]
        self.answered = next((row for row in invites if 200 <= _code(row) < 300), None)
        self.failed = next((row for row in reversed(invites) if _code(row) >= 300), None)
        self.bye = next((row for row in acc if row.get("method") == "BYE"), None)
        self.missed = missed
        self.only_missed = bool(missed) and not invites
        if self.only_missed:
            self.failed = missed[-1]

    @property
    def failed_code(self) -> int | None:
        """The response code of the called side."""
        # a proxy replaces 503 by 500 (RFC 3261, section 16.7, step 6)
        code = _code(self.failed) if self.failed else 0
        if code == 500 and any(_code(row) == 503 for row in self.missed):
            return 503
        return code or None

    def hung_up_by(self) -> HungUpBy | None:
        """The side that sent the BYE, by its From tag."""
        if self.answered is None or self.bye is None:
            return None
        tags = {self.answered.get("from_tag"): HungUpBy.CALLER, self.answered.get("to_tag"): HungUpBy.CALLEE}
        return tags.get(self.bye.get("from_tag"))


def from_cdr(callid: str, row: Fields, legs: Legs, zone: ZoneInfo | None) -> tuple[Call, bool]:
    """The call of a row of acc_cdrs, and whether rows about its end are still missing.

    Raises ValueError for a time or duration that isn't valid.
    """
    duration = float(row.get("duration") or 0)
    if not 0 <= duration < MAX_SECONDS:
        raise ValueError(f"its duration is {duration:g} seconds")
    started = parse_time(row["start_time"], zone)
    if duration <= 0 and legs.failed is not None:
        return _failed(callid, started, legs, [row, legs.failed]), False
    if legs.answered is None and duration <= 0:
        return _failed(callid, started, legs, [row]), True
    facts = [row, legs.answered] if legs.answered else [row]
    return _answered(callid, started, duration, legs, facts), False


def from_acc(callid: str, legs: Legs, zone: ZoneInfo | None) -> Iterator[Call]:
    """The finished calls of one Call-ID, from acc and missed_calls alone.

    Raises ValueError for a time that isn't valid.
    """
    if legs.failed is not None and not (legs.only_missed and legs.answered):
        yield _failed(callid, parse_time(legs.failed["time"], zone), legs, [legs.failed])
    if legs.answered is not None and legs.bye is not None:
        begin, end = parse_time(legs.answered["time"], zone), parse_time(legs.bye["time"], zone)
        yield _answered(callid, begin, max((end - begin).total_seconds(), 0), legs, [legs.answered])


def _answered(callid: str, started: datetime, duration: float, legs: Legs, facts: Sequence[Fields]) -> Call:
    seconds = round(duration)
    code = _code(legs.answered) if legs.answered else 200
    return Call(
        origin=f"kamailio:{callid}",
        started_at=started,
        disposition=disposition_from_sip(code, answered=True),
        duration=seconds,
        billed_seconds=seconds,
        sip_code=code,
        q850_cause=q850_from_sip(200),
        hung_up_by=legs.hung_up_by(),
        source=_source(facts),
        destination=_destination(facts),
        call_id=callid,
    )


def _failed(callid: str, started: datetime, legs: Legs, facts: Sequence[Fields]) -> Call:
    code = legs.failed_code
    return Call(
        origin=f"kamailio:{callid}{FAILED_SUFFIX}",
        started_at=started,
        disposition=disposition_from_sip(code, answered=False),
        sip_code=code,
        q850_cause=_cause(code, facts),
        hung_up_by=_refused_by(code),
        source=_source(facts),
        destination=_destination(facts),
        call_id=callid,
    )


def _cause(code: int | None, facts: Sequence[Fields]) -> int | None:
    """The Q.850 cause of a failed call: a timeout is told apart by whether the called side was alerting."""
    reply = _any(facts, names.REPLY)
    if code != 408 or not reply:
        return q850_from_sip(code)
    return NO_ANSWER if reply in _ALERTING else NO_USER_RESPONDING


def _refused_by(code: int | None) -> HungUpBy | None:
    if code is None:
        return None
    # The answer to an INVITE that its caller cancelled (RFC 3261, section 21.4.25).
    if code == 487:
        return HungUpBy.CALLER
    return HungUpBy.CALLEE if code in _BY_CALLEE else HungUpBy.SERVER


def _source(facts: Sequence[Fields]) -> Party:
    return Party(
        names=_all(facts, names.SOURCE),
        domain=_any(facts, names.SOURCE_DOMAIN),
        ip=_any(facts, names.SOURCE_IP),
        user_agent=_any(facts, names.SOURCE_AGENT),
    )


def _destination(facts: Sequence[Fields]) -> Party:
    """The called party, with the dialled number first."""
    # acc's request URI is a contact once the callee was looked up
    return Party(
        names=tuple(dict.fromkeys((*_all(facts, names.DIALLED), *_all(facts, names.DESTINATION)))),
        domain=_any(facts, names.DESTINATION_DOMAIN),
        ip=_any(facts, names.DESTINATION_IP),
        user_agent=_any(facts, names.DESTINATION_AGENT),
    )


def _all(facts: Sequence[Fields], columns: Sequence[str]) -> tuple[str, ...]:
    found = (first(row, columns) for row in facts)
    return tuple(dict.fromkeys(name for name in found if name))


def _any(facts: Sequence[Fields], columns: Sequence[str]) -> str:
    return next((found for row in facts if (found := first(row, columns))), "")


def _code(row: Fields) -> int:
    text = str(row.get("sip_code") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
