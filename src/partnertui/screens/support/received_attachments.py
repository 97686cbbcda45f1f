"""Shows an attachment as ladder, table or text, saves it, or opens it on the desktop; never runs it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from partnertui.atomic_files import PRIVATE, write_file
from partnertui.db.models import TicketAttachment
from partnertui.db.rows.dict_rows import fetch_dicts
from partnertui.domain.evidence import DRAWN, facts_of
from partnertui.domain.file_names import safe_file_name
from partnertui.kit.declare.lazy import lazy
from partnertui.kit.declare.styled_line import Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.record_lines import field_lines, wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog
from partnertui.screens.shared.open_file_or_show_scp import hand_out, opens_here
from partnertui.screens.shared.save_file import save
from partnertui.screens.support.evidence_facts import facts_dialog
from partnertui.screens.support.message_facts import message_facts
from partnertui.screens.support.unwrapped_text_dialog import WideTextDialog

if TYPE_CHECKING:
    import os

    from partnertui.kit.declare.actions import Services
    from partnertui.kit.declare.kinds import Row

SHOWN_BYTES = 2_000_000
NEVER_OPENED = re.compile(
    r"\.(exe|com|bat|cmd|ps1|vbs|jse?|wsf|msi|scr|hta|jar|(ba|z|)sh|py|pl|rb|desktop|app|command|appimage|run|lnk|reg)$",
    re.IGNORECASE,
)
"""Suffixes of programs, which a desktop might start."""


def read_attachment(connection: Connection, key: int) -> Row | None:
    """Name, type and content of an attachment."""
    shown = (TicketAttachment.name, TicketAttachment.media_type, TicketAttachment.content)
    columns = (*shown, TicketAttachment.evidence_kind, TicketAttachment.evidence)
    found = fetch_dicts(connection, select(*columns).where(TicketAttachment.id == key))
    return found[0] if found else None


def offer(services: Services, attachment: Row, environment: os._Environ[str]) -> None:
    """Asks what to do with it."""
    name, content = safe_file_name(attachment["name"]), attachment["content"]
    text = as_text(content, attachment["media_type"])
    evidence = attachment["evidence"] or {}
    items = [Item("save", "Save to a file", name, "s")]
    if text is not None:
        items.insert(0, Item("show", "Show", "as text", "v"))
    if facts_of(evidence):
        items.insert(0, Item("facts", "Details", "as they were when attached", "f"))
    if attachment["evidence_kind"] in DRAWN:
        items.insert(0, Item("ladder", "Ladder", "with its verdict at the time", "t"))
    if opens_here(environment):
        why = "it's a program" if NEVER_OPENED.search(name) else ""
        items.append(Item("open", "Open on the desktop", "", "o", refusal=why))

    def chosen(what: str) -> None:
        if what == "ladder":
            lazy("partnertui.screens.shared.trace.attached_trace:show_kept_trace")(services, content, evidence)
        elif what == "facts":
            services.show_dialog(facts_dialog(services, attachment))
        elif what == "show":
            services.show_dialog(WideTextDialog(services, name, text or ""))
        elif what == "save":
            save(services, name, content)
        else:
            _open(services, name, content)

    services.show_dialog(Picker(services, one_line(attachment["name"], 60), items, by_key=True), chosen)


def as_text(content: bytes, media_type: str) -> str | None:
    """The content as text; None if it is none."""
    head = content[:SHOWN_BYTES]
    if media_type.startswith(("image/", "audio/", "video/")) or b"\0" in head:
        return None
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError:
        # Latin-1 decodes every byte: an old text has some wrong letters then, which is better than nothing.
        return head.decode("latin-1") if media_type.startswith("text/") else None


def _open(services: Services, name: str, content: bytes) -> None:
    """Writes it to a folder of its own, readable and not executable, and hands it to the desktop."""
    # mkdtemp makes a folder for us alone (0700); in /tmp itself others could take the name before.
    path = Path(tempfile.mkdtemp(prefix="partnertui-")) / name
    try:
        write_file(path, content, mode=PRIVATE)
    except OSError as error:
        services.notify(f"The file can't be written: {error.strerror}.", "bad")
        return
    hand_out(services, path, one_line(name, 60))


def headers_dialog(services: Services, message: Row, headers: str) -> LinesDialog:
    """Who wrote when and to whom, how its mail went, and the headers of the mail that it came in."""

    def lines(width: int) -> list[Line]:
        found: list[Line] = []
        for label, value in message_facts(message):
            found += field_lines(label, value, "", width)
        return found + (wrapped(headers, width) if headers else [])

    return LinesDialog(services, "Message", lines)
