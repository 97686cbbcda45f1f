"""Requests that went well."""

from __future__ import annotations

from partnertui.calls.analysis import CallAnalysis
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, Finding, rule
from partnertui.calls.diagnosis.verdict import Code
from partnertui.calls.statistics import analysis_statistics

BAD_LOSS = 3.0


@rule(Code.OK, "an answer, and nothing wrong with it")
def fine(analysis: CallAnalysis) -> Finding | None:
    """A call that was taken, a registration that was granted, a question that was answered."""
    if not analysis.is_answered or analysis.final is None:
        return None
    if analysis.method == "INVITE":
        return _call(analysis, analysis.final)
    if analysis.method == "REGISTER":
        return _registered(analysis, analysis.final)
    return Finding(
        CERTAIN, f"Nothing wrong: {analysis.method} was answered with {analysis.code}.", "", (analysis.final,)
    )


def _call(analysis: CallAnalysis, final: int) -> Finding:
    figures = analysis_statistics(analysis)
    if figures.talk_ms is None:
        return Finding(
            LIKELY,
            "Nothing wrong so far: the call was taken, and no BYE was captured.",
            "It is still up, or the capture ends before it.",
            (*analysis.initial_requests[-1:], final),
        )
    fax = any(media.kind == "image" for m in analysis.trace.messages if m.sdp for media in m.sdp.media)
    worst = max(analysis.trace.streams, key=lambda stream: stream.loss, default=None) if not fax else None
    what = "a fax (T.38) went" if fax else "they talked"
    text = f"Nothing wrong: {what} for {figures.talk_ms / 1000:.0f} s, {_who(figures.hung_up_by)} hung up."
    advice = ""
    if worst is not None and worst.loss >= BAD_LOSS:
        text = (
            f"The call itself was fine ({figures.talk_ms / 1000:.0f} s), its sound was not: {worst.loss:.0f} % of the"
            f" packets from {worst.source.address} were lost."
        )
        advice = f"Run an MTR to {worst.source.address} to see where they are lost."
    return Finding(CERTAIN, text, advice, (*analysis.initial_requests[-1:], final, *analysis.byes[:1]))


def _who(hung_up_by: str) -> str:
    return f"the {hung_up_by}" if hung_up_by else "somebody"


def _registered(analysis: CallAnalysis, final: int) -> Finding:
    asked = analysis.message(analysis.initial_requests[-1]).reading.headers if analysis.initial_requests else None
    answer = analysis.message(final).reading.headers
    seconds = answer.first("expires") or (asked.first("expires") if asked else "")
    if asked is not None and (asked.first("contact").strip() == "*" or asked.first("expires").strip() == "0"):
        return Finding(
            CERTAIN,
            "Nothing wrong: the phone took its registration back.",
            "",
            (*analysis.initial_requests[-1:], final),
        )
    span = f" for {seconds} s" if seconds.isdigit() else ""
    return Finding(
        CERTAIN, f"Nothing wrong: the phone is registered{span}.", "", (*analysis.initial_requests[-1:], final)
    )
