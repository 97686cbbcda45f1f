"""*Convert*: shows possible duplicates, then opens the customer form filled in from the sign-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.customer_and_user_enums import TRIAL_LENGTH
from partnertui.domain.drafts import DraftOf
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import NO_OPERATOR, Action, ActionContext
from partnertui.kit.declare.kinds import Row
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Form, Values, ask_form
from partnertui.kit.views.unit_of_work_job import run_unit_of_work
from partnertui.screens.shared.vat_check import ask_vies

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.sign_ups import Duplicate
    from partnertui.db.unit_of_work import UnitOfWork

OPEN, LINK = "open", "link"


def _refusal(context: ActionContext) -> str:
    if context.operator is None:
        return NO_OPERATOR
    row = context.row or {}
    return f"it is already a customer: {one_line(row['customer'])}" if row.get("customer_id") is not None else ""


def convert(context: ActionContext) -> None:
    """Looks for duplicates; without any, opens the form at once."""
    services, row, operator = context.services, context.row or {}, context.operator
    assert operator is not None

    def work(connection: Connection) -> tuple[int, list[Duplicate]]:
        from partnertui.db.sign_ups import duplicates, load_sign_up  # the mapped models, at the first use

        sign_up = load_sign_up(connection, row["id"])
        return sign_up["version"], duplicates(connection, operator, sign_up)

    def found(answer: tuple[int, list[Duplicate]]) -> None:
        version, same = answer
        if same:
            _show_duplicates(context, row, version, same)
        else:
            _open_form(context, row)

    def failed(error: Exception) -> None:
        services.notify(f"{error} {getattr(error, 'advice', '')}".strip(), "warn")
        context.refresh_rows()

    services.read(context.view, "duplicates", work, found, failed, opens=True)


def _show_duplicates(context: ActionContext, row: Row, version: int, same: list[Duplicate]) -> None:
    from partnertui.kit.widgets.picker import Item, Picker  # no other key of the list needs it

    group = "Possibly the same customer: pick one to open it or link to it"
    details = [f"same {', '.join(one.reasons)} · {one.status}" for one in same]
    items = [
        Item((one,), one_line(one.company), detail, group=group) for one, detail in zip(same, details, strict=True)
    ]
    none: tuple[Duplicate, ...] = ()

    def picked(choice: tuple[Duplicate, ...]) -> None:
        if choice:
            _choose(context, row, version, choice[0])
        else:
            _open_form(context, row)

    services, other = context.services, Item(none, "None of these: add a new customer", group="Otherwise")
    services.show_dialog(Picker(services, f"Convert {_name(row)}: possible duplicates", [*items, other]), picked)


def _choose(context: ActionContext, row: Row, version: int, same: Duplicate) -> None:
    """An existing customer was picked: it is opened, or the sign-up becomes one of its own."""
    from partnertui.kit.widgets.picker import Item, Picker  # as above

    services, company = context.services, one_line(same.company, 40)
    items = [
        Item(OPEN, f"Open {company}", "without converting"),
        Item(LINK, f"Link to {company}", "without adding a customer"),
    ]

    def picked(choice: str) -> None:
        if choice == OPEN:
            services.open(Location("customers", same.customer_id))
        else:
            run_unit_of_work(
                context,
                "convert the sign-up",
                lambda unit: _link(unit, row["id"], version, same.customer_id),
                lambda name: f"Linked to {one_line(name)}.",
            )

    services.show_dialog(Picker(services, f"{_name(row)} and {company}", items), picked)


def _link(unit: UnitOfWork, sign_up_id: int, version: int, customer_id: int) -> str:
    from partnertui.db.sign_ups import link  # as above

    return link(unit, sign_up_id, version, customer_id)


def _open_form(context: ActionContext, row: Row) -> None:
    def added(customer_id: int) -> None:
        context.services.open(Location("customers", customer_id))
        ask_vies(context, customer_id, unless_asked=True)

    ask_form(context.services, _form(row), added)


def _form(row: Row) -> Form:
    """The form of a new customer, filled in from the sign-up; its answer is the customer's ID."""
    from partnertui.screens.customers.form import FIELDS, TABS

    def load(connection: Connection) -> Values:
        from partnertui.db.customers import price_lists
        from partnertui.db.sign_ups import load_sign_up

        sign_up = load_sign_up(connection, row["id"])
        return {
            "company": sign_up["company"] or sign_up["name"],
            "contact": sign_up["name"],
            "email": sign_up["email"],
            "phone": sign_up["phone"],
            "country": sign_up["country"],
            "trial_ends_at": utc_now() + TRIAL_LENGTH,
            "known_lists": price_lists(connection),
            "sign_up_version": sign_up["version"],
        }

    def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
        from partnertui.db.sign_ups import convert as convert_sign_up

        return convert_sign_up(unit, row["id"], values, seen)

    return Form(
        f"Convert {_name(row)} to a customer",
        FIELDS,
        write=write,
        load=load,
        tabs=TABS,
        saved="Converted.",
        verb="convert",
        saves_unchanged=True,
        draft=DraftOf("registrations", row["id"], "convert"),
    )


def _name(row: Row) -> str:
    return one_line(row["company"] or row["name"], 40)


ACTIONS = (
    Action(
        "registrations.convert",
        "Convert to a customer",
        convert,
        ("a",),
        "convert",
        rows="one",
        refuse=_refusal,
        group="Sign-up",
        about="shows possible duplicates first",
    ),
)
