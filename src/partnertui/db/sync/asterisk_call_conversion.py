"""Converts a record of Asterisk to a call; the same from the cdr table and from Master.csv, so that it counts once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from partnertui.db.rows.type_aliases import Row
from partnertui.db.sync.switch_call import MAX_SECONDS, Call, Party, clean
from partnertui.db.sync.switch_times import parse_time
from partnertui.domain.call_enums import Disposition

COLUMNS = (
    "accountcode",
    "src",
    "dst",
    "dcontext",
    "clid",
    "channel",
    "dstchannel",
    "lastapp",
    "lastdata",
    "start",
    "answer",
    "end",
    "duration",
    "billsec",
    "disposition",
    "amaflags",
    "uniqueid",
    "userfield",
)
"""Columns of Master.csv (cdr_csv); the last two need `loguniqueid` and `loguserfield`."""
_DISPOSITIONS = {
    "ANSWERED": Disposition.ANSWERED,
    "NO ANSWER": Disposition.NO_ANSWER,
    "NOANSWER": Disposition.NO_ANSWER,
    "BUSY": Disposition.BUSY,
    "FAILED": Disposition.FAILED,
    "CONGESTION": Disposition.CONGESTION,
}
_BY_NUMBER = {"1": "NO ANSWER", "2": "FAILED", "4": "BUSY", "8": "ANSWERED", "16": "CONGESTION"}
"""AST_CDR_* values, of backends that store the number."""
_CHANNEL = re.compile(r"(?:SIP|PJSIP|IAX2)/([^/@\s]+)-[0-9a-fA-F]+(?:;[12])?")
_CLID = re.compile(r'\s*"?(.*?)"?\s*<([^>]*)>\s*')
_NOT_A_PARTY = frozenset({"s", "h", "i", "t", "anonymous", "unknown", ""})
"""Special extensions of the dialplan (start, hang-up, invalid, timeout), and callers without a number."""


def call_of(record: Row, zone: ZoneInfo | None) -> Call:
    """The call of a record; raises ValueError that says what is wrong."""
    text = {name.lower(): clean(value) for name, value in record.items()}
    started = parse_time(_time(record, "start", "calldate"), zone)
    disposition = _disposition(text)
    answered = disposition in (Disposition.ANSWERED, Disposition.VOICEMAIL)
    seconds = _seconds(text.get("billsec", "")) if answered else 0
    return Call(
        origin=_origin(text),
        started_at=started,
        disposition=disposition,
        duration=seconds,
        billed_seconds=seconds,
        source=Party(
            names=_names(_peer(text, "channel"), text.get("src", "")), display_name=_display_name(text.get("clid", ""))
        ),
        destination=Party(names=_names(text.get("dst", ""), _peer(text, "dstchannel"))),
        call_id=text.get("uniqueid", ""),
    )


def _time(record: Row, *names: str) -> object:
    for name in names:
        if record.get(name):
            return record[name]
    raise ValueError("it has no start time")


def _origin(text: Mapping[str, str]) -> str:
    """The channel's unique ID, and the channel called: each of these has a record of its own."""
    if not text.get("uniqueid"):
        whole = "\0".join(text.get(name, "") for name in COLUMNS)
        return f"asterisk:{hashlib.sha256(whole.encode()).hexdigest()[:32]}"
    other = text.get("dstchannel", "")
    return f"asterisk:{text['uniqueid']}" + (f"/{other}" if other else "")


def _disposition(text: Mapping[str, str]) -> Disposition:
    name = text.get("disposition", "").upper()
    found = _DISPOSITIONS.get(_BY_NUMBER.get(name, name))
    if found is None:
        raise ValueError(f"its disposition is “{name[:30]}”")
    if found is Disposition.ANSWERED and text.get("lastapp", "").lower() == "voicemail":
        return Disposition.VOICEMAIL
    return found


def _seconds(text: str) -> int:
    try:
        seconds = float(text or "0")
    except ValueError:
        raise ValueError(f"its billsec is “{text[:30]}”") from None
    if not 0 <= seconds < MAX_SECONDS:
        raise ValueError(f"its billsec is {text[:30]}")
    return round(seconds)


def _peer(text: Mapping[str, str], name: str) -> str:
    """The SIP user in a channel name such as PJSIP/1001-0000002a."""
    found = _CHANNEL.fullmatch(text.get(name, ""))
    return found[1] if found else ""


def _names(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name.lower() not in _NOT_A_PARTY))


def _display_name(clid: str) -> str:
    found = _CLID.fullmatch(clid)
    return found[1] if found and found[1] != found[2] else ""
