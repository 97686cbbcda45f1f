"""Asks for a file and writes bytes to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views import output_file
from partnertui.kit.views.save_dialog import FileChoice, SaveDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.query_cancellation import Cancel
    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import Services


def save(services: Services, name: str, content: bytes) -> None:
    """Asks for a file and writes it; an existing one only after a question."""

    def target(typed: str, form: str) -> Path:
        if "\0" in typed:
            raise DomainError("A file name can't contain a null character.", field="file", advice="Enter another name.")
        return Path(typed.strip()).expanduser()

    def write(choice: FileChoice) -> None:
        def work(cancel: Cancel, tell: Callable[[int, int], None]) -> None:
            with output_file.whole_file(choice.path, replace=choice.replace) as out:
                out.buffer.write(content)

        def failed(error: UserError) -> None:
            dialog.ask_again(choice, error, "Not saved")

        services.jobs.long(
            f"Saving {name}",
            work,
            lambda result: services.notify(f"Saved as {one_line(str(choice.path), 200)}.", "good"),
            failed,
            shown=False,
        )

    dialog = SaveDialog(services, f"Save {one_line(name, 40)}", {"file": "unchanged"}, target, write)
    folder = Path(output_file.default_name("x", "y", "z")).parent
    dialog.ask({"format": "file", "file": str(folder / name)})
