"""Requests that went well."""

from __future__ import annotations

from partnertui.calls.analysis import Facts
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, Finding, rule
from partnertui.calls.diagnosis.verdict import Code
from partnertui.calls.statistics import figures_of

BAD_LOSS = 3.0


@rule(Code.OK, "an answer, and nothing wrong with it")
def fine(facts: Facts) -> Finding | None:
    """A call that was taken, a registration that was granted, a question that was answered."""
    if not facts.answered or facts.final is None:
        return None
    if facts.method == "INVITE":
        return _call(facts, facts.final)
    if facts.method == "REGISTER":
        return _registered(facts, facts.final)
    return Finding(CERTAIN, f"Nothing wrong: {facts.method} was answered with {facts.code}.", "", (facts.final,))


def _call(facts: Facts, final: int) -> Finding:
    figures = figures_of(facts)
    if figures.talk_ms is None:
        return Finding(
            LIKELY,
            "Nothing wrong so far: the call was taken, and no BYE was captured.",
            "It is still up, or the capture ends before it.",
            (*facts.asked[-1:], final),
        )
    fax = any(media.kind == "image" for m in facts.trace.messages if m.sdp for media in m.sdp.media)
    worst = max(facts.trace.streams, key=lambda stream: stream.loss, default=None) if not fax else None
    what = "a fax (T.38) went" if fax else "they talked"
    text = f"Nothing wrong: {what} for {figures.talk_ms / 1000:.0f} s, {_who(figures.hung_up_by)} hung up."
    advice = ""
    if worst is not None and worst.loss >= BAD_LOSS:
        text = (
            f"The call itself was fine ({figures.talk_ms / 1000:.0f} s), its sound was not: {worst.loss:.0f} % of the"
            f" packets from {worst.source.address} were lost."
        )
        advice = f"Run an MTR to {worst.source.address} to see where they are lost."
    return Finding(CERTAIN, text, advice, (*facts.asked[-1:], final, *facts.byes[:1]))


def _who(hung_up_by: str) -> str:
    return f"the {hung_up_by}" if hung_up_by else "somebody"


def _registered(facts: Facts, final: int) -> Finding:
    asked = facts.at(facts.asked[-1]).reading.headers if facts.asked else None
    answer = facts.at(final).reading.headers
    seconds = answer.first("expires") or (asked.first("expires") if asked else "")
    if asked is not None and (asked.first("contact").strip() == "*" or asked.first("expires").strip() == "0"):
        return Finding(CERTAIN, "Nothing wrong: the phone took its registration back.", "", (*facts.asked[-1:], final))
    span = f" for {seconds} s" if seconds.isdigit() else ""
    return Finding(CERTAIN, f"Nothing wrong: the phone is registered{span}.", "", (*facts.asked[-1:], final))
