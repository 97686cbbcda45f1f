"""A complaint says all that a carrier needs to find the calls, and no more than is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from tests.ladder.ladder_samples import CARRIER, PHONE, PROXY, message

from partnertui.calls.call_assembly import build_trace
from partnertui.calls.last_carrier_response import carrier_failure
from partnertui.domain.call_enums import Disposition
from partnertui.domain.carrier_complaint import (
    MOST_LISTED,
    CarrierFailure,
    complaint_text,
    may_be_carriers_fault,
)

AT = datetime(2026, 3, 2, 9, 40, 11, 123_000, tzinfo=UTC)
ONE = CarrierFailure(
    AT, "442079460000", "4930123456", ("b@10.0.0.1", "a@phone"), 503, "", 34, "198.51.100.130", "203.0.113.66"
)
CEST = timezone(timedelta(hours=2))


def test_one_call() -> None:
    text = complaint_text([replace(ONE, at=AT.astimezone(CEST))], None)
    assert text.startswith("Subject: Calls to 203.0.113.66 failing: 503 Service Unavailable\n")
    for words in (
        "One call that we sent to 203.0.113.66 at 2026-03-02 09:40:11.123 UTC failed.",
        "1.  Time          2026-03-02 09:40:11.123 UTC",
        "A number      +442079460000",
        "B number      +4930123456",
        "Response      503 Service Unavailable",
        "Q.850 cause   34, no circuit available",
        "Call-ID       b@10.0.0.1",
        "Call-ID       a@phone",
        "From, to      198.51.100.130, 203.0.113.66",
    ):
        assert words in text


def test_count_share_and_codes_of_several() -> None:
    later = replace(ONE, at=AT.replace(microsecond=0) + timedelta(minutes=2), sip_code=404, q850=None)
    text = complaint_text([later, ONE, replace(ONE, at=AT + timedelta(minutes=1))], 12)
    assert "3 of 12 calls (25%) that we sent to 203.0.113.66 between 2026-03-02 09:40:11.123 UTC and" in text
    assert "2026-03-02 09:42:11 UTC failed." in text
    assert "    2 x 503 Service Unavailable, Q.850 34 no circuit available" in text
    assert "    1 x 404 Not Found" in text
    assert "Q.850 cause   not known" in text


def test_what_is_not_known_is_not_made_up() -> None:
    bare = CarrierFailure(AT, "", "1234", (), None, "", None, "", "")
    text = complaint_text([bare], None)
    assert "A number      withheld" in text
    assert "B number      1234" in text
    assert "Response      no response" in text
    assert "Call-ID" not in text
    assert "We sent" not in text


def test_many_calls_are_counted_and_hostile_words_are_harmless() -> None:
    text = complaint_text([replace(ONE, reason="Bad\x1b[31m\nSubject: x")] * (MOST_LISTED + 5), None)
    assert f"{MOST_LISTED}. " in text
    assert "5 more calls aren't listed" in text
    assert "\x1b" not in text
    assert "\nSubject: x" not in text


@pytest.mark.parametrize(
    ("disposition", "direction", "q850", "fits"),
    [
        (Disposition.CONGESTION, "outbound", None, True),
        (Disposition.REJECTED, "outbound", 34, True),
        (Disposition.REJECTED, "outbound", 25, True),
        (Disposition.REJECTED, "outbound", 43, False),  # discarded information is no want of a route or circuit
        (Disposition.BUSY, "outbound", 17, False),
        (Disposition.CONGESTION, "inbound", 34, False),
        (Disposition.ANSWERED, "outbound", 16, False),
    ],
)
def test_what_is_a_carriers_fault(disposition: Disposition, direction: str, q850: int | None, fits: bool) -> None:
    assert may_be_carriers_fault(disposition, direction, q850) == fits


def test_of_a_trace() -> None:
    refusal = 'Reason: Q.850;cause=34;text="No circuit"\r\n'
    trace = build_trace(
        [
            message(0, PHONE, PROXY, "INVITE"),
            message(20, PROXY, CARRIER, "INVITE"),
            message(90, CARRIER, PROXY, "503 All trunks busy", extra=refusal),
            message(95, PROXY, PHONE, "503 Service Unavailable"),
        ]
    )
    found = carrier_failure(trace)
    assert found is not None
    assert (found.sip_code, found.reason, found.q850) == (503, "All trunks busy", 34)
    assert (found.our_address, found.their_address) == (str(PROXY), str(CARRIER))
    assert carrier_failure(build_trace([*trace.messages, message(200, CARRIER, PROXY, "200 OK")])) is None
