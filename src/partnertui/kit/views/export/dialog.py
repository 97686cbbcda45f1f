"""The dialog of an export: format and file; then a job with progress, which `J` shows and cancels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnertui.domain.errors import DomainError
from partnertui.kit.clock import utc_now
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.export import file
from partnertui.kit.views.export.plan import FORMATS, Plan, make_plan
from partnertui.kit.views.form import Field, Form, Option, Values, ask_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.cancel import Cancel
    from partnertui.errors import UserError
    from partnertui.kit.shell.services import Services
    from partnertui.kit.views.lists.view import ListView


@dataclass(frozen=True)
class Wanted:
    """What was chosen."""

    form: str
    path: Path
    exists: bool
    values: dict[str, Any]


@dataclass(frozen=True)
class About:
    """What the list is called, and how many rows it has, in words."""

    title: str
    rows: str


def ask_export(view: ListView) -> None:
    """Asks for format and file, and begins."""
    from partnertui.kit.views.lists.status_text import how_many

    assert view.page is not None
    services, screen = view.services, view.location.screen
    source = view.page.source(view.context()) if view.page.source else None
    scope = services.scope.customer_id if services.scope is not None and view.page.scope else None
    told = [*(fixed_filter.words for fixed_filter in view.location.fixed_filters), view.state.query]
    if view.page.tabs:
        told.insert(0, f"tab: {view.page.tabs[view.state.tab].title}")
    said = "; ".join(filter(None, told))
    plan = make_plan(screen, view.page, view.listing(), source=source, filter=said, customer=scope)
    form = str(services.saved_state.get("export", "format", default="csv"))
    name = file.default_name(screen, utc_now().astimezone().strftime("%Y-%m-%d"), form)
    rows = f"{how_many(view.count)} rows" if view.count is not None else "all rows"
    about = About(view.entry.title, rows)
    _ask(services, plan, about, {"format": form if form in FORMATS else "csv", "file": name})


def _ask(services: Services, plan: Plan, about: About, values: dict[str, Any], error: str = "") -> None:
    def save(typed: dict[str, Any]) -> Wanted:
        path = file.target(str(typed["file"]), typed["format"])
        try:
            file.check(path, replace=False)
        except file.Exists:
            return Wanted(typed["format"], path, True, typed)
        return Wanted(typed["format"], path, False, typed)

    fields = (
        Field("format", required=True, choices=tuple(Option(name, words) for name, words in FORMATS.items())),
        Field("file", required=True, help="~ is your home. The ending follows the format."),
    )
    title = f"Export {about.title}: all rows of the list as it is filtered"

    def preview(typed: Values) -> str:
        return error or _preview(typed, about)

    form = Form(title, fields, save, values=values, verb="exports", preview=preview)
    ask_form(services, form, lambda wanted: _confirm(services, plan, about, wanted))


def _preview(values: Values, about: About) -> str:
    try:
        path = file.target(str(values.get("file") or ""), str(values.get("format") or "csv"))
    except (DomainError, RuntimeError) as trouble:
        return str(trouble)
    folder = one_line(str(path.parent), 200)
    return f"Writes {about.rows} to {one_line(path.name)} in {folder}" if path.name else ""


def _confirm(services: Services, plan: Plan, about: About, wanted: Wanted) -> None:
    """An existing file is replaced only if that is wanted."""
    from partnertui.kit.widgets.text_box import Confirm

    if not wanted.exists:
        begin(services, plan, about, wanted)
        return

    def answered(yes: bool | None) -> None:
        begin(services, plan, about, wanted) if yes else _ask(services, plan, about, wanted.values)

    words = f"{wanted.path} is there already. Replacing it throws away what is in it."
    services.app.push_screen(Confirm("Replace the file?", words, "replace it"), answered)


def begin(services: Services, plan: Plan, about: About, wanted: Wanted) -> None:
    """Exports in the background; when that fails the dialog comes again with what was typed."""
    services.saved_state.put("export", "format", value=wanted.form)
    path, shown = wanted.path, one_line(str(wanted.path), 200)

    def work(cancel: Cancel, tell: Callable[[int, int], None]) -> int:
        from partnertui.kit.views.export.run import export_file

        return export_file(services.database, plan, wanted.form, path, cancel, replace=wanted.exists, tell=tell)

    def done(rows: int) -> None:
        services.notify(f"Exported {rows:,} {'row' if rows == 1 else 'rows'} to {shown}.", "good")

    def failed(error: UserError) -> None:
        words = f"Not exported: {error} {error.advice}".strip()
        services.notify(words, "bad")
        _ask(services, plan, about, wanted.values, words)

    def stopped() -> None:
        services.notify("The export was cancelled: no file was written.", "warn")

    services.jobs.long(f"Export of {about.title} to {one_line(path.name, 40)}", work, done, failed, stopped)
    services.notify(f"Exporting to {shown}: J shows how far it is.", "")
