"""What goes with a reply besides its text: variables, attachments, reminders, and when it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len

from partnertui.domain.canned_response_variables import ResolvedText
from partnertui.kit.terminal.safe_text import one_line

if TYPE_CHECKING:
    from partnertui.db.tickets.reply_mail import NewAttachment
    from partnertui.domain.promised_dates import Promise


@dataclass(frozen=True)
class Unproved:
    """What would prove the solution, what is lacking of it, and what the key does about it ("" for nothing yet)."""

    what: str
    lacks: str
    key_does: str = ""

    def sentence(self, key: str) -> str:
        """What to know while one writes the reply."""
        return f"The {self.what} {self.lacks}{f': {key} {self.key_does}' if self.key_does else ''}."

    def sentences_after_sending(self, way: str) -> str:
        """What to know once the reply that solves the ticket is sent; `way` leads back to the ticket."""
        offer = f" {way}{{key:support.prove}} {self.key_does}." if self.key_does else ""
        return f"The ticket's {self.what} {self.lacks}.{offer}"


@dataclass
class Answer:
    """Filled while one writes; the program reads it when the reply is sent."""

    canned: list[int] = field(default_factory=list)
    subject: str = ""
    files: list[NewAttachment] = field(default_factory=list)
    evidence: dict[int, str] = field(default_factory=dict)
    """Names of the ticket's attachments that go along, by ID."""
    language: str = ""
    """Chosen for this reply; "" for the ticket's."""
    send_at: datetime | None = None
    promises: tuple[Promise, ...] = ()
    remind: bool = True
    values: dict[str, str] = field(default_factory=dict)
    """The variables of the text with what they stand for."""
    resolved: ResolvedText = field(default_factory=lambda: ResolvedText(""))

    unproved: Unproved | None = None
    """The test or call of the ticket that was not repeated; None if there is none."""

    @property
    def has_attachments(self) -> bool:
        """Whether anything is attached."""
        return bool(self.files or self.evidence)

    @property
    def reminders(self) -> tuple[Promise, ...]:
        """The promises that come back."""
        return self.promises if self.remind else ()

    def words(self, is_reply: bool) -> list[str]:
        """A line for each thing to know before it is sent."""
        lines = [f"{{{name}}} has no value" for name in self.resolved.missing]
        filled = [f"{{{name}}} {one_line(value, 40)}" for name, value in self.values.items()]
        if filled:
            lines.append(" · ".join(filled))
        attached = [one_line(file.name, 40) for file in self.files] + [one_line(n, 40) for n in self.evidence.values()]
        if attached:
            lines.append(f"Attached: {', '.join(attached)}")
        if not is_reply:
            return lines
        if self.send_at is not None:
            lines.append(f"Will be sent on {self.send_at.astimezone():%a %d %b at %H:%M}")
        return lines + [f"Reminder on {day_words(one.day)}: “{one_line(one.words, 40)}”" for one in self.reminders]


def day_words(day: date) -> str:
    """A day as one says it: Fri 4 Dec."""
    return f"{day:%a} {day.day} {day:%b}"


def packed(words: list[str], room: int, between: str) -> list[str]:
    """Lines with as many of the sentences in each as fit."""
    lines: list[str] = []
    for one in words:
        if lines and cell_len(lines[-1] + between + one) <= room:
            lines[-1] += between + one
        else:
            lines.append(one)
    return lines
