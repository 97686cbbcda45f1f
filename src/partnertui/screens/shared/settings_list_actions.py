"""Makes the actions add, edit and delete for a list of the settings, from its declared fields and rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from partnertui.domain.capital_letter import capital
from partnertui.domain.drafts import DraftOf
from partnertui.domain.operators import STAFF, Role
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.lazy import resolve
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Values, ask_form
from partnertui.kit.views.unit_of_work_job import run_unit_of_work

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.rows.type_aliases import Row
    from partnertui.db.settings_list_writes import RowRules
    from partnertui.db.unit_of_work import UnitOfWork

ADMIN = frozenset({Role.ADMIN})


@dataclass(frozen=True)
class EditedList:
    """A list whose rows are added, edited and deleted."""

    area: str
    """Of the actions: `area.add`, `area.edit`, `area.remove`."""
    noun: str
    """One row, in words."""
    rules: str
    """The name of its RowRules in db/settings_list_rules.py."""
    fields: tuple[Field, ...]
    title: Callable[[Row], str]
    roles: frozenset[Role] = STAFF
    load: Callable[[Connection], Values] | None = None
    """What the form needs besides the row."""
    start: Callable[[ActionContext], Values] = field(default=lambda context: {})
    """What a new row begins with, from where the agent is."""

    @property
    def table(self) -> RowRules:
        """The rules; imports the mapped models."""
        found: RowRules = resolve(f"partnertui.db.settings_list_rules:{self.rules}")
        return found

    def form(self, context: ActionContext, row: Row | None) -> Form:
        """The form for a row, or for a new one."""
        key = row["id"] if row is not None else None
        begin = self.start(context) if key is None else {}

        def load(connection: Connection) -> Values:
            from partnertui.db.settings_list_writes import load_row

            more = self.load(connection) if self.load is not None else {}
            return {**begin, **more} if key is None else {**load_row(connection, self.table, key), **more}

        def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
            from partnertui.db.settings_list_writes import add_row, edit_row

            return add_row(unit, self.table, values) if key is None else edit_row(unit, self.table, key, values, seen)

        article = "an" if self.noun[0].lower() in "aeio" or self.noun.startswith("SLA") else "a"
        named = f"{capital(self.noun)} {one_line(self.title(row), 60)}" if row is not None else ""
        needs_reading = key is not None or self.load is not None
        return Form(
            named or f"Add {article} {self.noun}",
            self.fields,
            write=write,
            load=load if needs_reading else None,
            values={} if needs_reading else begin,
            saves_unchanged=key is None,
            saved="Saved.",
            draft=DraftOf(self.area, key or 0, "edit"),
        )

    def add(self, context: ActionContext) -> None:
        """Adds a row."""
        ask_form(context.services, self.form(context, None), lambda found: context.refresh_rows())

    def edit(self, context: ActionContext) -> None:
        """Edits the row under the cursor."""
        ask_form(context.services, self.form(context, context.row), lambda found: context.refresh_rows())

    def remove(self, context: ActionContext) -> None:
        """Deletes the row under the cursor, after showing what that does; says who uses it where it can't be."""
        row, services = context.row or {}, context.services
        key, name = row["id"], one_line(self.title(row), 60)

        def read(connection: Connection) -> tuple[int, str, str]:
            from partnertui.db.row_uses import parts_of, use_words, uses
            from partnertui.db.settings_list_writes import version_in

            rules = self.table
            users = use_words(uses(connection, rules.model, key, rules.parts))
            parts = use_words(parts_of(connection, rules.model, key, rules.parts))
            return version_in(connection, rules, key), users, parts

        def ask(found: tuple[int, str, str]) -> None:
            from partnertui.kit.widgets.text_dialogs import Confirm

            version, users, parts = found
            if users:
                services.notify(f"Not deleted, because it is used by {users}. {self.table.advice}", "warn")
                return
            more = f" Its {parts} {'is' if parts.startswith('1 ') else 'are'} deleted with it." if parts else ""
            words = f"Nothing uses this {self.noun}.{more} Its history is kept; the deletion can't be undone."
            question = Confirm(services, f"Delete {self.noun} {name}?", words, "delete it")
            services.show_dialog(question, lambda yes: self._delete(context, key, version, name))

        services.read(context.view, "uses", read, ask, opens=True)

    def _delete(self, context: ActionContext, key: int, version: int, name: str) -> None:
        def work(unit: UnitOfWork) -> None:
            from partnertui.db.settings_list_writes import delete_row

            delete_row(unit, self.table, key, version)

        run_unit_of_work(context, f"delete {self.noun} {name}", work, f"Deleted {self.noun} {name}.")

    def actions(self) -> tuple[Action, ...]:
        """Add, edit and delete."""
        article = "an" if self.noun[0].lower() in "aeio" or self.noun.startswith("SLA") else "a"
        group = capital(self.noun)
        shared: dict[str, Any] = {"roles": self.roles, "refuse": signed_in, "group": group}
        return (
            Action(f"{self.area}.edit", "Edit", self.edit, ("e",), "edit", rows="one", **shared),
            Action(f"{self.area}.add", f"Add {article} {self.noun}", self.add, ("a",), "add", **shared),
            Action(
                f"{self.area}.remove",
                "Delete",
                self.remove,
                ("delete",),
                "delete",
                rows="one",
                about="refused while something uses it; the message says what",
                **shared,
            ),
        )
