"""Lists the calls of indexed captures by Call-ID, without reading the captures again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from partnertui.calls.call_assembly import build_calls
from partnertui.calls.call_statistics import BY_CODE, Outcome
from partnertui.calls.diagnosis.diagnose import diagnose
from partnertui.calls.diagnosis.verdict import Verdict
from partnertui.calls.guessed_legs import MAX_LEG_GAP_US
from partnertui.calls.trace_model import Message
from partnertui.captures.call_id_index import Index
from partnertui.captures.indexed_call_loader import CallLoader
from partnertui.domain.sip_and_q850_codes import CHALLENGES


@dataclass(slots=True)
class CallEntry:
    """A Call-ID: what it is, when, between whom, its last final answer (0 for none), messages, files (IDs)."""

    call_id: str
    method: str
    first_us: int
    last_us: int
    from_user: str
    to_user: str
    code: int
    messages: int
    files: tuple[int, ...]

    @property
    def outcome(self) -> Outcome:
        """How it ended, as far as the code tells."""
        if not self.code:
            return Outcome.INCOMPLETE
        if self.code < 300:
            return Outcome.ANSWERED if self.method == "INVITE" else Outcome.OK
        return BY_CODE.get(self.code, Outcome.FAILED) if self.method == "INVITE" else Outcome.FAILED


def list_calls(index: Index, files: Sequence[int]) -> list[CallEntry]:
    """All Call-IDs of some files in order of time, those of several files once."""
    found: dict[str, CallEntry] = {}
    only = f"file IN ({','.join(map(str, files))})"
    rows = index.connection.stream(
        "SELECT call_id, method, first_us, last_us, from_user, to_user, code, messages, file FROM parts"
        f" WHERE {only} ORDER BY first_us"
    )
    for row in rows:
        fields = (*row[:-1], (row[-1],))
        _join(found, CallEntry(*fields))
    by_path = {str(path): file for file, path in index.paths().items()}
    for message in index.assembled(only, ()):
        _join(found, _of(message, by_path.get(message.origin, 0)))
    return sorted(found.values(), key=lambda one: (one.first_us, one.call_id))


def _of(message: Message, file: int) -> CallEntry:
    reading = message.reading
    code = message.status if message.status >= 200 else 0
    return CallEntry(
        message.call_id,
        message.method,
        message.time_us,
        message.time_us,
        reading.from_user,
        reading.to_user,
        code,
        1,
        (file,),
    )


def _join(found: dict[str, CallEntry], part: CallEntry) -> None:
    """Adds what was found of a Call-ID, parts given in order of time."""
    known = found.setdefault(part.call_id, part)
    if known is part:
        return
    # As in the first pass: the INVITE is what matters, and a challenge is no outcome where another answer is known.
    if part.method == "INVITE" != known.method:
        known.method, known.code = "INVITE", 0
    if part.code and part.method == known.method and not (part.code in CHALLENGES and known.code):
        known.code = part.code
    known.first_us, known.last_us = min(known.first_us, part.first_us), max(known.last_us, part.last_us)
    known.messages += part.messages
    known.files = tuple(dict.fromkeys((*known.files, *part.files)))


def files_under(index: Index, opened: str) -> dict[int, Path]:
    """Files of the index that are a path, or in that folder; all of them for no path. Those that are gone are not."""
    below = opened.rstrip("/") + "/"
    return {
        file: path
        for file, path in index.paths().items()
        if (not opened or str(path) == opened or str(path).startswith(below)) and path.exists()
    }


def verdicts(index: Index, call_ids: Sequence[str], files: Sequence[int]) -> Iterator[tuple[str, Verdict]]:
    """Verdicts of calls by their signalling alone, with the legs that headers tie to them; audio is not looked at."""
    loader = CallLoader(index)
    try:
        tied = [*call_ids, *sorted(index.linked(call_ids))] if call_ids else []
        messages = [*loader.messages(index.find_in(tied, files)), *index.assembled_in(tied, files)]
    finally:
        loader.close()
    for trace in build_calls(messages):
        verdict = diagnose(trace).verdict
        yield from ((call_id, verdict) for call_id in trace.call_ids)


def answered_call_like(index: Index, call: CallEntry, files: Sequence[int]) -> str:
    """The Call-ID of the last answered call before this one with the same two parties, else of the first after it.

    Empty where these files have none. What began within some seconds may be another leg of it and doesn't count.
    """
    only = f"file IN ({','.join(map(str, files))})"
    rows = index.connection.execute(
        f"SELECT call_id, first_us FROM parts WHERE {only} AND method = 'INVITE' AND code BETWEEN 200 AND 299"
        " AND from_user = ? AND to_user = ? AND call_id <> ? AND abs(first_us - ?) > ? ORDER BY first_us",
        (call.from_user, call.to_user, call.call_id, call.first_us, MAX_LEG_GAP_US),
    ).fetchall()
    earlier = [call_id for call_id, first_us in rows if first_us < call.first_us]
    return earlier[-1] if earlier else rows[0][0] if rows else ""


def registration_call_ids(index: Index, user: str) -> list[str]:
    """Call-IDs of REGISTER requests for a user (the user part of To), oldest first."""
    parts = index.connection.stream(
        "SELECT call_id FROM parts WHERE method = 'REGISTER' AND to_user = ? GROUP BY call_id ORDER BY min(first_us)",
        (user,),
    )
    found = dict.fromkeys(call_id for (call_id,) in parts)
    assembled = index.assembled("instr(data, ?) = 1", (b"REGISTER ",))
    return list(found | dict.fromkeys(one.call_id for one in assembled if one.reading.to_user == user))
