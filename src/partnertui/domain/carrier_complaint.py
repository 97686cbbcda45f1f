"""The text of a complaint to a carrier about failed calls, with the details that its engineers need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from partnertui.domain.call_enums import Disposition
from partnertui.domain.plurals import plural
from partnertui.domain.safe_text import one_line
from partnertui.domain.sip_and_q850_codes import NETWORK_CAUSES, q850_words, sip_words

COMPLAINED = frozenset({Disposition.CONGESTION, Disposition.FAILED})
"""Results for which a carrier may be to blame: congestion, no route, unreachable."""
MOST_LISTED = 50
"""Calls that are listed one by one."""
SHORTEST_E164 = 8


@dataclass(frozen=True)
class CarrierFailure:
    """A call that a carrier didn't put through. `at` has microseconds where they are known, else none."""

    at: datetime
    a_number: str
    b_number: str
    call_ids: tuple[str, ...]
    """That of the leg to the carrier first."""
    sip_code: int | None
    reason: str
    """The reason phrase or Warning as the carrier sent it; "" where only the code is known."""
    q850: int | None
    our_address: str
    their_address: str


def may_be_carriers_fault(disposition: object, direction: object, q850: int | None) -> bool:
    """Whether a finished call may be complained about: outbound, and ended by congestion or for want of a route."""
    return direction == "outbound" and (disposition in COMPLAINED or q850 in NETWORK_CAUSES)


def complaint_text(failures: Sequence[CarrierFailure], attempts: int | None) -> str:
    """The text for one carrier. `attempts`: calls to it from the first to the last failure; None if not counted."""
    ordered = sorted(failures, key=lambda one: one.at)
    first, last = ordered[0], ordered[-1]
    whom = _told(first.their_address) or "you"
    count = _counted(len(ordered), attempts)
    lines = [f"Subject: Calls to {whom} failing: {_usual(ordered)}", "", "Dear support team,", ""]
    when = f"between {_moment(first.at)} and {_moment(last.at)}" if len(ordered) > 1 else f"at {_moment(first.at)}"
    lines.append(f"{count} that we sent to {whom} {when} failed.")
    ours = list(dict.fromkeys(_told(one.our_address) for one in ordered if one.our_address))
    if ours:
        lines.append(f"We sent {'them' if len(ordered) > 1 else 'it'} from {', '.join(ours[:5])}.")
    lines += ["All times are in UTC, all numbers in E.164 format.", "", "Responses:"]
    lines += [f"  {times:>5} x {words}" for words, times in Counter(map(_response, ordered)).most_common()]
    for number, one in enumerate(ordered[:MOST_LISTED], 1):
        lines += ["", *_call_lines(number, one)]
    if len(ordered) > MOST_LISTED:
        more = plural(len(ordered) - MOST_LISTED, "more call isn't", "more calls aren't")
        lines += ["", f"{more} listed; we can send details on request."]
    lines += ["", "Please let us know the cause, and when calls will go through again."]
    return "\n".join(lines)


def _counted(failed: int, attempts: int | None) -> str:
    if attempts is None or attempts < failed:
        return f"{failed:,} calls" if failed > 1 else "One call"
    share = 100 * failed / attempts
    calls = "call" if attempts == 1 else "calls"
    shown = "under 1%" if share < 1 else "over 99%" if 99 < share < 100 else f"{share:.0f}%"
    return f"{failed:,} of {attempts:,} {calls} ({shown})"


def _call_lines(number: int, one: CarrierFailure) -> list[str]:
    """A call as a block: Call-IDs are too long for the column of a table."""
    facts = [
        ("Time", _moment(one.at)),
        ("A number", _number(one.a_number)),
        ("B number", _number(one.b_number)),
        ("Response", _sip(one)),
        ("Q.850 cause", f"{one.q850}, {q850_words(one.q850)}" if one.q850 is not None else "not known"),
        *(("Call-ID", _told(call_id)) for call_id in one.call_ids),
        ("From, to", f"{_told(one.our_address) or 'not known'}, {_told(one.their_address) or 'not known'}"),
    ]
    start = f"{number}."
    return [f"{start if not index else '':<4}{label:<12}  {value}" for index, (label, value) in enumerate(facts)]


def _response(one: CarrierFailure) -> str:
    cause = f", Q.850 {one.q850} {q850_words(one.q850)}" if one.q850 is not None else ""
    return f"{_sip(one)}{cause}"


def _sip(one: CarrierFailure) -> str:
    if one.sip_code is None:
        return "no response recorded"
    return f"{one.sip_code} {_told(one.reason) or sip_words(one.sip_code)}"


def _usual(failures: Sequence[CarrierFailure]) -> str:
    return Counter(map(_sip, failures)).most_common(1)[0][0]


def _moment(at: datetime) -> str:
    """With milliseconds where they are known."""
    return f"{at.astimezone(UTC).isoformat(sep=' ', timespec='milliseconds' if at.microsecond else 'seconds')[:-6]} UTC"


def _number(number: str) -> str:
    told = _told(number)
    if told.isdigit() and len(told) >= SHORTEST_E164:
        return f"+{told}"
    return told or "withheld"


def _told(text: str) -> str:
    return one_line(text, 200)
