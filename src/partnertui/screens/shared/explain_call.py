"""*Explain a call*: a number, a caller and a time become the way that the call takes, step by step."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from partnertui.domain.routing.explain import Step, explain
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.context import ActionContext
from partnertui.kit.declare.kinds import Number, Time
from partnertui.kit.shell.services import Location
from partnertui.kit.views.form import Field, Form, ask_form
from partnertui.kit.widgets.text_box import LinesBox
from partnertui.screens.shared.routes import step_lines


def explain_call(context: ActionContext) -> None:
    """Asks for the call; the number of the row is filled in where it is one."""
    row = context.row or {}
    customer, pattern = row["customer_id"], row.get("number") or row.get("number_pattern") or ""
    number = str(pattern) if str(pattern).isdigit() else None

    def work(values: dict[str, Any]) -> tuple[dict[str, Any], list[Step]]:
        from partnertui.db.routing import read_plan

        plan = context.services.database.read(lambda connection: read_plan(connection, customer))
        at: datetime = values["at"] or utc_now()
        return values, explain(plan, values["number"], values["caller"] or "", at)

    form = Form(
        "Explain a call",
        (
            Field("number", Number(), title="Number called", required=True, help="The customer's: the call comes in."),
            Field("caller", Number(), title="From", help="Empty: a withheld number."),
            Field("at", Time(seconds=False), title="When", required=True, help="now, yesterday, 2026-11-20T14:30 …"),
        ),
        work,
        values={"number": number, "caller": None, "at": utc_now()},
        verb="explains",
    )
    ask_form(context.services, form, lambda answer: show(context, *answer))


def show(context: ActionContext, values: dict[str, Any], steps: list[Step]) -> None:
    """The way of the call in a box."""
    number, caller = (Number().text(values[name]) for name in ("number", "caller"))
    title = f"{caller or 'withheld number'} calls {number}, {Time(seconds=False).text(values['at'])}"

    def go(location: Location | None) -> None:
        if location is not None:
            context.services.open(location)

    foot = "Enter goes there  y copies  Esc closes"
    context.services.show_dialog(LinesBox(context.services, title, lambda width: step_lines(steps, width), foot), go)


def _no_customer(context: ActionContext) -> str:
    return "" if (context.row or {}).get("customer_id") is not None else "it is no customer's: no rule is asked"


EXPLAIN = Action(
    "routing.explain",
    "Explain a call",
    explain_call,
    ("e",),
    "explain",
    rows="one",
    refuse=_no_customer,
    group="Routing",
    about="what happens to a call: rules, groups and menus, step by step",
)
EXPLAIN_TO_IT = replace(EXPLAIN, id="routing.explain-to", title="Explain a call to it")
"""The same on a number's record."""
