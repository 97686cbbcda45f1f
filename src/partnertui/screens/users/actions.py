"""User actions: add, edit, remove, status log, log in as the user, SIP password, compare with the switch."""

from __future__ import annotations

from partnertui.db.portal_login_links import LINK_VALID
from partnertui.domain.duration_text import span_words
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.lazy import lazy
from partnertui.screens.shared.csv_import.action import import_action
from partnertui.screens.shared.csv_import.import_kinds import ImportKind


def _no_portal(context: ActionContext) -> str:
    if not context.services.settings.users.login_url:
        return "the portal's page for login links isn't set (users.login_url)"
    return signed_in(context)


SECRETS = (
    "SIP passwords were generated and encrypted: a user's record shows them on request. "
    "Login passwords are set by editing a user."
)
USERS = ImportKind(
    "users",
    "customers' users, without passwords",
    "partnertui.screens.users.users_import:users_importer",
    after=SECRETS,
)
ACTIONS = (
    Action(
        "users.edit",
        "Edit",
        lazy("partnertui.screens.users.form_action:edit"),
        ("e",),
        "edit",
        rows="one",
        refuse=signed_in,
    ),
    Action(
        "users.add",
        "Add a user",
        lazy("partnertui.screens.users.form_action:add"),
        ("a",),
        "add",
        refuse=signed_in,
        about="for the customer shown, or one you choose",
    ),
    import_action("users", USERS, "Import users", "Actions"),
    Action(
        "users.remove",
        "Remove the user",
        lazy("partnertui.screens.users.account_actions:remove"),
        ("delete",),
        rows="one",
        refuse=signed_in,
        about="first shows what else will be removed",
    ),
    Action(
        "users.status-log",
        "Status log",
        lazy("partnertui.screens.users.account_actions:status_log"),
        ("upper_z", "Z"),
        rows="one",
    ),
    Action(
        "users.log-in",
        "Log in as the user",
        lazy("partnertui.screens.users.account_actions:log_in"),
        ("f2",),
        rows="one",
        refuse=_no_portal,
        about=f"with a single-use link, valid for {span_words(LINK_VALID)}; recorded",
    ),
    Action(
        "users.end-log-in",
        "End your session as the user",
        lazy("partnertui.screens.users.account_actions:end_log_in"),
        rows="one",
        refuse=signed_in,
        about="the user's own sessions continue",
    ),
    Action(
        "users.sip-password",
        "Show the SIP password",
        lazy("partnertui.screens.users.account_actions:show_sip_password"),
        rows="one",
        refuse=signed_in,
        about="recorded",
    ),
    Action(
        "users.new-sip-password",
        "Generate a new SIP password",
        lazy("partnertui.screens.users.account_actions:new_sip_password"),
        rows="one",
        refuse=signed_in,
        about="the phone can't register until it has the new one",
    ),
    Action(
        "users.compare",
        "Compare with the switch",
        lazy("partnertui.screens.users.compare_with_switch:compare_users"),
        ("equals_sign",),
        refuse=signed_in,
        about="in a record, its user; in a list, the marked users (two or more), else the customer shown, or all",
        menu=True,
        leads_to=("Compared with the switch", "partnertui.screens.users.compare_with_switch:COMPARISON_ACTIONS"),
    ),
)
