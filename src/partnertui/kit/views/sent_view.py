"""*Send my view*: makes a code with which a colleague opens the same screen, filter and row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from partnertui.db.sent_views import ViewState, send_view, sent_view
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import ActionContext, signed_in
from partnertui.kit.declare.view_location import FixedFilter, Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, ask_form
from partnertui.kit.views.lists.list_view import ListView

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import Services

PLAIN = (int, float, str, bool, type(None))


def send(context: ActionContext) -> None:
    """Stores where the operator is and shows the code, which is copied, too."""
    services, operator, view = context.services, context.operator, view_state(context)
    if operator is None:
        return
    owner = operator.id

    def done(code: str) -> None:
        services.copy(code, f"the code {code}")

    services.jobs.write(
        "send the view",
        lambda: services.database.write(lambda connection: send_view(connection, owner, view, utc_now())),
        done,
        lambda error: services.notify(f"Not sent: {error} {error.advice}", "bad"),
        saves=False,
    )


def view_state(context: ActionContext) -> ViewState:
    """Where the operator is: screen, record, filters, order and the row under the cursor."""
    location, view = context.services.location() or Location(context.screen), context.view
    query, tab, sort, descending = location.query or "", location.tab, "", False
    if isinstance(view, ListView) and view.page is not None:
        state = view.state
        query, sort, descending = state.query, state.sort, state.descending
        tab = view.page.tabs[state.tab].title if view.page.tabs else ""
    filters = [[fixed.field, fixed.value, fixed.label] for fixed in location.fixed_filters]
    row: Any = (context.row or {}).get("id")
    return ViewState(
        location.screen,
        location.record,
        [one for one in filters if isinstance(one[1], PLAIN)],
        query,
        tab,
        sort,
        descending,
        row if isinstance(row, int) else None,
    )


def refuse(context: ActionContext) -> str:
    """A view without an ID of the database, such as a trace from a file, can't be opened elsewhere."""
    if reason := signed_in(context):
        return reason
    location = context.services.location()
    if location is not None and not isinstance(location.record, int | None):
        return "this view exists only on this computer: attach it to a ticket instead"
    return ""


def ask_for_code(context: ActionContext) -> None:
    """Asks for a code and opens the view."""
    services = context.services
    form = Form(
        "Open a colleague's view",
        (
            Field(
                "code", width=12, required=True, help="The five letters and digits that your colleague's program shows."
            ),
        ),
        save=lambda values: services.database.read(lambda connection: _read(connection, values["code"])),
        saves_unchanged=True,
        verb="open",
        saved="",
    )
    ask_form(services, form, partial(_opened, services))


def open_by_code(services: Services, code: str) -> None:
    """Opens the view that a code stands for, or says why it can't."""

    def failed(error: UserError) -> None:
        services.notify(f"{error} {error.advice}".strip(), "warn")

    services.read(ask_for_code, "sent view", lambda c: _read(c, code), partial(_opened, services), failed, opens=True)


def _opened(services: Services, found: tuple[str, ViewState]) -> None:
    name, view = found
    services.open(location_of(view))
    services.notify(f"{one_line(name, 40)}'s view.", "good")


def _read(connection: Connection, code: str) -> tuple[str, ViewState]:
    return sent_view(connection, code, utc_now())


def location_of(view: ViewState) -> Location:
    """Where a sent view leads."""
    filters = tuple(FixedFilter(str(field), value, str(label)) for field, value, label in view.fixed_filters)
    if view.record is not None:
        return Location(view.screen, view.record, filters)
    order = (view.sort, view.descending) if view.sort else None
    return Location(view.screen, None, filters, view.query, view.tab, order=order, cursor=view.row_id)
