"""Shows attached evidence as a table of labels and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.evidence import facts_of, kind_words
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import field_lines, title_line, wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import Services
    from partnertui.kit.declare.kinds import Row

AS_IT_WAS = "A snapshot from when it was attached; it doesn't change."


def facts_dialog(services: Services, attachment: Row) -> LinesDialog:
    """The facts of evidence, each to be copied."""
    stored = attachment["evidence"] or {}
    heading = one_line(stored.get("title") or attachment["name"], 60)
    rule = services.symbols.line

    def lines(width: int) -> list[Line]:
        masked = " Names, numbers and addresses are masked." if stored.get("masked") else ""
        found = [*wrapped(AS_IT_WAS + masked, width, "muted"), BLANK]
        found.append(title_line(one_line(kind_words(attachment["evidence_kind"])).capitalize(), width, rule))
        for label, value in facts_of(stored).items():
            found += field_lines(one_line(label, 40), value, "", width)
        return found

    return LinesDialog(services, heading, lines)
