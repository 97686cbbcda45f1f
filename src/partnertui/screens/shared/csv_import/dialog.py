"""*Import*: asks for the file, checks every line of it, shows what it found, and imports all of it on request."""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.db.idempotent_writes import new_key
from partnertui.db.query_cancellation import Cancel
from partnertui.domain.errors import DomainError
from partnertui.errors import UserError
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.form import Form, MutableValues, Values
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import ask_form
from partnertui.kit.widgets.dialog import close_action, help_action, move_actions
from partnertui.kit.widgets.live_dialog import LiveDialog
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.screens.shared.capture_file.path_checks import resolve_path
from partnertui.screens.shared.csv_import.dry_run_report import lines_text, report_texts
from partnertui.screens.shared.csv_import.import_kinds import ImportKind, ImportOptions
from partnertui.screens.shared.csv_import.options_form import import_fields, start_values
from partnertui.screens.shared.customer_scope import customer_of_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.imports.run import Checked, CsvImport


def ask_import(context: ActionContext, kind: ImportKind) -> None:
    """Asks for the file and what else has to be known, then opens the import."""

    def save(values: MutableValues) -> MutableValues:
        return {**values, "path": str(resolve_path(str(values["path"]), _readable_file))}

    fields, start = import_fields(kind), start_values(context)
    form = Form(
        f"Import {kind.word} from a CSV file", fields, save=save, values=start, verb="check", saves_unchanged=True
    )
    ask_form(context.services, form, lambda values: _open(context, kind, values))


def _open(context: ActionContext, kind: ImportKind, values: Values) -> None:
    context.services.show_dialog(ImportDialog(context, kind, values), lambda done: context.refresh_rows())


def _readable_file(path: Path) -> None:
    """Raises DomainError unless it's a file, OSError if it can't be read."""
    if not path.is_file():
        text = "That's a folder, not a file." if path.is_dir() else "There is no such file on this host."
        raise DomainError(text, advice="Check the name.")
    # A file that can be seen can't always be read: the form says so now, not the job later.
    with path.open("rb"):
        return


class ImportDialog(LiveDialog):
    """Checks a file in the background, shows what it found, and imports it when the agent says so."""

    def __init__(self, context: ActionContext, kind: ImportKind, values: Values) -> None:
        self.path = Path(str(values["path"]))
        super().__init__(context.services, f"Import {kind.word}: {self.path.name}")
        self.kind, self.values, self.opened_from = kind, values, context
        self.cancel = Cancel()
        self.run: CsvImport | None = None
        self.checked: Checked | None = None
        self.key = ""
        self.has_problems_file = False
        self.state, self.error, self.done = "checking", "", 0

    def actions(self) -> tuple[Action, ...]:
        """Import, move, close."""
        return IMPORT_ACTIONS

    def check_again(self) -> None:
        """Checks the file once more, as when it was corrected meanwhile."""
        if self.state in {"ready", "refused", "failed"}:
            self.state, self.error, self.done, self.checked = "checking", "", 0, None
            self.begin()

    def begin(self) -> None:
        """Checks the file."""

        def work(cancel: Cancel, tell: Callable[[int, int], None]) -> tuple[CsvImport, Checked]:
            run = self._prepared(cancel, tell)
            typed = str(self.values.get("problems") or "")
            if not typed:
                return run, run.check()
            try:
                target = Path(typed).expanduser()
                if self.has_problems_file:  # of an earlier check in this dialog; no other file is replaced
                    target.unlink(missing_ok=True)
                with target.open("x", encoding="utf-8", newline="") as file:
                    self.has_problems_file = True
                    return run, run.check(file)
            except OSError as error:
                raise DomainError(f"{typed} can't be written: {error.strerror}.", "Choose another file.") from None

        def checked(found: tuple[CsvImport, Checked]) -> None:
            self.run, self.checked = found
            self.state = "refused" if self.checked.problems.count else "ready"
            self.changed()

        reporting = self._reporter()
        self.job = self.services.jobs.long(
            f"Check {one_line(self.path.name, 60)}",
            lambda cancel, tell: work(cancel, reporting(tell)),
            checked,
            self._failed,
        )
        self.paint()

    def _prepared(self, cancel: Cancel, tell: Callable[[int, int], None]) -> CsvImport:
        from partnertui.db.imports.run import CsvImport  # the mapped models, in the job's thread

        services, operator = self.services, self.services.operator
        assert operator is not None
        customer = customer_of_list(self.opened_from)
        options = ImportOptions(
            services.database,
            services.settings,
            services.folders,
            self.values.get("price_list_id"),
            customer.record_id if customer is not None else None,
            str(self.values.get("decimal") or ""),
        )
        self.key = new_key()
        return CsvImport(services.database, operator, self.path, self.kind.importer(options), cancel, tell)

    def _reporter(self) -> Callable[[Callable[[int, int], object]], Callable[[int, int], None]]:
        """Makes what the job's thread tells its progress; to be called in the interface's own."""
        # a thread has no context of its own, and Textual's timers need the application's
        loop, context = asyncio.get_running_loop(), copy_context()

        def reporting(tell: Callable[[int, int], object]) -> Callable[[int, int], None]:
            def both(done: int, total: int) -> None:
                tell(done, total)
                if not loop.is_closed():
                    loop.call_soon_threadsafe(self._progress, 100 * done // max(1, total), context=context)

            return both

        return reporting

    def _progress(self, percent: int) -> None:
        if percent != self.done:
            self.done = percent
            self.changed()

    def store(self) -> None:
        """Imports all lines, if they are valid and this wasn't begun yet."""
        if self.state != "ready" or self.run is None or self.checked is None:
            words = {"checking": "The file is still being checked.", "storing": "The import is running."}
            self.services.notify(words.get(self.state, "This file can't be imported."), "warn")
            return
        run, checked, key = self.run, self.checked, self.key
        run.cancel = self.cancel = Cancel()
        self.state, self.done = "storing", 0
        jobs = self.services.jobs
        title = f"Import {one_line(self.path.name, 60)}"
        job = jobs.write(title, lambda: run.store(checked, key), self._stored, self._failed, stop=self.cancel.cancel)
        loop = asyncio.get_running_loop()
        run.tell = self._reporter()(lambda done, total: loop.call_soon_threadsafe(job.progress, done, total))
        self.paint()

    def _stored(self, count: int) -> None:
        one, several = self.run.importer.noun.split("/") if self.run is not None else ("line", "lines")
        self.services.notify(f"{count:,} {one if count == 1 else several} imported. {self.kind.after}".strip(), "good")
        self.dismiss(True)

    def _failed(self, error: UserError) -> None:
        self.state, self.error = "failed", f"{error} {error.advice}".strip()
        self.changed()

    def lines(self, width: int) -> list[Line]:
        """How the file is written, what is wrong with it, how far it is."""
        found: list[Line] = []
        if self.checked is not None:
            for text in report_texts(self.checked):
                role = "bad" if text.startswith("Line ") else "warn" if text.startswith("Unknown column") else "value"
                found += wrapped(one_line(text, 1000), width, role)
            if self.checked.problems.count and self.values.get("problems"):
                found += wrapped(
                    f"All problems are listed in {one_line(str(self.values['problems']), 500)}.", width, "value"
                )
            found.append(BLANK)
        return [*found, *wrapped(self._state_text(), width, self._state_role())]

    def _state_text(self) -> str:
        keys = self.services.keymap
        lines = lines_text(self.checked.lines) if self.checked is not None else ""
        texts = {
            "checking": f"Checking every line … {self.done}%",
            "ready": f"{lines} can be imported: press {keys.label('import.save')} to start.",
            "refused": f"Correct the file, then press {keys.label('import.refresh')} to check it again.",
            "storing": f"Importing {lines} … {self.done}%. {keys.label('import.close')} cancels the whole import.",
            "cancelling": "Cancelling …",
        }
        return texts.get(self.state, self.error)

    def _state_role(self) -> str:
        return {"ready": "good", "failed": "bad", "refused": "warn"}.get(self.state, "accent")

    def close(self) -> None:
        """Closes it; an import that runs is cancelled first, and says whether that came in time."""
        if self.state == "storing":
            self.state = "cancelling"
            self.cancel.cancel()
            self.paint()
        elif self.state != "cancelling":
            super().close()


def _dialog(context: ActionContext) -> ImportDialog:
    return context.front(ImportDialog)


IMPORT_ACTIONS = (
    Action("import.save", "Import all lines", lambda c: _dialog(c).store(), ("ctrl+s",), "import", palette=False),
    Action("import.refresh", "Check the file again", lambda c: _dialog(c).check_again(), ("f5", "r"), "check again"),
    Action(
        "import.copy", "Copy the line", lambda c: c.services.copy(_dialog(c).body.line.copy, "the line"), ("y",), "copy"
    ),
    *move_actions("import", lambda c: _dialog(c).body),
    help_action("import"),
    close_action("import", "close", "q"),
)
