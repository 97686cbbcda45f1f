"""*Explain a call*: from number, caller and time, shows step by step how the call is routed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from partnertui.domain.routing.explain import Step, explain
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.kinds import Number, Time
from partnertui.kit.views.form import Field, Form, Values, ask_form
from partnertui.kit.widgets.text_dialogs import LinesDialog
from partnertui.screens.shared.routing_steps import step_lines


def explain_call(context: ActionContext) -> None:
    """Ask for the call; the row's number is filled in if it's a plain number."""
    row = context.row or {}
    customer, pattern = row["customer_id"], row.get("number") or row.get("number_pattern") or ""
    number = str(pattern) if str(pattern).isdigit() else None

    def work(values: Values) -> tuple[Values, list[Step]]:
        from partnertui.db.customer_call_routing import read_plan

        plan = context.services.database.read(lambda connection: read_plan(connection, customer))
        at: datetime = values["at"] or utc_now()
        return values, explain(plan, values["number"], values["caller"] or "", at)

    form = Form(
        "Explain a call",
        (
            Field("number", Number(), title="Number called", required=True, help="A customer's number: inbound call."),
            Field("caller", Number(), title="From", help="Empty for a withheld number."),
            Field(
                "at",
                Time(seconds=False, ahead=True),
                title="When",
                required=True,
                help="now, sunday 20:00, tomorrow 9am, 2026-11-20 14:30 …",
            ),
        ),
        work,
        values={"number": number, "caller": None, "at": utc_now()},
        verb="explain",
        start="number" if number is None else "at",
    )
    ask_form(context.services, form, lambda answer: show(context, *answer))


def show(context: ActionContext, values: Values, steps: list[Step]) -> None:
    """Show the route in a dialog."""
    number, caller = (Number().text(values[name]) for name in ("number", "caller"))
    title = f"{caller or 'withheld number'} calls {number}, {Time(seconds=False).text(values['at'])}"

    dialog = LinesDialog(context.services, title, lambda width: step_lines(steps, width))
    context.services.show_dialog(dialog, context.services.open)


def _no_customer(context: ActionContext) -> str:
    return (
        ""
        if (context.row or {}).get("customer_id") is not None
        else "it doesn't belong to a customer, so no rule applies"
    )


EXPLAIN = Action(
    "routing.explain",
    "Explain a call",
    explain_call,
    ("upper_e", "E"),
    "explain",
    rows="one",
    refuse=_no_customer,
    group="Routing",
    about="what happens to a call: rules, groups and menus, step by step",
)
EXPLAIN_TO_IT = replace(EXPLAIN, id="ddis.explain", title="Explain a call to this number")
"""The same action on a number's record."""
