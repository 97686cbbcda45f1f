"""Runs a change of the database as a job in one unit of work."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from partnertui.errors import UserError
from partnertui.kit.declare.actions import ActionContext

if TYPE_CHECKING:
    from partnertui.db.session import UnitOfWork

T = TypeVar("T")
NOT_SIGNED_IN = "Nobody is signed in yet: the database has not answered."


def run_unit_of_work(
    context: ActionContext,
    title: str,
    work: Callable[[UnitOfWork], T],
    done: str | Callable[[T], str],
    *,
    retry: Callable[[], None] | None = None,
) -> None:
    """Runs `work` in one unit of work, commits it, shows the sentence `done` and reads the view again.

    title: what is being done, as in "Could not <title>". retry: opens the dialog again with what was typed, after the
    error has been shown.
    """
    services, operator = context.services, context.operator

    def run() -> T:
        from partnertui.db.session import UnitOfWork  # the mapped models, which the first frame doesn't need

        assert operator is not None
        with UnitOfWork(services.database, operator) as unit:
            result = work(unit)
            unit.commit()
            return result

    def succeeded(result: T) -> None:
        services.notify(done if isinstance(done, str) else done(result), "good")
        context.refresh_rows()

    def failed(error: UserError) -> None:
        services.notify(f"Could not {title}: {error} {error.advice}".strip(), "bad")
        context.refresh_rows()
        if retry is not None:
            retry()

    if operator is None:
        services.notify(NOT_SIGNED_IN, "warn")
        if retry is not None:
            retry()
    else:
        services.jobs.write(title, run, succeeded, failed)
