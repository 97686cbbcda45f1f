"""Form fields for a routing target: its type, and one field of candidates for each type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.route_targets import targets
from partnertui.domain.pbx_enums import TargetType
from partnertui.kit.declare.kinds import Choice, Number, Row
from partnertui.kit.views.form import Field, Option, Values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

LISTED = {
    TargetType.USER: "User",
    TargetType.RING_GROUP: "Ring group",
    TargetType.IVR: "IVR",
    TargetType.CONFERENCE: "Conference",
    TargetType.VOICEMAIL: "Voicemail of",
    TargetType.SOUND: "Sound",
}
"""Kinds whose targets are the customer's own records, and the labels of their fields."""
TEXTS = {TargetType.SIP_TRUNK: "SIP trunk", TargetType.QUEUE: "Queue"}


def route_fields(customer_id: int, tab: str = "") -> tuple[Field, ...]:
    """The fields for a number of a customer; `route_values` fills them, `route_of` reads them."""
    return (
        Field(
            "route_type",
            Choice(TargetType),
            tab=tab,
            title="Routes to",
            required=True,
            help="Where calls are routed; choose the target in the field below.",
        ),
        *(_listed(customer_id, kind, title, tab) for kind, title in LISTED.items()),
        Field(
            _name(TargetType.EXTERNAL),
            Number(),
            tab=tab,
            title="External number",
            required=True,
            width=28,
            shown=_is(TargetType.EXTERNAL),
            help="With its country code, such as +44 20 7946 0000.",
        ),
        *(Field(_name(kind), tab=tab, title=title, required=True, shown=_is(kind)) for kind, title in TEXTS.items()),
    )


def _name(kind: TargetType) -> str:
    return "target_number" if kind == TargetType.EXTERNAL else f"target_{kind.name.lower()}"


def _is(kind: TargetType) -> Callable[[Values], bool]:
    return lambda values: values.get("route_type") == kind


def _listed(customer_id: int, kind: TargetType, title: str, tab: str) -> Field:
    def load(connection: Connection) -> Sequence[Option]:
        return [Option(found, name) for found, name in targets(connection, customer_id, kind)]

    return Field(_name(kind), tab=tab, title=title, required=True, load_choices=load, shown=_is(kind), width=44)


def route_values(row: Row) -> dict[str, object]:
    """The values of the fields for a stored route."""
    kind = row["route_type"]
    found: dict[str, object] = {"route_type": kind}
    if kind in LISTED:
        found[_name(kind)] = row["target_id"]
    elif kind in TEXTS or kind == TargetType.EXTERNAL:
        found[_name(kind)] = row["target"]
    return found


def route_of(values: Values) -> dict[str, object]:
    """The columns of a route, from the fields: `route_type`, `target_id` and `target`."""
    kind = values["route_type"]
    chosen = values.get(_name(kind))
    return {
        "route_type": kind,
        "target_id": chosen if kind in LISTED else None,
        "target": chosen if kind in TEXTS or kind == TargetType.EXTERNAL else None,
    }
