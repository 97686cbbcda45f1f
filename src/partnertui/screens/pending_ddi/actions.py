"""Actions on a number order: edit, advance, exception, reject, check readiness and activate."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from partnertui.domain.pending_ddis import ENDED
from partnertui.kit.declare.actions import NO_OPERATOR, Action, ActionContext
from partnertui.kit.declare.lazy import lazy
from partnertui.kit.views.form import ask_form

if TYPE_CHECKING:
    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.views.form import Form


def _under_way(context: ActionContext) -> str:
    if context.operator is None:
        return NO_OPERATOR
    state = (context.row or {}).get("state")
    return f"this order is {state}: there is nothing left to do" if state in ENDED else ""


def _has_numbers(context: ActionContext) -> str:
    named = (context.row or {}).get("numbers")
    return _under_way(context) or ("" if named else "this order has no numbers yet: {key:pending-ddi.edit} adds them")


def _ask(where: str) -> Callable[[ActionContext], None]:
    make: Callable[[Row], Form] = lazy(where)

    def run(context: ActionContext) -> None:
        def done(answer: str) -> None:
            context.services.notify(answer, "good")
            context.refresh_rows()

        ask_form(context.services, make(context.row or {}), done)

    return run


def _step(verb: str, title: str, where: str, keys: tuple[str, ...], hint: str = "", about: str = "") -> Action:
    refuse = _under_way if verb == "edit" else _has_numbers
    return Action(
        f"pending-ddi.{verb}", title, _ask(where), keys, hint, rows="one", refuse=refuse, group="Order", about=about
    )


ACTIONS = (
    _step(
        "edit",
        "Edit: numbers, route, price, documents",
        "partnertui.screens.pending_ddi.edit_form:edit_form",
        ("e",),
        "edit",
    ),
    _step(
        "advance",
        "Advance to the next state",
        "partnertui.screens.pending_ddi.step_forms:advance_form",
        ("upper_s", "S"),
        "advance",
    ),
    Action(
        "pending-ddi.test",
        "Check readiness for activation",
        lazy("partnertui.screens.pending_ddi.readiness:check_readiness"),
        ("t",),
        "readiness",
        rows="one",
        refuse=_has_numbers,
        group="Order",
        about="checks target registration, price and emergency address: red or green per number",
    ),
    _step(
        "activate",
        "Activate: create the DDIs",
        "partnertui.screens.pending_ddi.step_forms:activate_form",
        ("underscore",),
        "activate",
    ),
    _step(
        "exception",
        "Exception: the other provider sent it back",
        "partnertui.screens.pending_ddi.step_forms:exception_form",
        ("semicolon",),
        about="with the reason and who has to act next; advancing resubmits it",
    ),
    _step("reject", "Reject with a reason", "partnertui.screens.pending_ddi.step_forms:reject_form", ("minus",)),
)
