"""Why an exchange ended, by its Reason (RFC 3326, with Q.850 causes) and Warning (RFC 3261) headers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from partnertui.domain.sip_and_q850_codes import Q850_WORDS

if TYPE_CHECKING:
    from partnertui.calls.trace_model import Message

_PROTOCOL = re.compile(r"\s*(Q\.850|SIP)\s*;", re.IGNORECASE)
_CAUSE = re.compile(r";\s*cause\s*=\s*(\d{1,3})", re.IGNORECASE)
_TEXT = re.compile(r'text\s*=\s*"([^"]*)"', re.IGNORECASE)
_QUOTED = re.compile(r'"([^"]+)"')
LONGEST, MOST_REASONS = 1_000, 20
"""Characters of a Reason, and how many of them in a message, are looked at."""


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
            name = Q850_WORDS.get(self.q850, "")
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
        said = headers.first("warning")
        # SER and Kamailio put what they know for developers there, whatever the answer
        warning = warning or ("" if "noisy feedback" in said.lower() else said)
    return Causes(q850, reason, warning, sip)


def _cause(value: str, protocol: str) -> int | None:
    """The cause of the first reason that is of this protocol."""
    for one in value.split(","):
        named = _PROTOCOL.match(one)
        if named is not None and named[1].lower() == protocol:
            match = _CAUSE.search(one)
            return int(match[1]) if match else None
    return None
