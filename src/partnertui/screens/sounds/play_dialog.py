"""*Play*: plays on this host's audio device, with waveform and seek; without a device, offers to save or copy it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.audio import player, sandboxed_decoder
from partnertui.audio.file_error_messages import clock
from partnertui.db.sound_download_tokens import LASTS
from partnertui.db.sounds import Stored, load_audio
from partnertui.domain.duration_text import span_words
from partnertui.domain.errors import DomainError
from partnertui.domain.sounds import WAVEFORM_STEPS
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.dialog import close_action, help_action
from partnertui.kit.widgets.live_dialog import LiveDialog
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.screens.sounds.level_wording import both_levels, peak_words
from partnertui.screens.sounds.save_or_fetch import copy_command, save
from partnertui.screens.sounds.waveform import ROWS, waveform_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events

    from partnertui.db.query_cancellation import Cancel
    from partnertui.errors import UserError

STEP_SECONDS = 5.0
NO_AUDIO = DomainError("No audio is stored for this sound.", advice="Replace it with an MP3 file.")
WAVEFORM_TOP = 2
"""Lines above the waveform."""


def play(context: ActionContext) -> None:
    """Opens the dialog for the sound under the cursor."""
    context.services.show_dialog(PlayDialog(context))


class PlayDialog(LiveDialog):
    """Reads and decodes the sound, then plays it; Esc ends that."""

    DEFAULT_CSS = "PlayDialog > Vertical { height: 18; max-width: 104; }"

    def __init__(self, context: ActionContext) -> None:
        self.row = dict(context.row or {})
        super().__init__(context.services, str(self.row["name"]))
        self.opened_from = context
        self.player: player.Player | None = None
        self.opened: player.Player | None = None
        """The player, as soon as its device is open; `player` once it is shown."""
        self.is_closed = False
        self.stored: Stored | None = None
        self.problem: UserError | None = None
        self.silent_because = player.no_device_words()
        self.command = ""
        """The one-time copy command, once one was made."""

    def actions(self) -> tuple[Action, ...]:
        """Play, seek, stop, save, copy, close."""
        return PLAY_ACTIONS if self.player is not None else OTHER_ACTIONS

    def begin(self) -> None:
        """Reads the sound and, where there is a device, decodes it and opens the device."""
        row, database, operator = self.row, self.services.database, self.services.operator

        def work(cancel: Cancel, tell: Callable[[int, int], None]) -> tuple[Stored, player.Player | None]:
            assert operator is not None
            stored = database.read(lambda connection: load_audio(connection, operator, row["id"]))
            self.stored = stored  # it can be saved even if it can't be decoded
            if stored.content is None or self.silent_because:
                return stored, None
            samples = sandboxed_decoder.samples(stored.content)
            try:
                self.opened = player.Player(samples, player.REAL)
            except DomainError as error:
                self.silent_because = str(error)
                return stored, None
            # Opening a device takes a moment; a dialog closed meanwhile has to give it back all the same.
            if self.is_closed:
                self.opened.close()
            return stored, self.opened

        self.job = self.services.jobs.long("Reading the sound", work, self.begin_playing, self.failed, shown=False)

    def begin_playing(self, found: tuple[Stored, player.Player | None]) -> None:
        """Shows the sound and plays it from the beginning."""
        self.stored, opened = found
        if self.is_closed:
            return
        self.player = opened
        if self.stored.content is None:
            self.problem = NO_AUDIO
        if opened is not None:
            opened.play()
            self.set_interval(self.repaint_seconds, self.paint)
        self.paint()

    def failed(self, error: UserError) -> None:
        """Says why it can't be played; saving may still work."""
        self.problem = error
        self.paint()

    def give_back(self, opened: player.Player) -> None:
        """Closes the device, which waits for its thread."""
        opened.pause()
        self.services.jobs.long(
            "Closing the audio device", lambda cancel, tell: opened.close(), lambda done: None, self.failed, shown=False
        )

    def on_unmount(self) -> None:
        """Ends playing, however the dialog is closed."""
        self.is_closed, self.player = True, None
        if self.opened is not None:
            self.give_back(self.opened)

    def lines(self, width: int) -> list[Line]:
        """State, waveform, level, and what else can be done."""
        points = (self.stored.waveform if self.stored else None) or bytes(WAVEFORM_STEPS)
        opened = self.player
        played = opened.position / opened.duration if opened is not None and opened.duration else 0.0
        return [
            self.state_line(),
            BLANK,
            *waveform_lines(points, width, played, self.services.symbols),
            Line(((self.level_text(), "muted"),)),
            BLANK,
            *self.further_lines(width),
        ]

    def level_text(self) -> str:
        """Levels and true peak."""
        peak = peak_words(self.row)
        return both_levels(self.row) + (f", true peak {peak}" if peak else "")

    def state_line(self) -> Line:
        """What is going on, and where."""
        length = clock(self.row["duration_ms"])
        opened = self.player
        if opened is not None:
            at = int(opened.position * 1000)
            word = "Playing" if opened.playing else "Paused" if 0 < opened.position < opened.duration else "Stopped"
            return Line(((f"{word:<8}", "title"), (f"{clock(at)} of {length}", "text")))
        if self.problem is not None:
            return Line(((f"{self.problem} {self.problem.advice}".strip(), "bad"),))
        if self.stored is None:
            return Line((("Reading …", "muted"),))
        return Line(((self.silent_because, "warn"), (f"  {length}", "muted")))

    def further_lines(self, width: int) -> list[Line]:
        """The one-time command, or how to get at the sound without a device."""
        if self.command:
            intro = f"Run this where you want the file. It works only once, within {span_words(LASTS)}:"
            return [*wrapped(intro, width, "muted"), *wrapped(self.command, width, "text")]
        if self.player is not None:
            return [Line((("in mono at 16 kHz, as wideband phones play it", "muted"),))]
        if self.stored is None or self.stored.content is None:
            return []
        label = self.services.keymap.label
        return [
            Line(((label("play.save"), "title"), (" saves it to a file on this host", "text"))),
            Line(
                (
                    (label("play.copy"), "title"),
                    (" copies a single-use command that fetches it, to run on your computer", "text"),
                )
            ),
        ]

    def toggle(self) -> None:
        """Pauses, or goes on."""
        if self.player is not None:
            self.player.pause() if self.player.playing else self.player.play()
            self.paint()

    def seek_by(self, seconds: float) -> None:
        """Goes forward or back."""
        if self.player is not None:
            self.player.seek(self.player.position + seconds)
            self.paint()

    def seek_to_start(self) -> None:
        """Goes to the beginning, and on from there."""
        if self.player is not None:
            self.player.seek(0)
            self.paint()

    def stop(self) -> None:
        """Stops at the beginning."""
        if self.player is not None:
            self.player.stop()
            self.paint()

    def on_click(self, event: events.Click) -> None:
        """A click on the waveform goes there; one on a hint does what its key does."""
        region, opened = self.body.region, self.player
        row = event.screen_y - region.y - WAVEFORM_TOP
        if opened is not None and 0 <= row < ROWS and region.x < event.screen_x < region.right:
            cells = max(20, self.body.size.width - 2)
            opened.seek(opened.duration * min(1.0, (event.screen_x - region.x - 1) / cells))
            self.paint()
        else:
            super().on_click(event)

    def save(self) -> None:
        """Asks for a file and writes the sound there."""
        if self.stored is not None and self.stored.content is not None:
            save(self.services, one_line(str(self.row["name"])), self.stored)
        else:
            reading = self.problem or "The sound is still being read."
            self.services.notify(str(NO_AUDIO if self.stored is not None else reading), "warn")

    def copy(self) -> None:
        """Makes a one-time command, shows and copies it."""

        def show(command: str) -> None:
            self.command = command
            self.paint()
            self.services.copy(command, "the command")

        copy_command(self.opened_from, self.row["id"], str(self.row["name"]), show)


def _dialog(context: ActionContext) -> PlayDialog:
    return context.front(PlayDialog)


OTHER_ACTIONS = (
    Action("play.save", "Save to a file", lambda c: _dialog(c).save(), ("ctrl+s",), "save", palette=False),
    Action(
        "play.copy",
        "Copy a single-use command that fetches it",
        lambda c: _dialog(c).copy(),
        ("y",),
        "copy",
        palette=False,
    ),
    help_action("play"),
    close_action("play", "close", "q"),
)
PLAY_ACTIONS = (
    Action("play.pause", "Pause, resume", lambda c: _dialog(c).toggle(), ("p", "space"), "pause", palette=False),
    Action(
        "play.left", "5 seconds back", lambda c: _dialog(c).seek_by(-STEP_SECONDS), ("left",), "back", palette=False
    ),
    Action(
        "play.right", "5 seconds forward", lambda c: _dialog(c).seek_by(STEP_SECONDS), ("right",), "on", palette=False
    ),
    Action("play.first", "Go to the start", lambda c: _dialog(c).seek_to_start(), ("home",), palette=False),
    Action("play.stop", "Stop", lambda c: _dialog(c).stop(), ("comma",), "stop", palette=False),
    *OTHER_ACTIONS,
)
