"""Actions that add, edit and delete canned responses, and the fields of their form."""

from __future__ import annotations

from partnertui.domain.canned_response_variables import VARIABLES, require_known_variables
from partnertui.domain.default_language import DEFAULT_LANGUAGE
from partnertui.domain.errors import DomainError
from partnertui.kit.declare.kinds import Flag, TextBlock
from partnertui.kit.views.form import Field, Values
from partnertui.screens.shared.settings_list_actions import EditedList

HELP = f"Variables: {', '.join(f'{{{name}}}' for name in VARIABLES)}."


def _problem(value: str, values: Values) -> str:
    try:
        require_known_variables(value, "")
    except DomainError as error:
        return f"{error} {error.advice}"
    return ""


FIELDS = (
    Field("name", required=True, help="The name agents see in the list; translations share it."),
    Field("folder", help="Its group in the list agents choose from; empty for none."),
    Field(
        "language", width=8, required=True, default=DEFAULT_LANGUAGE, help="A language code such as en, de or pt-BR."
    ),
    Field("subject", check=_problem, help="Empty keeps the ticket's subject."),
    Field("body", TextBlock(), title="Text", rows=8, required=True, check=_problem, help=HELP),
    Field("enabled", Flag(), default=True, help="Only enabled responses are offered in a reply."),
)
ACTIONS = EditedList("canned", "canned response", "CANNED_RESPONSES", FIELDS, lambda row: row["name"]).actions()
