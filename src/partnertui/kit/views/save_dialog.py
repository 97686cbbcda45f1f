"""The dialog that asks for a format and a file name; an existing file is overwritten only after a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnertui.errors import UserError
from partnertui.kit.declare.form import Field, Form, Option, Values
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views import output_file
from partnertui.kit.views.form import ask_form
from partnertui.kit.widgets.text_dialogs import Confirm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from partnertui.kit.declare.actions import Services


@dataclass(frozen=True)
class FileChoice:
    """The format and file that were chosen, and whether the file may be overwritten."""

    format: str
    path: Path
    replace: bool
    values: Values


@dataclass(frozen=True)
class SaveDialog:
    """Asks where to write, then calls `write`; `ask_again` reopens it with what was entered after a failure.

    formats: labels by format. target: the path for what was typed and a format; raises DomainError. describe: what will
    be written, as in "1,234 rows".
    """

    services: Services
    heading: str
    formats: Mapping[str, str]
    target: Callable[[str, str], Path]
    write: Callable[[FileChoice], None]
    describe: str = ""
    verb: str = "save"

    def ask(self, values: Values, error: str = "") -> None:
        """Opens the form; `error` is shown until the form is saved or closed."""
        suffix = " The file extension follows the format." if len(self.formats) > 1 else ""
        fields = (
            Field("format", required=True, choices=tuple(Option(name, label) for name, label in self.formats.items())),
            Field("file", required=True, help=f"~ is your home folder.{suffix}"),
        )
        form = Form(
            self.heading,
            fields,
            self._check,
            values=values,
            verb=self.verb,
            preview=lambda typed: error or self._preview(typed),
        )
        ask_form(self.services, form, self._confirm)

    def ask_again(self, choice: FileChoice, error: UserError, outcome: str) -> None:
        """Shows why writing failed, and the form with what was entered."""
        text = f"{outcome}: {error} {error.advice}".strip()
        self.services.notify(text, "bad")
        self.ask(choice.values, text)

    def _check(self, typed: Values) -> FileChoice:
        path = self.target(str(typed["file"]), typed["format"])
        try:
            output_file.check(path, replace=False)
        except output_file.Exists:
            return FileChoice(typed["format"], path, True, typed)
        return FileChoice(typed["format"], path, False, typed)

    def _preview(self, typed: Values) -> str:
        try:
            path = self.target(str(typed.get("file") or ""), str(typed.get("format") or next(iter(self.formats))))
        except (UserError, RuntimeError) as error:  # RuntimeError: "~name" of a user who doesn't exist
            return str(error)
        what = f"{self.describe} " if self.describe else ""
        return f"Writes {what}to {one_line(path.name)} in {one_line(str(path.parent), 200)}" if path.name else ""

    def _confirm(self, choice: FileChoice) -> None:
        if not choice.replace:
            self.write(choice)
            return
        text = f"{choice.path} already exists. Replacing it overwrites its contents."
        self.services.show_dialog(
            Confirm(self.services, "Replace the file?", text, "replace it"),
            lambda yes: self.write(choice),
            on_cancel=lambda: self.ask(choice.values),
        )
