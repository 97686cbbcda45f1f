"""Other calls that a call's messages name: those that a transfer or a pick-up replaces (RFC 3891, RFC 3515)."""

from __future__ import annotations

import re
from urllib.parse import unquote

from partnertui.calls.model import Trace

_IN_REFER_TO = re.compile(r"[?&;]Replaces=([^&>]+)", re.IGNORECASE)
MAX_LENGTH = 1_000
"""Characters of a header that are looked at."""


def related_calls(trace: Trace) -> dict[str, str]:
    """Call-IDs of other calls, each with how it is named: `Replaces`, or `Refer-To`."""
    found: dict[str, str] = {}
    for message in trace.messages:
        headers = message.reading.headers
        replaced = headers.first("replaces")[:MAX_LENGTH].partition(";")[0].strip()
        if replaced:
            found.setdefault(replaced, "Replaces")
        match = _IN_REFER_TO.search(headers.first("refer-to")[:MAX_LENGTH])
        if match:
            found.setdefault(unquote(match[1]).partition(";")[0].strip(), "Refer-To")
    return {call_id: how for call_id, how in found.items() if call_id and call_id not in trace.call_ids}
