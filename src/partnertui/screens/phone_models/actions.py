"""Actions that add, edit and delete phone models, and the fields of their form."""

from __future__ import annotations

from dataclasses import dataclass

from partnertui.domain.errors import DomainError
from partnertui.domain.phone_model_mac_prefixes import read_ouis, shown_ouis
from partnertui.kit.declare.kinds import Flag, Integer, Text
from partnertui.kit.views.form import Field, Values
from partnertui.screens.shared.settings_list_actions import EditedList


@dataclass(frozen=True)
class MacPrefixes(Text):
    """MAC prefixes in a form; a stored list is shown as it is printed on the box."""

    def input_text(self, value: object) -> str:
        """With colons, and commas between."""
        return shown_ouis(value) if isinstance(value, list) else str(value or "")


def _ouis(typed: str, values: Values) -> list[str]:
    try:
        return read_ouis(typed)
    except DomainError as error:
        raise DomainError(str(error), error.advice, field="ouis") from None


FIELDS = (
    Field("make", required=True, width=30),
    Field("model", required=True, width=30),
    Field("lines", Integer(minimum=1), width=8, required=True, default=1),
    Field("firmware", width=30),
    Field(
        "ouis",
        MacPrefixes(),
        title="MAC prefixes",
        parse=_ouis,
        help="The first six hex digits of its MAC addresses, such as 00:04:13; separate several with commas.",
    ),
    Field("enabled", Flag(), default=True, help="Only enabled models are offered for new phones."),
)
ACTIONS = EditedList(
    "phone-models", "phone model", "PHONE_MODELS", FIELDS, lambda row: f"{row['make']} {row['model']}"
).actions()
