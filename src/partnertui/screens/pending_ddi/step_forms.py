"""Forms that change the state of an order's numbers: *advance*, *exception*, *reject*, *activate*."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from partnertui.db.ddi_activation import activate
from partnertui.db.pending_ddis import advance, come_back, reject
from partnertui.domain.pbx_enums import ActingParty, PendingState
from partnertui.domain.pending_ddis import ENDED, PATH, PLANNED, may_come_back, next_state
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Choice, Number, Row, Time
from partnertui.kit.views.form import Field, Form, Values
from partnertui.screens.pending_ddi.number_choice_board import (
    chosen_field,
    chosen_parts,
    planned_changes,
    read_parts,
    seen_versions,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from partnertui.db.unit_of_work import UnitOfWork

    Write = Callable[[UnitOfWork, Values, Values], str]

REASON = Field("reason", required=True, help="In the other provider's words; stored with the numbers.")
DOCUMENTS = Field(
    "documents_missing", help="What the customer still has to send; clear it once everything has arrived."
)
PARTY = Field("acting_party", Choice(ActingParty), title="Waiting for")
AGREED = Field(
    "agreed_at",
    Time(seconds=False, ahead=True),
    title="Agreed date",
    width=24,
    help="The date the other provider has confirmed.",
)
ACTION = Field("required_action", help="The next action required.")


def _can_advance(part: Row) -> bool:
    return part["state"] in (*PATH[:-2], PendingState.EXCEPTION)


def _reached(values: Values) -> set[PendingState]:
    return {next_state(part["state"]) for part in chosen_parts(values)}


def advance_form(row: Row) -> Form:
    """Moves numbers one state on."""

    def load(connection: Connection) -> Values:
        found = read_parts(connection, row["id"], _can_advance)
        first: Row = next(iter(found["parts"]), {})
        return found | {name: first.get(name) for name in PLANNED}

    def write(unit: UnitOfWork, values: Values, seen: Values) -> str:
        changed = planned_changes(values, seen) | {"agreed_at": values.get("agreed_at")}
        return advance(unit, row["id"], seen_versions(values), changed)

    def preview(values: Values) -> str:
        parts = chosen_parts(values)
        if not parts:
            return "No numbers are chosen." if values.get("parts") else ""
        if len(parts) == 1:
            return f"{Number().text(parts[0]['number'])}: {parts[0]['state']} → {next_state(parts[0]['state'])}"
        return f"{len(parts)} numbers → {', '.join(sorted(state.value for state in _reached(values)))}"

    agreed = replace(AGREED, required=True, shown=lambda values: PendingState.DATE_CONFIRMED in _reached(values))
    fields = (agreed, DOCUMENTS, PARTY, ACTION, chosen_field("Advance"))
    return _form(row, "Advance", "advance", fields, load, write, preview)


def exception_form(row: Row) -> Form:
    """Notes that the other side sent numbers back."""

    def load(connection: Connection) -> Values:
        found = read_parts(connection, row["id"], lambda part: may_come_back(part["state"]))
        first: Row = next(iter(found["parts"]), {})
        return found | {"documents_missing": first.get("documents_missing"), "acting_party": ActingParty.CUSTOMER}

    def write(unit: UnitOfWork, values: Values, seen: Values) -> str:
        changed = planned_changes(values, seen) | {name: values.get(name) for name in ("reason", "acting_party")}
        return come_back(unit, row["id"], seen_versions(values), changed)

    fields = (REASON, DOCUMENTS, PARTY, ACTION, chosen_field("Sent back"))
    return _form(row, "Exception", "record", fields, load, write, _count("go into exception; “Advance” to resubmit"))


def reject_form(row: Row) -> Form:
    """Ends the order of numbers."""

    def load(connection: Connection) -> Values:
        return read_parts(connection, row["id"], lambda part: part["state"] not in ENDED)

    def write(unit: UnitOfWork, values: Values, seen: Values) -> str:
        return reject(unit, row["id"], seen_versions(values), values["reason"])

    return _form(row, "Reject", "reject", (REASON, chosen_field("Reject")), load, write, _count("be rejected"))


def activate_form(row: Row) -> Form:
    """Makes DDIs of numbers."""

    def load(connection: Connection) -> Values:
        found = read_parts(connection, row["id"], lambda part: part["state"] == PendingState.DATE_CONFIRMED)
        return found | {"billing_starts_at": utc_now()}

    def write(unit: UnitOfWork, values: Values, seen: Values) -> str:
        return activate(unit, row["id"], seen_versions(values), values["billing_starts_at"])

    billing = Field(
        "billing_starts_at",
        Time(seconds=False, ahead=True),
        title="Billed from",
        width=24,
        required=True,
        help="The numbers work immediately and are free of charge until then.",
    )
    return _form(
        row, "Activate", "activate", (billing, chosen_field("Activate")), load, write, _count("be added to the DDIs")
    )


def _count(what: str) -> Callable[[Values], str]:
    def preview(values: Values) -> str:
        parts = chosen_parts(values)
        if not parts:
            return "No numbers are chosen." if values.get("parts") else ""
        shown = Number().text(parts[0]["number"])
        return f"{shown}{f' and {len(parts) - 1} more' if len(parts) > 1 else ''} will {what}."

    return preview


def _form(
    row: Row,
    title: str,
    verb: str,
    fields: tuple[Field, ...],
    load: Callable[[Connection], Values],
    write: Write,
    preview: Callable[[Values], str],
) -> Form:
    return Form(
        f"{title}: {row['order_number']}",
        fields,
        write=write,
        load=load,
        verb=verb,
        saves_unchanged=True,
        preview=preview,
    )
