"""All actions of a trace, in the order of help and menu."""

from __future__ import annotations

from partnertui.calls.last_carrier_response import carrier_failure
from partnertui.domain.carrier_complaint import complaint_text
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.screens.shared.carrier_complaint import show_complaint
from partnertui.screens.shared.carrier_complaint_actions import IN_COMPLAINT
from partnertui.screens.shared.trace.action_guards import no_trace, trace_of, view_of
from partnertui.screens.shared.trace.attach_action import ask_attach
from partnertui.screens.shared.trace.display_actions import DISPLAY_ACTIONS
from partnertui.screens.shared.trace.loader_protocol import HasCustomer
from partnertui.screens.shared.trace.message_actions import COPY_MESSAGE, MESSAGE_ACTIONS
from partnertui.screens.shared.trace.save_dialog import ask_save, visible_ladder
from partnertui.screens.shared.trace.verdict_actions import VERDICT_ACTIONS


def _copy(context: ActionContext) -> None:
    context.services.copy(visible_ladder(view_of(context)), "the ladder")


def _attach(context: ActionContext) -> None:
    view = view_of(context)
    customer_id = view.loader.customer_id if isinstance(view.loader, HasCustomer) else None
    judgement = view.analysis.judgement if view.analysis is not None else None
    ask_attach(context, trace_of(context), view.names, customer_id, judgement)


def _complain(context: ActionContext) -> None:
    view, services = view_of(context), context.services
    found = carrier_failure(trace_of(context))
    if found is None:
        services.notify("This call was put through, or its INVITE is missing, so there is no fault to report.", "warn")
        return
    customer_id = view.loader.customer_id if isinstance(view.loader, HasCustomer) else None
    show_complaint(services, complaint_text([found], None), customer_id)


def _escape(context: ActionContext) -> None:
    """Undo the innermost state: maximized pane, focus, search, running job, mark; then go back."""
    view = view_of(context)
    if view.maximized:
        view.maximize(False)
        if view.pane.has_class("away"):
            view.show_fields(False)
    elif view.pane.has_focus:
        view.ladder.focus()
    elif view.find.has_class("open"):
        view.find.close()
    elif view.reader.job is not None and view.analysis is None:
        view.reader.stop()
    elif view.ladder.marked is not None:
        view.ladder.marked = None
        view.ladder.repaint()
    else:
        context.services.go_back()


TRACE_ACTIONS = (
    *VERDICT_ACTIONS,
    *MESSAGE_ACTIONS,
    Action("trace.copy", "Copy the ladder", _copy, ("y",), refuse=no_trace, group="Copy and save", menu=True),
    COPY_MESSAGE,
    Action(
        "trace.save",
        "Save",
        lambda context: ask_save(view_of(context)),
        ("ctrl+s",),
        "save",
        refuse=no_trace,
        group="Copy and save",
        menu=True,
        about="as text, SVG or capture; numbers and addresses can be masked",
    ),
    Action(
        "trace.attach",
        "Attach to a ticket",
        _attach,
        ("upper_a", "A"),
        "attach",
        refuse=no_trace,
        group="Copy and save",
        menu=True,
        about="ladder, verdict and statistics as an internal note; can be masked",
    ),
    Action(
        "trace.complaint",
        "Carrier fault report",
        _complain,
        refuse=no_trace,
        group="Copy and save",
        menu=True,
        about="if a carrier didn't put the call through: the details its engineers need",
        leads_to=IN_COMPLAINT,
    ),
    *DISPLAY_ACTIONS,
    Action("trace.refresh", "Refresh", lambda context: view_of(context).restart(), ("f5", "r"), group="Call"),
    Action("trace.close", "Back", _escape, ("escape",), "back", group="Call", palette=False),
)
