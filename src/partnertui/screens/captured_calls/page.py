"""Captured calls: one row per Call-ID found in pcap files, with parties, outcome and verdict."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from partnertui.calls.call_statistics import Outcome
from partnertui.calls.diagnosis.verdict import Code as VerdictCode
from partnertui.db.rows.filter_criteria import Equals
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.declare.kinds import Choice, Count, Seconds, Time
from partnertui.kit.declare.page import Column, Page, Tab
from partnertui.screens.shared.call_trace.capture_index_settings import index_path
from partnertui.screens.shared.capture_file import CALL_ACTIONS
from partnertui.screens.shared.capture_file.actions import opened_in, title_of
from partnertui.screens.shared.capture_file.row_source import CapturedCalls, captured_calls
from partnertui.screens.shared.registration_timeline import CAPTURED_TIMELINE
from partnertui.screens.shared.sip_kinds import Code
from partnertui.screens.shared.trace.verdict_lines import ROLES

OUTCOMES = (
    ("answered", "good"),
    ("ok", "good"),
    ("no answer", "warn"),
    ("busy", "warn"),
    ("cancelled", "muted"),
    ("rejected", "bad"),
    ("congestion", "bad"),
    ("failed", "bad"),
    ("diverted", "info"),
    ("incomplete", "muted"),
)
VERDICTS = tuple((code.value, ROLES.get(code, "bad")) for code in VerdictCode)


def source(context: ActionContext) -> CapturedCalls:
    """The calls of the capture that was opened; made once."""
    return _source(index_path(context.services), opened_in(context))


@lru_cache(4)
def _source(index: Path, opened: str) -> CapturedCalls:
    return CapturedCalls(index, opened)


PAGE = Page(
    rows=captured_calls,
    columns=(
        Column("started_at", Time(), title="Start", group="Call"),
        Column("from_user", title="From", width=16),
        Column("to_user", title="To", width=16),
        Column(
            "verdict",
            Choice(VerdictCode, VERDICTS),
            width=16,
            about="From the signalling of this leg and the legs its headers refer to; the ladder also considers RTP.",
        ),
        Column("outcome", Choice(Outcome, OUTCOMES), width=11, about="From the last final response."),
        Column("sip_code", Code(), title="SIP", width=12),
        Column("messages", Count(), width=9),
        Column("seconds", Seconds(), title="Duration", width=9, about="From the first message to the last."),
        Column("method", width=9),
        Column("why", title="Why", width=60, shown=False),
        Column("call_id", title="Call-ID", width=30),
        Column("captures", title="Capture", width=24),
    ),
    search=("from_user", "to_user", "call_id"),
    sort="started_at",
    tabs=(Tab("Calls", (Equals("method", "INVITE"),)), Tab("All requests")),
    actions=(*CALL_ACTIONS, CAPTURED_TIMELINE),
    title=title_of,
    scope="",
    owner="",
    source=source,
    empty="No calls found in captures: {key:captures.open-capture} opens a capture.",
)
