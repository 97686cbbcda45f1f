"""Hostile SIP: 100,000 mutated messages, each read as a trace reads it and parsed as an answer is; the slowest of them.

usage: python bench/torture.py [MESSAGES]
"""

from __future__ import annotations

import gc
import random
import sys
import time
from contextlib import suppress
from pathlib import Path

from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.lenient_parser import read
from partnertui.sip.message import parse_message
from table_print import median, show

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.sip.test_lenient_parser import mutated


def milliseconds(data: bytes) -> float:
    """One message, both ways, with all that is looked at in it; processor time, for a busy machine."""
    begun = time.thread_time()
    reading = read(data)
    _ = (
        reading.call_id,
        reading.from_user,
        reading.to_user,
        reading.branch,
        reading.from_tag,
        reading.start,
        reading.sdp,
    )
    with suppress(SipSyntaxError):
        parse_message(data)
    return (time.thread_time() - begun) * 1000


def main() -> None:
    """Prints the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    chance = random.Random(2026)
    gc.freeze()
    found = [milliseconds(mutated(chance)) for _ in range(count)]
    rows = [
        ("messages", f"{count:,}"),
        ("median", f"{median(found):.3f} ms"),
        ("slowest", f"{max(found):.2f} ms"),
        ("over 10 ms", f"{sum(one > 10 for one in found)}"),
    ]
    show("Mutated SIP messages", ("", ""), rows)


if __name__ == "__main__":
    main()
