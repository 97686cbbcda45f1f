"""Why an exchange ended, as its messages say: Reason (RFC 3326, with causes of Q.850) and Warning (RFC 3261)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from partnertui.calls.model import Message

_PROTOCOL = re.compile(r"\s*(Q\.850|SIP)\s*;", re.IGNORECASE)
_CAUSE = re.compile(r";\s*cause\s*=\s*(\d{1,3})", re.IGNORECASE)
_TEXT = re.compile(r'text\s*=\s*"([^"]*)"', re.IGNORECASE)
_QUOTED = re.compile(r'"([^"]+)"')
LONGEST, MOST_REASONS = 1_000, 20
"""Characters of a Reason, and how many of them in a message, are looked at."""
Q850 = {
    1: "unallocated number",
    2: "no route to the transit network",
    3: "no route to the destination",
    6: "channel unacceptable",
    16: "normal call clearing",
    17: "user busy",
    18: "no user responding",
    19: "no answer from the user",
    20: "subscriber absent",
    21: "call rejected",
    22: "number changed",
    25: "exchange routing error",
    26: "non-selected user clearing",
    27: "destination out of order",
    28: "invalid number format",
    29: "facility rejected",
    31: "normal, unspecified",
    34: "no circuit available",
    38: "network out of order",
    41: "temporary failure",
    42: "switching equipment congestion",
    43: "access information discarded",
    44: "requested circuit not available",
    47: "resource unavailable",
    50: "facility not subscribed",
    52: "outgoing calls barred",
    54: "incoming calls barred",
    55: "incoming calls barred within the closed user group",
    57: "bearer capability not authorized",
    58: "bearer capability not available",
    63: "service or option not available",
    65: "bearer capability not implemented",
    69: "facility not implemented",
    79: "service or option not implemented",
    81: "invalid call reference",
    87: "user not a member of the closed user group",
    88: "incompatible destination",
    95: "invalid message",
    96: "mandatory information missing",
    97: "message type not implemented",
    99: "information element not implemented",
    100: "invalid information element contents",
    102: "recovery on timer expiry",
    111: "protocol error",
    127: "interworking",
}
"""Names of causes (ITU-T Q.850, table 1)."""


class Causes(NamedTuple):
    """The first of each that the messages have: causes of Q.850 and SIP, the text of a Reason, a Warning."""

    q850: int | None = None
    reason: str = ""
    warning: str = ""
    sip: int | None = None

    @property
    def quote(self) -> str:
        """What was said, to be quoted: `cause 41, temporary failure: "Temporary failure"`; empty for nothing."""
        parts = []
        if self.q850 is not None:
            name = Q850.get(self.q850, "")
            parts.append(f"Q.850 cause {self.q850}" + (f", {name}" if name else ""))
        known = parts[0].lower() if parts else ""
        spoken = _QUOTED.search(self.warning)
        texts = (self.reason, spoken[1] if spoken else self.warning)
        parts += [f"“{text[:120]}”" for text in texts if text and text.lower() not in known]
        return ", ".join(parts)


def causes_of(messages: Iterable[Message]) -> Causes:
    """What messages say, in the order in which they are given."""
    q850, reason, warning, sip = Causes()
    for message in messages:
        headers = message.reading.headers
        for value in (whole[:LONGEST] for whole in headers.all("reason")[:MOST_REASONS]):
            text = _TEXT.search(value)
            q850 = _cause(value, "q.850") if q850 is None else q850
            sip = _cause(value, "sip") if sip is None else sip
            reason = reason or (text[1] if text else "")
        own = headers.first("x-asterisk-hangupcausecode").strip()
        q850 = int(own) if q850 is None and own.isdecimal() and len(own) < 4 else q850
        warning = warning or headers.first("warning")
    return Causes(q850, reason, warning, sip)


def _cause(value: str, protocol: str) -> int | None:
    """The cause of the first reason that is of this protocol."""
    for one in value.split(","):
        named = _PROTOCOL.match(one)
        if named is not None and named[1].lower() == protocol:
            match = _CAUSE.search(one)
            return int(match[1]) if match else None
    return None
