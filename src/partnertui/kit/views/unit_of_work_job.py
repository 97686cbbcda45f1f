"""Runs a database change as a job, in one unit of work, and reports how it went."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Protocol, TypeVar

from partnertui.errors import UserError
from partnertui.kit.views.last_changed_rows import remember_changed

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.database import Database
    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.domain.operators import Operator
    from partnertui.kit.declare.actions import ActionContext

T = TypeVar("T")
SAVED_BEFORE = "Your first attempt had already been saved."
"""What is said where saving again found that there was nothing left to save."""
NOT_SIGNED_IN = "No one is logged in yet."


class Writing(Protocol):
    """Where something is typed and stays until it is committed: a dialog, or an editor in a view."""

    key: str
    """The idempotency key of what is typed."""

    @property
    def written(self) -> str:
        """What is written, to tell a second try of it from another text."""

    def begin_saving(self) -> None:
        """It is being written: it can't be changed until the outcome is known."""

    def saved(self) -> None:
        """It is committed."""

    def show_failure(self, error: UserError) -> None:
        """Says why it was not written; all that was typed stays."""


def run_unit_of_work(
    context: ActionContext,
    title: str,
    work: Callable[[UnitOfWork], T],
    done: str | Callable[[T], str],
    *,
    dialog: Writing | None = None,
) -> None:
    """Runs `work` in one unit of work, commits it, shows the sentence `done` and reads the view again.

    title: what is being done, as in "Couldn't <title>". dialog: what was typed in it is written; it stays open until
    that is committed, and shows why it isn't. `work` returns None, a number, text, or lists of them.
    """
    before: list[str] = []

    def run(database: Database, operator: Operator, key: str) -> T:
        from partnertui.db.idempotent_writes import commit_once  # the mapped models, which the first frame doesn't need

        written = dialog.written if dialog is not None else None
        return commit_once(database, operator, key, work, written, found_earlier=lambda: before.append(SAVED_BEFORE))

    def told(result: T) -> str:
        return " ".join((*before, done if isinstance(done, str) else done(result)))

    run_units_of_work(context, title, run, told, dialog=dialog)


def run_units_of_work(
    context: ActionContext,
    title: str,
    run: Callable[[Database, Operator, str], T],
    done: Callable[[T], str],
    *,
    dialog: Writing | None = None,
) -> None:
    """As `run_unit_of_work`, for a `run` that commits by itself: with the database, the operator and a key."""
    services, operator = context.services, context.operator
    key = dialog.key if dialog is not None else token_hex(16)

    def started() -> T:
        assert operator is not None
        return run(services.database, operator, key)

    def succeeded(result: T) -> None:
        if dialog is not None:
            dialog.saved()
        remember_changed(context.view, ())  # `done` may know better
        services.notify(done(result), "good")
        context.refresh_rows()

    def failed(error: UserError) -> None:
        if dialog is not None:
            dialog.show_failure(error)
        else:
            services.notify(f"Couldn't {title}: {error} {error.advice}".strip(), "bad")
        context.refresh_rows()

    if operator is None:
        failed(UserError(NOT_SIGNED_IN))
    else:
        if dialog is not None:
            dialog.begin_saving()
        services.jobs.write(title, started, succeeded, failed)
