"""What an agent reads after a SIP test."""

from __future__ import annotations

import pytest

from partnertui.probes.sip_options.destination import Server
from partnertui.probes.sip_options.events import Answered, BadAnswer, Final, Refused, SeriesResult, TimedOut
from partnertui.probes.sip_options.interpretation import interpret
from partnertui.probes.sip_options.registration_target import Target
from partnertui.probes.sip_options.series_statistics import SeriesStatistics

HERE, GATE = Server("198.51.100.1", 5060), Server("203.0.113.1", 5060)
DIRECT = Target("a@b", "sip:a@198.51.100.1", HERE)
INSIDE = Target("a@b", "sip:a@192.168.1.2", Server("192.168.1.2"))
BEHIND = Target("a@b", "sip:a@192.168.1.2", HERE, behind_nat=True)
BY_TCP = Target("a@b", "sip:a@198.51.100.1;transport=tcp", HERE, by="tcp")
PROXY = Target("a@b", "sip:a@192.168.1.2", GATE, through_proxy=True, behind_nat=True)


def answered(status: int, milliseconds: float = 40, sent: int = 1, reason: str = "") -> Answered:
    return Answered(status, reason, milliseconds, sent, "Snom D785", "", (), "", "")


@pytest.mark.parametrize(
    ("event", "target", "headline", "role"),
    [
        (answered(200), PROXY, "alive: 200 OK", "good"),
        (answered(200, 900, 2), PROXY, "alive: 200 OK", "warn"),
        (answered(401), PROXY, "alive: 401 Unauthorized", "good"),
        (answered(407), PROXY, "alive: 407 Proxy Authentication Required", "good"),
        (answered(404), PROXY, "unknown user: 404 Not Found", "bad"),
        (answered(408), PROXY, "no answer: 408 Request Timeout", "bad"),
        (answered(480), PROXY, "alive, not available: 480 Temporarily Unavailable", "warn"),
        (answered(483), PROXY, "loop: 483 Too Many Hops", "warn"),
        (answered(486), PROXY, "alive, busy: 486 Busy Here", "warn"),
        (answered(499), PROXY, "alive: 499 Request Failure", "good"),
        (answered(478, reason="No way\x1b"), PROXY, "no answer: 478 No way·", "bad"),
        (answered(503), PROXY, "error along the path: 503 Service Unavailable", "warn"),
        (answered(599), PROXY, "error along the path: 599 Server Failure", "warn"),
        (answered(603), PROXY, "alive: 603 Decline", "good"),
        (answered(302), PROXY, "moved: 302 Moved Temporarily", "warn"),
        (TimedOut(4, 4), BEHIND, "inconclusive: no answer, as is usual behind NAT", "warn"),
        (TimedOut(4, 4), DIRECT, "inconclusive: no answer", "warn"),
        (TimedOut(4, 4), PROXY, "no answer from phone or proxy", "bad"),
        (TimedOut(4, 1, True), PROXY, "no answer: the phone is silent", "bad"),
        (
            Refused("port", "nothing is listening on that port", 0.1),
            DIRECT,
            "no answer: nothing is listening on that port",
            "bad",
        ),
        (Refused("port", "nobody listens", 0.1), BEHIND, "inconclusive: nobody listens", "warn"),
        (Refused("port", "nobody listens", 0.1), PROXY, "the proxy can't be reached: nobody listens", "bad"),
        (Refused("host", "can't be reached", 0.1), INSIDE, "inconclusive: can't be reached", "warn"),
        (Refused("port", "nobody listens", 0.1), INSIDE, "no answer: nobody listens", "bad"),
        (TimedOut(4, 4), INSIDE, "inconclusive: no answer", "warn"),
        (Refused("local", "no IPv6", 0.1), DIRECT, "not sent: no IPv6", "warn"),
        (Refused("port", "nobody listens", 0.1), BY_TCP, "inconclusive: nobody listens", "warn"),
        (Refused("tls", "it does not speak TLS", 0.1), PROXY, "no TLS: it does not speak TLS", "bad"),
        (Refused("closed", "it ended", 0.1), BY_TCP, "no answer: it ended", "bad"),
        (TimedOut(4, 0), BY_TCP, "inconclusive: no connection in 4 s", "warn"),
        (TimedOut(4, 0), PROXY, "the proxy can't be reached: no connection in 4 s", "bad"),
        (BadAnswer("no status line", 4), DIRECT, "answered, but not in SIP", "bad"),
    ],
)
def test_words(event: Final, target: Target, headline: str, role: str) -> None:
    meaning = interpret(event, target)
    assert (meaning.headline, meaning.role) == (headline, role)
    assert meaning.meaning.endswith((".", ")."))
    assert meaning.advice.endswith(".")


def test_every_final_status_has_words() -> None:
    for status in range(200, 700):
        assert interpret(answered(status), PROXY).advice


def test_the_phone_and_its_time_are_named() -> None:
    assert interpret(answered(200, 41.6), PROXY).meaning == "Snom D785 answered after 42 ms."
    assert "on the 3rd attempt" in interpret(answered(200, 1600, 3), PROXY).meaning


def series(*times: float | None) -> SeriesStatistics:
    return SeriesStatistics([SeriesResult(n, 200 if ms is not None else 0, "", ms) for n, ms in enumerate(times, 1)])


def test_a_series_says_loss_and_times() -> None:
    whole = interpret(answered(200), PROXY, series(10, 20, 30))
    assert (whole.headline, whole.role) == ("alive: 200 OK; all 3 answered", "good")
    assert whole.meaning.startswith("min / avg / max 10 / 20 / 30 ms; jitter 10 ms")
    holed = interpret(answered(200), PROXY, series(10, None, 30, None))
    assert (holed.headline, holed.role) == ("alive: 200 OK; 2 of 4 lost", "warn")
    assert holed.meaning.startswith("50% of the requests")
    assert "MTR" in holed.advice
    dead = interpret(TimedOut(4, 3), PROXY, series(None, None, None))
    assert dead.headline == "no answer from phone or proxy"
    assert "None of the 3 requests was answered" in dead.meaning
    assert interpret(answered(200), PROXY, series(10, 90, 10)).role == "warn", "jitter of 80 ms"


def test_an_answer_with_a_wrong_certificate_is_no_good_one() -> None:
    wrong = Answered(200, "OK", 4, 1, "", "", (), "", "", "its certificate expired on 2020-01-01")
    meaning = interpret(wrong, PROXY)
    assert meaning.headline == "alive: 200 OK, but the certificate isn't valid"
    assert meaning.role == "warn"
    assert "expired on 2020-01-01" in meaning.meaning


def test_a_private_address_is_said_to_be_one() -> None:
    meaning = interpret(TimedOut(4, 4), INSIDE)
    assert meaning.meaning.startswith("192.168.1.2 is a private address")
    assert "through the proxy" in meaning.advice
