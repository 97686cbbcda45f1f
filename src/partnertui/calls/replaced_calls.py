"""Other calls that a call's messages name: those that a transfer or a pick-up replaces (RFC 3891, RFC 3515)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from urllib.parse import quote, unquote

from partnertui.calls.trace_model import Endpoint, Message, Trace
from partnertui.sip.lenient_parser import read

_IN_REFER_TO = re.compile(r"[?&;]Replaces=([^&>]+)", re.IGNORECASE)
_NAMES_ANOTHER = re.compile(rb"replaces[ \t]*[:=]")
MAX_LENGTH = 1_000
"""Characters of a header that are looked at."""
MOST_RELATED = 5
"""Other calls that are shown with one: those that it names, and that name it. A loop may name thousands."""
REPLACES = "replaces:"
"""Before the Call-ID, where what a message names is kept: what is replaced is another call and no leg of this one."""


def may_replace(data: bytes) -> bool:
    """False where the bytes of a message name no call that is replaced; quick, for most messages don't."""
    # a pattern in one case looks for its letters as bytes.find does; with IGNORECASE it tries every place
    return _NAMES_ANOTHER.search(data.lower()) is not None


def replaced_calls(message: Message) -> dict[str, str]:
    """Call-IDs that a message wants to replace, each with where it says so: `Replaces`, or `Refer-To`."""
    found = replaced_in(message.data) if may_replace(message.data) else {}
    return {call_id: how for call_id, how in found.items() if call_id != message.call_id}


def replaced_in(data: bytes) -> dict[str, str]:
    """The same out of the bytes of a message."""
    headers, found = read(data).headers, dict[str, str]()
    # Behind the Call-ID stand to-tag and from-tag (RFC 3891, section 6.1).
    replaced = headers.first("replaces")[:MAX_LENGTH].partition(";")[0].strip()
    if replaced:
        found[replaced] = "Replaces"
    match = _IN_REFER_TO.search(headers.first("refer-to")[:MAX_LENGTH])
    other = unquote(match[1]).partition(";")[0].strip() if match else ""
    if other:
        found.setdefault(other, "Refer-To")
    return found


def escaped(call_id: str) -> str:
    """A Call-ID as it is written inside of Refer-To."""
    # The unreserved characters (RFC 3261, section 25.1). "@" isn't one, so most Call-IDs look different there.
    return quote(call_id, safe="-_.!~*'()")


def related_calls(trace: Trace) -> dict[str, str]:
    """Call-IDs of other calls, each with how it is named: `Replaces`, or `Refer-To`; `names this call` for the rest."""
    own, found = set(trace.own_call_ids), dict[str, str]()
    for index, message in enumerate(trace.messages):
        named = replaced_calls(message)
        if index not in trace.others:
            for call_id, how in named.items():
                found.setdefault(call_id, how)
        elif own & named.keys():
            found.setdefault(message.call_id, "refers to this call")
    return {call_id: how for call_id, how in found.items() if call_id not in own}


def with_related(trace: Trace, naming: Iterable[str], find: Callable[[str], Trace | None]) -> Trace:
    """The call with those that it names, or that name it; `find` gives the call of a Call-ID, with all its legs.

    Nothing but these headers joins two calls, and only what was captured.
    """
    known = set(trace.call_ids)
    found: list[Trace] = []
    for call_id in list(dict.fromkeys([*related_calls(trace), *naming]))[: 4 * MOST_RELATED]:
        other = find(call_id) if call_id not in known and len(found) < MOST_RELATED else None
        if other is not None and not known.intersection(other.call_ids) and _tied(trace, other):
            known |= set(other.call_ids)
            found.append(other)
    return together(trace, found) if found else trace


def _tied(one: Trace, other: Trace) -> bool:
    """True where one of them names the other."""
    return any(set(b.call_ids) & related_calls(a).keys() for a, b in ((one, other), (other, one)))


def together(trace: Trace, others: Iterable[Trace]) -> Trace:
    """One trace of several calls, in order of time; verdict and figures stay those of the first."""
    parts = [trace, *others]
    order = sorted(
        ((part, index) for part, one in enumerate(parts) for index in range(len(one.messages))),
        key=lambda place: (parts[place[0]].messages[place[1]].time_us, place),
    )
    at = {place: number for number, place in enumerate(order)}
    return Trace(
        messages=tuple(parts[part].messages[index] for part, index in order),
        sides=tuple(parts[part].sides[index] for part, index in order),
        repeats={at[n, later]: at[n, first] for n, one in enumerate(parts) for later, first in one.repeats.items()},
        copies=frozenset(at[n, index] for n, one in enumerate(parts) for index in one.copies),
        joined_by=trace.joined_by,
        guessed=trace.guessed,
        missing=tuple(dict.fromkeys(words for one in parts for words in one.missing)),
        record=trace.record,
        # Reversed, so that the first call's own clocks win.
        clocks={origin: offset for one in reversed(parts) for origin, offset in one.clocks.items()},
        others=frozenset(number for (part, _), number in at.items() if part),
    )


def own_part(trace: Trace) -> tuple[Trace, tuple[int, ...]]:
    """The call alone, without those that were joined to it; and where its messages are in the whole trace."""
    places = tuple(index for index in range(len(trace.messages)) if index not in trace.others)
    if not trace.others:
        return trace, places
    mine, foreign = _media(trace, places), _media(trace, sorted(trace.others))
    ends = ((one, {one.source, one.destination}) for one in trace.streams)
    kept = tuple(one for one, pair in ends if mine & pair or not foreign & pair)
    return replace(some_messages(trace, places), streams=kept), places


def some_messages(trace: Trace, places: Sequence[int]) -> Trace:
    """The trace with the messages at these places alone, in order."""
    at = {index: number for number, index in enumerate(places)}
    return replace(
        trace,
        messages=tuple(trace.messages[index] for index in places),
        sides=tuple(trace.sides[index] for index in places),
        repeats={at[later]: at[first] for later, first in trace.repeats.items() if later in at and first in at},
        copies=frozenset(at[index] for index in trace.copies if index in at),
        others=frozenset(at[index] for index in trace.others if index in at),
    )


def _media(trace: Trace, places: Iterable[int]) -> set[Endpoint]:
    """Where these messages want to get audio and pictures."""
    described = (trace.messages[index].sdp for index in places)
    return {Endpoint(media.address, media.port) for sdp in described if sdp is not None for media in sdp.media}
