"""The editor for a reply or an internal note, docked below the conversation."""

from __future__ import annotations

import re
from collections import deque
from secrets import token_hex
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static, TextArea

from partnertui.domain.drafts import DraftOf
from partnertui.domain.mail_recipients import recipients_text
from partnertui.kit.terminal.safe_content import plain
from partnertui.kit.terminal.safe_text import block, one_line
from partnertui.screens.support.reply_draft import answer_values, files_draft, keep_files, put_back, read_files
from partnertui.screens.support.reply_options import Answer, packed
from partnertui.screens.support.reply_text_area import AnswerArea

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from partnertui.db.tickets.reply_mail import NewAttachment
    from partnertui.domain.drafts import StoredDraft
    from partnertui.domain.mail_recipients import Recipients
    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import Services
    from partnertui.kit.declare.kinds import Row

REPLY, NOTE = "reply", "internal note"
LEAST_LINES = 3
FIXED_LINES = 4
"""The edge, two lines of recipients, one of status."""
FIELDS = ("to", "cc", "bcc")
MOST_TYPED = 5000
"""Characters of a line of recipients."""
MOST_KEPT = 200
"""States of a text, of which a draft that was stored a moment ago is one."""
VARIABLE = re.compile(r"\{[a-z]+\.[a-z_]+\}")


class Composer(Vertical):
    """Recipients, text and what will happen when it is sent. `changed` is called when text or recipients change.

    It stays filled until it is told that what was written is committed; closing it keeps a draft.
    """

    DEFAULT_CSS = """
    Composer { height: auto; display: none; border-top: solid $role-border-focus; border-title-color: $role-title;
        border-subtitle-color: $role-muted; }
    Composer.open { display: block; }
    Composer Horizontal { height: 1; }
    Composer .label { width: 5; color: $role-muted; padding-left: 1; }
    Composer Input { border: none; height: 1; width: 1fr; padding: 0 1; background: $role-input; }
    Composer TextArea { height: 3; border: none; padding: 0 1; background: $role-input; }
    Composer .status { height: auto; max-height: 4; color: $role-muted; padding: 0 1; }
    Composer .failed { color: $role-bad; }
    Composer.note .recipients { display: none; }
    """

    def __init__(self, services: Services, changed: Callable[[], None], page: Callable[[int], None]) -> None:
        super().__init__()
        self.services, self._changed = services, changed
        self.kind, self.row = REPLY, dict[str, object]()
        self.answer = Answer()
        self.key, self.earlier_key = token_hex(16), token_hex(16)
        """The idempotency keys of what is typed, and of `earlier`."""
        self.saving = self.reading = False
        self.room = 2 * LEAST_LINES
        """Lines that the whole of it may have."""
        self.failure = ""
        self.told = ""
        self.put_text = ""
        """The text that the program put there; a sentence about it stays until somebody types."""
        self.moved_from = ""
        """Number of the merged ticket that the text was written for: its recipient is confirmed before it is sent."""
        self.earlier, self.earlier_answer = "", Answer()
        """What was cleared; it can be brought back."""
        self.kept: deque[str] = deque(maxlen=MOST_KEPT)
        """The newest states of the text that were given to be stored."""
        self.read_to: int | None = None
        """ID of the newest message that was there when the reply was begun; None until it is read."""
        self.sent: Callable[[], None] = lambda: None
        """Called when what was written is committed."""
        self.area = AnswerArea(page)
        self.fields = {name: Input(compact=True, select_on_focus=False) for name in FIELDS}
        self.status = Static("", classes="status", markup=False)

    def compose(self) -> ComposeResult:
        """Recipients above the text, its status below."""
        with Horizontal(classes="recipients"):
            yield Static("To", classes="label")
            yield self.fields["to"]
        with Horizontal(classes="recipients"):
            yield Static("Cc", classes="label")
            yield self.fields["cc"]
            yield Static("Bcc", classes="label")
            yield self.fields["bcc"]
        yield self.area
        yield self.status

    @property
    def is_open(self) -> bool:
        """Whether it is shown."""
        return self.has_class("open")

    @property
    def draft(self) -> DraftOf:
        """Where its text is kept."""
        key = self.row.get("id")
        return DraftOf("tickets", key if isinstance(key, int) else 0, self.kind)

    @property
    def text(self) -> str:
        """What was typed."""
        return self.area.text

    @property
    def typed(self) -> dict[str, str]:
        """The recipients as they were typed."""
        return {name: field.value for name, field in self.fields.items()}

    @property
    def written(self) -> str:
        """All that is written, to tell a second try of it from another one."""
        return f"{self.kind}\n{self.typed}\n{self.text}"

    # opening and closing

    def open(self, kind: str, row: Row, recipients: Recipients | None) -> None:
        """Shows it for a ticket, with what was left unsaved there."""
        if self.is_open and self.kind == kind:
            self.area.focus()
            return
        self.kind, self.row, self.answer, self.earlier_answer = kind, dict(row), Answer(), Answer()
        self.failure = self.told = self.earlier = self.moved_from = ""
        self.read_to = None
        self.kept.clear()
        self._show("", {})
        self.propose(recipients)
        self.show_heading()
        self.set_class(kind == NOTE, "note")
        self.add_class("open")
        self.area.focus()
        self.reading, self.key = True, token_hex(16)  # a draft has its own
        self.services.drafts.read(self.draft, self._offer)
        self.refresh_status()

    @property
    def language(self) -> str:
        """The language that canned responses, dates and amounts follow: the one chosen here, else the ticket's."""
        return self.answer.language or str(self.row.get("language") or "")

    def show_heading(self) -> None:
        """Whom it is for, and in which language."""
        who = one_line(str(self.row.get("requester_name") or self.row.get("requester_email") or "the customer"), 40)
        heading = f"Reply to {who}" if self.kind == REPLY else "Internal note: not visible to the customer"
        language = one_line(self.language, 8)
        self.border_title = plain(f"{heading} ({language})" if language and self.kind == REPLY else heading)

    def propose(self, recipients: Recipients | None) -> None:
        """Fills in the recipients that the ticket has, where none are typed yet."""
        if recipients is not None and not any(self.typed.values()):
            for name, field in self.fields.items():
                field.value = one_line(recipients_text(getattr(recipients, name)), MOST_TYPED)

    def close(self) -> None:
        """Hides it; what was typed is kept as a draft."""
        if self.is_written:
            again = "reply" if self.kind == REPLY else "internal-note"
            self.services.notify(f"Your text is kept as a draft; {{key:support.{again}}} continues it.", "")
        self.remove_class("open")

    @property
    def is_written(self) -> bool:
        """Whether there is anything to keep: a text or an attachment."""
        return bool(self.text.strip()) or self.answer.has_attachments

    def _offer(self, found: StoredDraft | None) -> None:
        if found is None or self.text.strip():
            self.reading = False
            return
        put_back(self.answer, found.values)

        def whole(files: tuple[NewAttachment, ...], lost: str) -> None:
            self.reading = False
            self.answer.files = list(files)
            self._take_draft(found, lost)

        read_files(self.services.drafts, self.draft, found.values, whole)

    def _take_draft(self, found: StoredDraft, lost: str) -> None:
        text = str(found.values.get("text") or "")
        if not text.strip() and not self.answer.has_attachments and not lost:
            return
        self.key = found.key or self.key
        recipients = {name: str(found.values.get(name) or "") for name in FIELDS}
        self.moved_from = one_line(found.values.get("moved_from") or "", 20)
        self._show(text, recipients if recipients["to"] and not self.moved_from else {})
        self.show_heading()
        clear = self.services.keymap.label("compose.clear")
        of = f" for {self.moved_from}, which was merged into this ticket," if self.moved_from else ""
        at = f"{found.saved_at.astimezone():%d %b %H:%M}"
        self.tell(f"{lost} Your draft{of} from {at} has been restored. {clear} starts afresh without it.".strip())

    def _show(self, text: str, recipients: dict[str, str]) -> None:
        self.put_text = text
        self.area.put(text)
        for name, value in recipients.items():
            self.fields[name].value = one_line(value, MOST_TYPED)
        self.fit()

    # writing

    def insert(self, text: str) -> None:
        """Puts a canned response at the cursor."""
        self.area.insert_at_cursor(block(text))
        self.area.focus()

    def swap(self) -> None:
        """Starts without what was typed, or brings it back."""
        if not self.is_written and not self.earlier and not self.earlier_answer.has_attachments:
            self.tell("There is no draft to restore.")
            return
        text = "" if self.is_written else self.earlier
        self.earlier = self.text or self.earlier
        # A key belongs to its text: under the other one's key a text that was stored before would pass for this one.
        self.key, self.earlier_key = self.earlier_key, self.key
        self.answer, self.earlier_answer = self.earlier_answer, self.answer
        self.answer.unproved = self.earlier_answer.unproved
        self.show_heading()
        self._show(text, {})
        if self.answer.files:
            keep_files(self.services.drafts, self.draft, self.answer.files)
        self.refresh_status()

    def attach(self, *files: NewAttachment) -> None:
        """Attaches files; keeps and shows all that is attached."""
        self.answer.files += files
        keep_files(self.services.drafts, self.draft, self.answer.files)
        self.keep()
        self.refresh_status()
        self.area.focus()

    def next_field(self, by: int) -> None:
        """To the next or previous field, round and round."""
        fields = [self.area] if self.kind == NOTE else [self.area, *self.fields.values()]
        at = next((number for number, field in enumerate(fields) if field.has_focus), 0)
        fields[(at + by) % len(fields)].focus()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Keeps what is typed, and grows with it."""
        event.stop()
        if (self.failure or self.told) and self.text != self.put_text:
            self.failure = self.told = ""
            self.refresh_status()
        self.fit()
        self.keep()
        self._changed()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keeps the recipients, too."""
        event.stop()
        self.failure = ""
        self.keep()

    def keep(self) -> None:
        """Keeps a draft, which is stored within a second."""
        if self.is_open and not self.reading and not self.saving and self.is_written:
            values = {"text": self.text, **answer_values(self.answer), **self.typed}
            if self.moved_from:
                values["moved_from"] = self.moved_from
            self.services.drafts.keep(self.draft, values, key=self.key)
            self.kept.append(self.text)

    def fit(self) -> None:
        """As high as the text, up to the room there is."""
        most = max(LEAST_LINES, self.room - FIXED_LINES)
        lines = max(LEAST_LINES, min(self.area.text_lines, most))
        if self.area.styles.height is None or self.area.styles.height.value != lines:
            self.area.styles.height = lines

    def give_room(self, lines: int) -> None:
        """The lines that it may have, recipients and all."""
        if lines != self.room:
            self.room = lines
            self.fit()

    # sending

    def begin_saving(self) -> None:
        """It is being written: it can't be changed until the outcome is known."""
        self.saving = self.area.read_only = True
        self.tell("Saving …")

    def saved(self) -> None:
        """It is committed: the draft goes, and it closes."""
        self.services.drafts.forget(self.draft)
        if self.answer.files or self.earlier_answer.files:
            self.services.drafts.forget(files_draft(self.draft))
        self.saving = self.area.read_only = False
        # With the key of the reply that is stored, the next text would count as stored, too.
        self.key = token_hex(16)
        self.remove_class("open")
        self._show("", {name: "" for name in FIELDS})
        self.sent()

    def show_failure(self, error: UserError) -> None:
        """Says why it was not sent, at the field that it is about; all that was typed stays."""
        self.saving = self.area.read_only = False
        # A refusal because of newer messages brings their ID: sent again, the reply counts as one that has seen them.
        self.read_to = (getattr(error, "current", None) or {}).get("read_to", self.read_to)
        self.told, self.failure = "", f"{error} {error.advice}".strip()
        field = getattr(error, "field", "")
        self.refresh_status()
        if field in self.fields:
            self.fields[field].focus()
            return
        self.area.focus()
        if named := VARIABLE.search(self.failure):
            self.area.mark(named[0])

    def tell(self, text: str) -> None:
        """Shows a sentence below the text."""
        self.told = text
        self.refresh_status()

    def refresh_status(self) -> None:
        """What will happen, or why it didn't."""
        self.status.set_class(bool(self.failure), "failed")
        words = self.answer.words(self.kind == REPLY)
        if self.failure:  # it names what is missing
            words = words[len(self.answer.resolved.missing) :]
        if self.answer.unproved and self.kind == REPLY:
            again = self.services.keymap.label("compose.prove")
            words.append(self.answer.unproved.sentence(again))
        room = max(20, self.size.width - 2)
        parts = [self.failure or self.told, *packed(words, room, f" {self.services.symbols.dot} ")]
        text = "\n".join(part for part in parts if part)
        self.status.update(block(text))
        self.status.display = bool(text)
