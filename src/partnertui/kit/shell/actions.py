"""What can be done everywhere."""

from __future__ import annotations

from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.context import ActionContext
from partnertui.kit.shell.quitting import leave
from partnertui.kit.shell.services import Location


def _palette(context: ActionContext) -> None:
    from partnertui.kit.shell.menus import palette

    palette(context)


def _goto(context: ActionContext) -> None:
    from partnertui.kit.shell.menus import goto

    goto(context.services)


def _go_key(context: ActionContext) -> None:
    from partnertui.kit.shell.menus import go_by_key

    go_by_key(context.services)


def _help(context: ActionContext) -> None:
    from partnertui.kit.shell.help import show_help

    show_help(context)


def _menu(context: ActionContext) -> None:
    app = context.services.app
    if app.has_class("folded"):
        from partnertui.kit.shell.menus import show_keys

        show_keys(context.services)
    else:
        app.query_one("Menu").focus()


def _customer(context: ActionContext) -> None:
    from partnertui.screens.shared.customer_picker import pick_customer

    pick_customer(context.services, context.services.set_scope)


def _unscoped(context: ActionContext) -> str:
    return "" if context.scope is not None or _pinned(context) else "no customer is set: all are shown"


def _pinned(context: ActionContext) -> bool:
    location = context.services.view_stack.location
    return location is not None and bool(location.fixed_filters)


def _all(context: ActionContext) -> None:
    if _pinned(context):
        context.services.open(Location(context.screen))
    context.services.set_scope(None)


def _find(context: ActionContext) -> None:
    from partnertui.kit.views.find.dialog import find_anything

    find_anything(context)


def _nobody(context: ActionContext) -> str:
    return "" if context.operator is not None else "nobody is signed in yet"


def _theme(context: ActionContext) -> None:
    from partnertui.kit.shell.menus import choose_theme

    choose_theme(context.services)


def _jobs(context: ActionContext) -> None:
    from partnertui.kit.shell.menus import show_jobs

    show_jobs(context.services)


def _no_jobs(context: ActionContext) -> str:
    return "" if context.services.jobs.running else "no job is running"


def _back(context: ActionContext) -> None:
    if not context.services.view_stack.back():
        context.services.notify("This is where you began.", "")


def _forward(context: ActionContext) -> None:
    if not context.services.view_stack.forward():
        context.services.notify("There is nothing further on.", "")


APP_ACTIONS = (
    Action("app.goto", "Go to a screen by name", _goto, ("colon",), "go to", group="Go"),
    Action(
        "app.find",
        "Find anything",
        _find,
        ("ctrl+f",),
        "find",
        refuse=_nobody,
        group="Go",
        about="customers, users, numbers, MACs, IPs, tickets, Call-IDs, amounts, invoices",
    ),
    Action("app.go-key", "Go to a screen by its key", _go_key, ("g",), group="Go"),
    Action("app.palette", "Command palette", _palette, ("ctrl+p",), "all", group="Go", palette=False),
    Action("app.menu", "Menu", _menu, ("m", "f10"), "menu", group="Go"),
    Action("app.back", "Back to the last view", _back, ("left_square_bracket",), group="Go"),
    Action("app.forward", "Forward again", _forward, ("right_square_bracket",), group="Go"),
    Action("app.customer", "Choose the customer to show", _customer, ("ctrl+k",), group="Customer"),
    Action(
        "app.all-customers",
        "Show all customers",
        _all,
        ("upper_c", "C"),
        refuse=_unscoped,
        group="Customer",
    ),
    Action("app.jobs", "Running jobs", _jobs, ("upper_j", "J"), refuse=_no_jobs, group="Program"),
    Action("app.theme", "Theme", _theme, ("f9",), group="Program"),
    Action("app.help", "What can be done here", _help, ("question_mark", "f1"), group="Program"),
    Action("app.quit", "Quit", lambda context: leave(context.services), ("ctrl+q", "q"), group="Program"),
)
