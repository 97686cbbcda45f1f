"""A deed: one unit of work as a job, a sentence when it is done, and nothing lost when it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from partnertui.errors import UserError
from partnertui.kit.declare.context import ActionContext

if TYPE_CHECKING:
    from partnertui.db.session import UnitOfWork


def run_unit_of_work(
    context: ActionContext,
    title: str,
    work: Callable[[UnitOfWork], Any],
    done: str,
    *,
    again: Callable[[], None] | None = None,
) -> None:
    """Runs work in one unit of work and commits it; `again` opens the dialog anew with what was typed."""
    services, operator = context.services, context.operator
    if operator is None:
        services.notify("Nobody is signed in yet: the database has not answered.", "warn")
        if again is not None:
            again()
        return

    def run() -> Any:
        from partnertui.db.session import UnitOfWork

        with UnitOfWork(services.database, operator) as unit:
            result = work(unit)
            unit.commit()
            return result

    def succeeded(result: Any) -> None:
        services.notify(done, "good")
        context.view.refresh_rows()  # type: ignore[attr-defined]

    def failed(error: UserError) -> None:
        services.notify(f"Could not {title}: {error} {error.advice}".strip(), "bad")
        context.view.refresh_rows()  # type: ignore[attr-defined]
        if again is not None:
            again()

    services.jobs.write(title, run, succeeded, failed)
