"""Actions that work on every screen: go to, find anything, palette, back, jobs, theme, lock, help, quit."""

from __future__ import annotations

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.lazy import lazy
from partnertui.kit.shell.services import AppServices


def shell_of(context: ActionContext) -> AppServices:
    """The services as the shell's own class."""
    assert isinstance(context.services, AppServices)
    return context.services


def _menu(context: ActionContext) -> None:
    app = shell_of(context).app
    if app.has_class("folded"):
        lazy("partnertui.kit.shell.palette_and_menus:show_screen_keys")(context)
    else:
        app.query_one("Menu").focus()


def _not_signed_in(context: ActionContext) -> str:
    return "" if context.operator is not None else "no one is logged in yet"


def _no_jobs(context: ActionContext) -> str:
    return "" if context.services.jobs.running else "no job is running"


def _forward(context: ActionContext) -> None:
    if not shell_of(context).view_stack.forward():
        context.services.notify("There is no view to go forward to.", "")


APP_ACTIONS = (
    Action(
        "app.goto",
        "Go to a screen by name",
        lazy("partnertui.kit.shell.palette_and_menus:goto"),
        ("colon",),
        "go to",
        group="Go",
    ),
    Action(
        "app.find",
        "Find anything",
        lazy("partnertui.kit.views.find_anything.find_anything_dialog:find_anything"),
        ("ctrl+f",),
        "find",
        refuse=_not_signed_in,
        group="Go",
        about="customers, users, numbers, MACs, IPs, tickets, Call-IDs, amounts, invoices",
    ),
    Action(
        "app.go-key",
        "Go to a screen by its key",
        lazy("partnertui.kit.shell.palette_and_menus:go_by_key"),
        ("g",),
        group="Go",
        leads_to=("After g", "partnertui.kit.shell.screen_keys_overview:SCREEN_KEY_ACTIONS"),
    ),
    Action(
        "app.palette",
        "Command palette",
        lazy("partnertui.kit.shell.palette_and_menus:palette"),
        ("ctrl+p",),
        "all",
        group="Go",
        palette=False,
    ),
    Action("app.menu", "Menu", _menu, ("m", "f10"), group="Go"),
    Action(
        "app.actions",
        "Actions for this row",
        lazy("partnertui.kit.shell.palette_and_menus:context_menu"),
        ("full_stop",),
        "actions",
        reads_row=True,
        group="Go",
    ),
    Action(
        "app.back",
        "Go back to the previous view",
        lazy("partnertui.kit.shell.quit_and_lock:go_back_or_quit"),
        ("q", "left_square_bracket"),
        group="Go",
    ),
    Action("app.forward", "Go forward again", _forward, ("right_square_bracket",), group="Go"),
    Action(
        "app.jobs",
        "Running jobs",
        lazy("partnertui.kit.shell.palette_and_menus:show_jobs"),
        ("upper_j", "J"),
        refuse=_no_jobs,
        group="Program",
    ),
    Action("app.theme", "Theme", lazy("partnertui.kit.shell.palette_and_menus:choose_theme"), ("f9",), group="Program"),
    Action(
        "app.send-view",
        "Send my view to a colleague",
        lazy("partnertui.kit.views.sent_view:send"),
        refuse=lazy("partnertui.kit.views.sent_view:refuse"),
        group="Program",
        about="copies a code, valid for a day, that opens the same screen, filter and row",
    ),
    Action(
        "app.open-view",
        "Open a colleague's view by its code",
        lazy("partnertui.kit.views.sent_view:ask_for_code"),
        refuse=_not_signed_in,
        group="Program",
    ),
    Action(
        "app.lock",
        "Lock the screen",
        lazy("partnertui.kit.shell.quit_and_lock:lock_screen"),
        ("ctrl+b",),
        refuse=_not_signed_in,
        group="Program",
        about="blanks it at once; your password, if you have one, unlocks it",
        leads_to=("On the locked screen", "partnertui.kit.shell.lock_screen:COVER_ACTIONS"),
    ),
    Action(
        "app.mask",
        "Screen-share lens: mask names, numbers and addresses",
        lazy("partnertui.kit.shell.screen_share_lens:toggle"),
        ("grave_accent", "f11"),
        refuse=_not_signed_in,
        group="Program",
        about="on every screen, with the same mask for the same person, until pressed again",
    ),
    Action(
        "app.help",
        "Help: what you can do here",
        lazy("partnertui.kit.shell.help:show_help"),
        ("question_mark",),
        group="Program",
    ),
    Action(
        "app.explain",
        "Explain the column or field under the cursor",
        lazy("partnertui.kit.shell.explain_column:explain_field"),
        ("f1",),
        group="Program",
    ),
    Action("app.quit", "Quit", lazy("partnertui.kit.shell.quit_and_lock:quit_program"), ("ctrl+q",), group="Program"),
)
