"""What an answer to OPTIONS means, in words that an agent can pass on, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from partnertui.domain.calls import sip_words
from partnertui.probes.answers import ANSWERS, CLASSES, FINE, RESTART, ROLES
from partnertui.probes.events import Answered, BadAnswer, Final, Refused, TimedOut
from partnertui.probes.targets import Target


@dataclass(frozen=True)
class Meaning:
    """`role` is how it is coloured: good, warn or bad."""

    headline: str
    meaning: str
    advice: str
    role: str


def explain(event: Final, target: Target) -> Meaning:
    """The meaning of the end of an OPTIONS."""
    if isinstance(event, Answered):
        return _answered(event, target)
    if isinstance(event, TimedOut):
        return _timed_out(event, target)
    if isinstance(event, Refused):
        return _refused(event, target)
    return _bad(event)


def _answered(event: Answered, target: Target) -> Meaning:
    said = f"{event.status} {sip_words(event.status)}"
    took = f"after {event.milliseconds:.0f} ms"
    again = f", at the {event.sent}{_ordinal(event.sent)} attempt" if event.sent > 1 else ""
    if event.status < 300:
        who = event.phone or "The phone"
        slow = event.milliseconds > 500 or event.sent > 1
        advice = "Packets are lost or late on the way: run an MTR test." if slow else FINE
        return Meaning(f"alive: {said}", f"{who} answered {took}{again}.", advice, "warn" if slow else "good")
    head, meaning, advice = ANSWERS.get(event.status) or CLASSES[event.status // 100]
    if event.status == 408 and not target.through_proxy:
        meaning = "who answers gave up waiting for somebody behind it"
    return Meaning(
        f"{head}: {said}", f"{meaning[0].upper()}{meaning[1:]} ({took}{again}).", advice, ROLES.get(head, "warn")
    )


def _ordinal(number: int) -> str:
    return {1: "st", 2: "nd", 3: "rd"}.get(number, "th")


def _timed_out(event: TimedOut, target: Target) -> Meaning:
    waited = f"{event.sent} requests in {event.after:g} s" if event.sent > 1 else f"one request, {event.after:g} s"
    if target.through_proxy and event.trying:
        return Meaning(
            "no answer: the phone is silent", f"The proxy is trying, but nothing comes from the phone ({waited}).",
            f"It is off, has moved, or its NAT binding is lost. {RESTART}", "bad",
        )  # fmt: skip
    if target.through_proxy:
        return Meaning(
            "no answer: neither phone nor proxy", f"Nothing came back through the proxy ({waited}).",
            "If other phones answer, this one is off, has moved or lost its NAT binding: restart it. If none does, the"
            " proxy does not let OPTIONS from this host pass.", "bad",
        )  # fmt: skip
    if target.behind_nat:
        return Meaning(
            "inconclusive: no answer, as is usual behind NAT",
            f"The phone is behind a router that lets in only what comes from the proxy ({waited}).",
            "This says nothing about the phone: test through the proxy that holds the NAT binding.", "warn",
        )  # fmt: skip
    return Meaning(
        "inconclusive: no answer",
        f"The phone is off, or a firewall before it lets in only what comes from the proxy ({waited}).",
        "Test through the proxy before you say that the phone is off.", "warn",
    )  # fmt: skip


def _refused(event: Refused, target: Target) -> Meaning:
    if event.kind == "local":
        return Meaning(f"not sent: {event.words}", "The packet did not leave this host.", "Ask an admin.", "warn")
    if target.through_proxy:
        return Meaning(
            f"the proxy cannot be reached: {event.words}", "The network refused the packet on its way to the proxy.",
            "Check sip_test.proxy in the settings, and whether Kamailio runs.", "bad",
        )  # fmt: skip
    if target.behind_nat:
        return Meaning(
            f"inconclusive: {event.words}", "The router before the phone refused the packet; the phone was not asked.",
            "Test through the proxy that holds the NAT binding.", "warn",
        )  # fmt: skip
    return Meaning(
        f"no answer: {event.words}", "The phone's host, or a router before it, says that nobody takes SIP there.",
        f"The phone is off, has restarted with another port, or has moved. {RESTART}", "bad",
    )  # fmt: skip


def _bad(event: BadAnswer) -> Meaning:
    return Meaning(
        "answered, but not in SIP", f"Something is there that does not speak SIP ({event.why}).",
        "Another program has the port, or a router (SIP ALG) changes the messages: switch the ALG off.", "bad",
    )  # fmt: skip
