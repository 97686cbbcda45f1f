"""*Attach to a ticket*: attaches a row's current values as evidence, masked or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.capital_letter import capital
from partnertui.domain.evidence import REGISTERED, Evidence, EvidenceKind, masked_text
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.terminal.safe_text import one_line
from partnertui.screens.shared.ask_masking import ask_masking
from partnertui.screens.shared.ticket_attachment import attach_to_ticket

if TYPE_CHECKING:
    from partnertui.db.rows.type_aliases import Row
    from partnertui.kit.declare.page import Page

LONGEST = 2000
NAMES = frozenset({"contact_name", "source_name", "destination_name", "user", "holder", "requester_name", "customer"})
"""Columns that hold a person's or company's name."""


def row_evidence(page: Page, row: Row, kind: EvidenceKind, *, masked: bool) -> Evidence:
    """What the record of a row says now."""
    facts: dict[str, str] = {}
    for column in page.columns:
        text = one_line(column.kind.long_text(row.get(column.name), row), LONGEST)
        if text and masked:
            text = "masked" if column.name in NAMES else masked_text(text)
        if text:
            facts[column.heading] = text
    expires = row.get("expires_at")
    if kind is EvidenceKind.PHONE:
        facts[REGISTERED] = "no" if expires is not None and expires <= utc_now() else "yes"
    title = one_line(page.title(row))
    title = f"{capital(kind.value)} {masked_text(title) if masked else title}"
    wide = max((len(label) for label in facts), default=0)
    lines = [title, "", *(f"{label:<{wide}}  {value}" for label, value in facts.items())]
    return Evidence(kind, title, "\n".join(lines), f"{kind.value}.txt".replace(" ", "-"), facts=facts, masked=masked)


def attach_row(context: ActionContext, kind: EvidenceKind) -> None:
    """Asks for masking, then for the ticket."""
    services, row = context.services, context.row or {}
    page = services.catalog.page(context.screen)

    def attach(masked: bool) -> None:
        attach_to_ticket(context, row_evidence(page, row, kind, masked=masked))

    ask_masking(services, f"the {kind}", attach)
