"""The forms that add, edit and replace a sound; the file is decoded and adjusted before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.audio.sandboxed_decoder import measure, measure_and_adjust
from partnertui.audio.sound_file_reader import read_sound, typed_path
from partnertui.db.sounds import Audio, add_sound, edit_sound, load_audio, load_sound, uses_of
from partnertui.domain.drafts import DraftOf
from partnertui.domain.errors import DomainError
from partnertui.domain.pbx_enums import SoundUse
from partnertui.domain.sounds import MOST_BYTES, adjust_words, decibels, level_as_added
from partnertui.kit.declare.kinds import Choice, Flag
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Values, ask_form
from partnertui.screens.shared.customer_scope import with_customer
from partnertui.screens.sounds.level_wording import both_levels, peak_words

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.kit.declare.actions import ActionContext, Services
    from partnertui.kit.declare.form import MutableValues
    from partnertui.kit.declare.kinds import Row

Stamp = tuple[int, int] | None
LONGEST_NAME = 100


def add(context: ActionContext) -> None:
    """Adds a sound to the customer that the list is narrowed to, or to one that is asked for."""
    with_customer(context, lambda found: _ask(context, SoundForm(context.services, found.record_id).adding(found.name)))


def edit(context: ActionContext) -> None:
    """Edits name and use of the sound under the cursor, and adjusts its level or restores what was added."""
    row = context.row or {}
    _ask(context, SoundForm(context.services, row["customer_id"], row).editing())


def replace(context: ActionContext) -> None:
    """Replaces the audio of the sound under the cursor."""
    row = context.row or {}
    _ask(context, SoundForm(context.services, row["customer_id"], row).replacing())


def _ask(context: ActionContext, form: Form) -> None:
    def done(saved: Saved) -> None:
        context.services.notify(saved.words, "good")
        if saved.is_new:
            context.services.open(Location("sounds", saved.sound_id))
        else:
            context.refresh_rows()

    ask_form(context.services, form, done)


@dataclass(frozen=True)
class Saved:
    """A sound that was saved, and what to say about it."""

    sound_id: int
    is_new: bool
    words: str


def name_of_file(values: Values) -> object:
    """The file's name without suffix, as a name to begin with."""
    try:
        stem = typed_path(str(values.get("file") or "")).stem
    except DomainError:
        return None
    return one_line(stem.replace("_", " "), LONGEST_NAME) or None


FILE = Field(
    "file",
    title="MP3 file",
    required=True,
    help=f"On this host, at most {MOST_BYTES // 1_000_000} MB and 30 minutes. ~ is your home folder; "
    "a file dropped onto the terminal also works.",
)
NAME = Field(
    "name",
    required=True,
    suggest=name_of_file,
    help="A name that says what callers hear, such as “Welcome, office hours”.",
)
USE = Field("use", Choice(SoundUse), required=True, default=SoundUse.IVR)
USES = Field("uses", title="Played by", fixed=True)
USES_SHOWN = 2


@dataclass
class SoundForm:
    """One opened form. What it decoded is kept, so that a second try to save doesn't need the file again."""

    services: Services
    customer_id: int
    row: Row | None = None
    words: str = "Saved."
    audio: Audio | None = field(default=None, repr=False)
    decoded: tuple[str, bool, Stamp, Audio] | None = field(default=None, repr=False)

    @property
    def target(self) -> int:
        """The level to adjust to, in hundredths of LUFS."""
        return round(self.services.settings.sounds.level * 100)

    def adjust_field(self, help: str = "") -> Field:
        """Whether the level is adjusted."""
        about = (
            f"Normalises to {decibels(self.target)} LUFS (EBU R128), true peak at most -1 dBTP. The original is kept."
        )
        return Field("adjusted", Flag(), title="Adjust level", default=False, help=help or about)

    def adding(self, company: str) -> Form:
        """The form of a new sound."""
        to = f" to {one_line(company, 40)}" if company else ""
        return Form(
            f"Add a sound{to}",
            (FILE, NAME, USE, self.adjust_field()),
            write=self.write_new,
            prepare=self.read_file,
            after=self.after,
            draft=DraftOf("sounds", 0, f"new of {self.customer_id}"),
            verb="add",
        )

    def editing(self) -> Form:
        """The form of a stored sound."""
        row = self.row or {}
        off = f"Yes: normalised to {decibels(self.target)} LUFS (EBU R128). No: as originally uploaded."
        return Form(
            f"Sound {row['id']}: {one_line(row['name'], 60)}",
            (
                Field("name", required=True),
                Field("use", Choice(SoundUse), required=True),
                Field("levels", title="Level", fixed=True),
                Field("peak", title="True peak", fixed=True, shown=lambda values: bool(values.get("peak"))),
                Field(
                    "adjusted",
                    Flag(),
                    title="Adjust level",
                    help=off,
                    shown=lambda values: bool(values.get("has_audio")),
                ),
                USES,
            ),
            write=self.write_changes,
            prepare=self.follow_level,
            after=self.after,
            load=self.load,
            draft=DraftOf("sounds", row["id"], "edit"),
        )

    def replacing(self) -> Form:
        """The form that puts another file into a stored sound."""
        row = self.row or {}
        return Form(
            f"Replace sound {row['id']}: {one_line(row['name'], 60)}",
            (FILE, self.adjust_field(), USES),
            write=self.write_changes,
            prepare=self.read_file,
            after=self.after,
            load=self.load,
            draft=DraftOf("sounds", row["id"], "replace"),
            verb="replace",
        )

    def load(self, connection: Connection) -> Values:
        """The stored values."""
        found = load_sound(connection, (self.row or {})["id"])
        uses = uses_of(connection, self.customer_id, found["id"])
        more = f" and {len(uses) - USES_SHOWN} more" if len(uses) > USES_SHOWN else ""
        return {
            **found,
            "uses": one_line(", ".join(uses[:USES_SHOWN]) + more, 200) or "nothing",
            "levels": both_levels(found),
            "peak": peak_words(found),
        }

    def read_file(self, values: Values) -> MutableValues:
        """Reads, decodes and adjusts the file that is named."""
        typed, adjusts = str(values["file"]), bool(values.get("adjusted"))
        stamp, known = _stamp(typed), self.decoded
        if known is not None and known[:2] == (typed, adjusts) and stamp in {None, known[2]}:
            self.audio = known[3]  # the answer to the first try was lost
        else:
            self.audio = self.decode(read_sound(typed), adjusts)
            self.decoded = (typed, adjusts, stamp, self.audio)
        return dict(values)

    def follow_level(self, values: Values) -> MutableValues:
        """Adjusts the level of the stored audio, or restores what was added, where that was asked for."""
        row, operator, services = self.row or {}, self.services.operator, self.services
        self.audio, self.words = None, "Saved."
        assert operator is not None
        stored = services.database.read(lambda connection: load_sound(connection, row["id"]))
        wanted = bool(values.get("adjusted"))
        if wanted != stored["adjusted"]:
            kept = services.database.read(lambda connection: load_audio(connection, operator, row["id"]))
            content = kept.original or kept.content
            if content is None:
                raise DomainError(
                    "No audio is stored for this sound.", field="adjusted", advice="Replace it with an MP3 file."
                )
            self.audio = self.decode(content, wanted)
            if not wanted:
                self.words = "The original sound has been restored."
        return dict(values)

    def decode(self, content: bytes, adjusts: bool) -> Audio:
        """The audio to store, with what to say about its level."""
        if not adjusts:
            before = measure(content)
            self.words = f"Saved. {level_as_added(before)}"
            return Audio(content, before)
        before, after = measure_and_adjust(content, self.target)
        self.words = f"Saved. {adjust_words(before, after.measurement if after else None, self.target)}"
        return Audio(content, before, after)

    def write_new(self, unit: UnitOfWork, values: Values, seen: Values) -> int:
        """Stores the new sound."""
        assert self.audio is not None
        return add_sound(unit, self.customer_id, str(values["name"]), values["use"], self.audio)

    def write_changes(self, unit: UnitOfWork, values: Values, seen: Values) -> int:
        """Stores what was changed."""
        return edit_sound(unit, (self.row or {})["id"], values, seen, self.audio)

    def after(self, sound_id: int) -> Saved:
        """What to say."""
        return Saved(sound_id, self.row is None, self.words)


def _stamp(typed: str) -> Stamp:
    """What changes with a file; None where it can't be looked at."""
    try:
        found = Path(typed_path(typed)).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
