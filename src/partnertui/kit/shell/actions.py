"""What can be done everywhere."""

from __future__ import annotations

from partnertui.kit.actions import Action
from partnertui.kit.context import Here
from partnertui.kit.desk import Spot
from partnertui.kit.shell.quitting import leave


def _palette(here: Here) -> None:
    from partnertui.kit.menus import palette

    palette(here)


def _goto(here: Here) -> None:
    from partnertui.kit.menus import goto

    goto(here.desk)


def _go_key(here: Here) -> None:
    from partnertui.kit.menus import go_by_key

    go_by_key(here.desk)


def _help(here: Here) -> None:
    from partnertui.kit.help import show_help

    show_help(here)


def _menu(here: Here) -> None:
    app = here.desk.app
    if app.has_class("folded"):
        from partnertui.kit.menus import show_keys

        show_keys(here.desk)
    else:
        app.query_one("Menu").focus()


def _customer(here: Here) -> None:
    from partnertui.kit.customer_picker import pick_customer

    pick_customer(here.desk, here.desk.set_scope)


def _unscoped(here: Here) -> str:
    return "" if here.scope is not None or _pinned(here) else "no customer is set: all are shown"


def _pinned(here: Here) -> bool:
    spot = here.desk.stage.spot
    return spot is not None and bool(spot.pins)


def _all(here: Here) -> None:
    if _pinned(here):
        here.desk.open(Spot(here.screen))
    here.desk.set_scope(None)


def _find(here: Here) -> None:
    from partnertui.kit.find.dialog import find_anything

    find_anything(here)


def _nobody(here: Here) -> str:
    return "" if here.operator is not None else "nobody is signed in yet"


def _theme(here: Here) -> None:
    from partnertui.kit.menus import choose_theme

    choose_theme(here.desk)


def _jobs(here: Here) -> None:
    from partnertui.kit.menus import show_jobs

    show_jobs(here.desk)


def _no_jobs(here: Here) -> str:
    return "" if here.desk.jobs.running else "no job is running"


def _back(here: Here) -> None:
    if not here.desk.stage.back():
        here.desk.say("This is where you began.", "")


def _forward(here: Here) -> None:
    if not here.desk.stage.forward():
        here.desk.say("There is nothing further on.", "")


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
    Action("app.quit", "Quit", lambda here: leave(here.desk), ("ctrl+q", "q"), group="Program"),
)
