"""What an agent reads after a SIP test."""

from __future__ import annotations

import pytest

from partnertui.probes.events import Answered, BadAnswer, Final, Refused, TimedOut
from partnertui.probes.options_words import explain
from partnertui.probes.targets import Target

DIRECT = Target("a@b", "sip:a@198.51.100.1", "198.51.100.1", 5060)
BEHIND = Target("a@b", "sip:a@192.168.1.2", "198.51.100.1", 5060, behind_nat=True)
PROXY = Target("a@b", "sip:a@192.168.1.2", "203.0.113.1", 5060, through_proxy=True, behind_nat=True)


def answered(status: int, milliseconds: float = 40, sent: int = 1) -> Answered:
    return Answered(status, "", milliseconds, sent, "Snom D785", "", (), "", "")


@pytest.mark.parametrize(
    ("event", "target", "headline", "role"),
    [
        (answered(200), PROXY, "alive: 200 OK", "good"),
        (answered(200, 900, 2), PROXY, "alive: 200 OK", "warn"),
        (answered(401), PROXY, "alive: 401 Unauthorized", "good"),
        (answered(407), PROXY, "alive: 407 Proxy Authentication Required", "good"),
        (answered(404), PROXY, "unknown there: 404 Not Found", "bad"),
        (answered(408), PROXY, "no answer: 408 Request Timeout", "bad"),
        (answered(480), PROXY, "alive, not available: 480 Temporarily Unavailable", "warn"),
        (answered(483), PROXY, "loop: 483 Too Many Hops", "warn"),
        (answered(486), PROXY, "alive, busy: 486 Busy Here", "warn"),
        (answered(499), PROXY, "alive: 499 Bad Request", "good"),
        (answered(503), PROXY, "trouble on the way: 503 Service Unavailable", "warn"),
        (answered(599), PROXY, "trouble on the way: 599 Server Internal Error", "warn"),
        (answered(603), PROXY, "alive: 603 Decline", "good"),
        (answered(302), PROXY, "moved: 302 Moved Temporarily", "warn"),
        (TimedOut(4, 4), BEHIND, "inconclusive: no answer, as is usual behind NAT", "warn"),
        (TimedOut(4, 4), DIRECT, "inconclusive: no answer", "warn"),
        (TimedOut(4, 4), PROXY, "no answer: neither phone nor proxy", "bad"),
        (TimedOut(4, 1, True), PROXY, "no answer: the phone is silent", "bad"),
        (Refused("port", "nobody listens on that port", 0.1), DIRECT, "no answer: nobody listens on that port", "bad"),
        (Refused("port", "nobody listens", 0.1), BEHIND, "inconclusive: nobody listens", "warn"),
        (Refused("port", "nobody listens", 0.1), PROXY, "the proxy cannot be reached: nobody listens", "bad"),
        (Refused("local", "no IPv6", 0.1), DIRECT, "not sent: no IPv6", "warn"),
        (BadAnswer("no status line", 4), DIRECT, "answered, but not in SIP", "bad"),
    ],
)  # fmt: skip
def test_words(event: Final, target: Target, headline: str, role: str) -> None:
    meaning = explain(event, target)
    assert (meaning.headline, meaning.role) == (headline, role)
    assert meaning.meaning.endswith((".", ")."))
    assert meaning.advice.endswith(".")


def test_every_final_status_has_words() -> None:
    for status in range(200, 700):
        assert explain(answered(status), PROXY).advice


def test_the_phone_and_its_time_are_named() -> None:
    assert explain(answered(200, 41.6), PROXY).meaning == "Snom D785 answered after 42 ms."
    assert "at the 3rd attempt" in explain(answered(200, 1600, 3), PROXY).meaning
