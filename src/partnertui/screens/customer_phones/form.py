"""The form of a customer's phone, for adding and editing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from partnertui.db.customer_phones import add_phone, edit_phone, load_phone, phone_models, phone_users
from partnertui.domain.drafts import DraftOf
from partnertui.domain.mac_addresses import address_problem, mismatch
from partnertui.kit.declare.kinds import Mac, Row
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Option, Values

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.captures.mac_vendors import Maker
    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.kit.declare.view_location import Scope


def maker_of(mac: str) -> Maker:
    """The maker of a phone, from tshark's list, which the form has read when it opened."""
    from partnertui.captures.mac_vendors import maker_list  # read once, and only by who looks at phones

    return maker_list().maker(mac)


def mac_problem(mac: str, values: Values) -> str:
    """Why no phone can have this address."""
    return address_problem(mac)


def preview(values: Values) -> str:
    """Address and maker, as they will be kept."""
    mac = values.get("mac")
    return f"{Mac().text(mac)} · vendor {maker_of(mac).words}" if mac and not address_problem(mac) else ""


def warning(values: Values) -> str:
    """What speaks against this make having this MAC."""
    mac, model = values.get("mac"), (values.get("models") or {}).get(values.get("phone_model_id"))
    if not mac or model is None or address_problem(mac):
        return ""
    return mismatch(mac, model["make"], model["ouis"], maker_of(mac).name)


def fields(customer_id: int, current_model: int | None = None) -> tuple[Field, ...]:
    """The fields of a phone of a customer."""

    def models(connection: Connection) -> Sequence[Option]:
        return [_model_option(row) for row in phone_models(connection, current_model)]

    def users(connection: Connection) -> Sequence[Option]:
        found = [Option(row["id"], row["name"], row["extension"] or "") for row in phone_users(connection, customer_id)]
        return [Option(None, "nobody"), *found]

    return (
        Field(
            "phone_model_id",
            title="Make and model",
            required=True,
            load_choices=models,
            width=40,
            help="Phones that can be provisioned. Type the first letters, or open the list.",
        ),
        Field(
            "mac",
            Mac(),
            title="MAC",
            required=True,
            check=mac_problem,
            width=24,
            help="The 12 hex digits on its label, in any notation.",
        ),
        Field(
            "user_id",
            title="User",
            load_choices=users,
            width=40,
            help="The user whose SIP account it uses; can be assigned later.",
        ),
    )


def _model_option(row: Row) -> Option:
    lines = f"{row['lines']} line{'s' if row['lines'] != 1 else ''}"
    return Option(row["id"], one_line(f"{row['make']} {row['model']}"), lines)


def _known_models(connection: Connection, current: int | None) -> Mapping[str, Any]:
    """The models by ID, for the warning; and reads the list of makers, so that no key press waits for it."""
    maker_of("000000000000")
    return {"models": {row["id"]: row for row in phone_models(connection, current)}}


def _with_vendor(values: Values) -> dict[str, Any]:
    return {**values, "vendor": maker_of(values["mac"]).name or None}


def add_form(scope: Scope) -> Form:
    """The form for a new phone of a customer; its answer is the phone's ID."""

    def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
        return add_phone(unit, scope.record_id, _with_vendor(values))

    return Form(
        f"Add a phone for {one_line(scope.name)}",
        fields(scope.record_id),
        write=write,
        load=lambda connection: _known_models(connection, None),
        saved="Added.",
        verb="add",
        draft=DraftOf("customers", scope.record_id, "add phone"),
        preview=preview,
        warning=warning,
    )


def edit_form(row: Row) -> Form:
    """The form for a stored phone; its answer is its ID."""

    def load(connection: Connection) -> Values:
        stored = load_phone(connection, row["id"])
        return {**stored, **_known_models(connection, stored["phone_model_id"])}

    def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
        return edit_phone(unit, row["id"], _with_vendor(values), seen)

    return Form(
        f"Phone {Mac().text(row['mac'])} ({one_line(row['customer'])})",
        fields(row["customer_id"], row["model_id"]),
        write=write,
        load=load,
        saved="Saved.",
        draft=DraftOf("customer_phones", row["id"], "edit"),
        preview=preview,
        warning=warning,
        start="user_id",
    )
