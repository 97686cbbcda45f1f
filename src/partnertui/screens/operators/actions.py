"""Adding, editing and deleting operators; for admins alone."""

from __future__ import annotations

from partnertui.domain.operators import ROLE_WORDS, Role
from partnertui.kit.declare.kinds import Email, Flag
from partnertui.kit.views.form import Field, Option, Values
from partnertui.screens.shared.edit_actions import ADMIN, EditedList
from partnertui.screens.shared.partner_options import partners


def _is_partner(values: Values) -> bool:
    return values.get("role") == Role.PARTNER


FIELDS = (
    Field("login", width=30, required=True, help="Lower-case letters and digits: the system login name."),
    Field("name", required=True, help="As colleagues and the history name them."),
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
        help="Whose customers they see.",
    ),
    Field("enabled", Flag(), default=True, help="A disabled account can't log in; what it did keeps its name."),
)
ACTIONS = EditedList(
    "operators", "operator", "OPERATORS", FIELDS, lambda row: f"{row['name']} ({row['login']})", ADMIN
).actions()
