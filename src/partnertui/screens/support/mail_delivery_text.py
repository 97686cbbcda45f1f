"""The delivery state of a reply's mail as text: waiting, sent, failed, unknown."""

from __future__ import annotations

from datetime import datetime

from partnertui.domain.mail_states import OutboxState
from partnertui.kit.declare.kinds import Row, Time
from partnertui.kit.terminal.safe_text import one_line

NO_MAILBOX = "no mailbox is set up, so the e-mail waits"
SHORT_WAIT = 120
"""Seconds up to which a waiting mail counts down."""


def delivery(mail: Row | None, now: datetime) -> tuple[str, str]:
    """The state of a mail and its colour role; ("", "") without a mail."""
    if mail is None:
        return "", ""
    state, problem = OutboxState(mail["state"]), one_line(mail["problem"] or "")
    if state == OutboxState.WAITING:
        return _waiting(mail, problem, now)
    if state == OutboxState.SENT:
        return f"sent {_moment(mail['sent_at'], now)}", "good"
    words = {
        OutboxState.SENDING: ("being sent", "info"),
        OutboxState.UNKNOWN: ("outcome unknown: it may have arrived", "warn"),
        OutboxState.FAILED: ("failed", "bad"),
        OutboxState.BLOCKED: ("not sent", "bad"),
        OutboxState.CANCELLED: ("recalled", "muted"),
    }
    text, role = words[state]
    return (f"{text}: {problem}" if problem else text), role


def _waiting(mail: Row, problem: str, now: datetime) -> tuple[str, str]:
    seconds = (mail["not_before"] - now).total_seconds()
    if seconds > SHORT_WAIT:
        return f"will be sent {_moment(mail['not_before'], now)}", "info"
    if mail["mailbox_id"] is None:
        return NO_MAILBOX, "warn"
    if seconds > 0:
        return f"waiting {int(seconds) + 1} s", "info"
    return (f"waiting: {problem}", "warn") if problem else ("waiting to be sent", "info")


def counts_down(mail: Row | None, now: datetime) -> bool:
    """Whether the words change by the second."""
    return (
        mail is not None
        and mail["state"] == OutboxState.WAITING
        and 0 <= (mail["not_before"] - now).total_seconds() <= SHORT_WAIT
    )


def _moment(at: datetime, now: datetime) -> str:
    local = at.astimezone()
    return f"{local:%H:%M}" if local.date() == now.astimezone().date() else Time(seconds=False).text(at)
