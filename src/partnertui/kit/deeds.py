"""A deed: one unit of work as a job, a sentence when it is done, and nothing lost when it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from partnertui.db.errors import DatabaseTrouble
from partnertui.domain.errors import DomainError
from partnertui.kit.context import Here

if TYPE_CHECKING:
    from partnertui.db.work import UnitOfWork


def deed(
    here: Here,
    title: str,
    work: Callable[[UnitOfWork], Any],
    done: str,
    *,
    again: Callable[[], None] | None = None,
) -> None:
    """Runs work in one unit of work and commits it; `again` opens the dialog anew with what was typed."""
    desk, operator = here.desk, here.operator
    if operator is None:
        desk.say("Nobody is signed in yet: the database has not answered.", "warn")
        if again is not None:
            again()
        return

    def run() -> Any:
        from partnertui.db.work import UnitOfWork

        with UnitOfWork(desk.database, operator) as unit:
            result = work(unit)
            unit.commit()
            return result

    def succeeded(result: Any) -> None:
        desk.say(done, "good")
        here.view.refresh_rows()  # type: ignore[attr-defined]

    def failed(error: DatabaseTrouble | DomainError) -> None:
        desk.say(f"Could not {title}: {error} {error.advice}".strip(), "bad")
        here.view.refresh_rows()  # type: ignore[attr-defined]
        if again is not None:
            again()

    desk.jobs.write(title, run, succeeded, failed)
