"""Actions that add, edit and delete operators (admins only), and the fields of their form."""

from __future__ import annotations

from partnertui.domain.account_lockout import MOST_FAILURES, WINDOW
from partnertui.domain.operators import ROLE_WORDS, Role
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.kinds import Email, Flag
from partnertui.kit.views.form import Field, Option, Values
from partnertui.kit.views.unit_of_work_job import run_unit_of_work
from partnertui.screens.shared.partner_options import partners
from partnertui.screens.shared.settings_list_actions import ADMIN, EditedList


def _is_partner(values: Values) -> bool:
    return values.get("role") == Role.PARTNER


FIELDS = (
    Field("login", width=30, required=True, help="Lower-case letters and digits: the system login name."),
    Field("name", required=True, help="The name shown to colleagues and in the history."),
    Field("email", Email(), title="E-mail"),
    Field(
        "role",
        required=True,
        default=Role.SUPPORT,
        choices=tuple(Option(role, role.value, ROLE_WORDS[role]) for role in Role),
    ),
    Field(
        "partner_id",
        title="Partner",
        required=_is_partner,
        shown=_is_partner,
        load_choices=partners,
        help="The partner whose customers they see.",
    ),
    Field("enabled", Flag(), default=True, help="A disabled operator can't log in; past actions keep the name."),
)
EDITED = EditedList("operators", "operator", "OPERATORS", FIELDS, lambda row: f"{row['name']} ({row['login']})", ADMIN)


def _unlock(context: ActionContext) -> None:
    from partnertui.db.operator_access.accounts import unlock  # the mapped models

    row = context.row or {}
    key, name = row["id"], row["name"]

    def done(changed: bool) -> str:
        return f"{name} can log in again." if changed else f"{name} is no longer locked."

    run_unit_of_work(context, f"unlock {name}", lambda unit: unlock(unit, key), done)


def _not_locked(context: ActionContext) -> str:
    return "" if (context.row or {})["locked_until"] is not None else "this operator isn't locked"


ACTIONS = (
    *EDITED.actions(),
    Action(
        "operators.unlock",
        "Unlock",
        _unlock,
        rows="one",
        roles=ADMIN,
        refuse=_not_locked,
        group="Operator",
        about=f"lifts the lockout that follows {MOST_FAILURES} wrong passwords within {WINDOW.seconds // 60} minutes",
    ),
)
