"""Opens a trace attached to a ticket, with the verdict that it had when it was attached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.captures.attached_capture import kept_messages
from partnertui.kit.terminal.safe_text import one_line
from partnertui.screens.shared.trace.launcher import show_trace

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.calls.diagnosis.verdict import Diagnosis
    from partnertui.calls.trace_model import Trace
    from partnertui.db.query_cancellation import Cancel
    from partnertui.db.rows.type_aliases import JsonObject
    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import Services

Restored = tuple["Trace", "Diagnosis | None"]


def show_kept_trace(services: Services, content: bytes, evidence: JsonObject) -> None:
    """Opens the ladder of an attached capture; `evidence` is what is stored beside it."""
    drawing = evidence.get("drawing") or {}

    def read(cancel: Cancel, progress: Callable[[int, int], None]) -> Restored:
        # the capture index, which only those who open a trace need
        from partnertui.calls.trace_snapshot import restored

        return restored(kept_messages(content, services.folders.state), drawing)

    def show(found: Restored) -> None:
        trace, judgement = found
        title = f"Evidence: {one_line(evidence.get('title') or 'trace', 200)}"
        show_trace(services, title, trace, drawing.get("names"), judgement=judgement)

    def failed(error: UserError) -> None:
        services.notify(f"{error} {error.advice}".strip(), "bad")

    services.jobs.long("Reading the attached trace", read, show, failed, shown=False)
