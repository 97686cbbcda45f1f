"""*Re-rate*: after a price was corrected, shows the changes by customer, then rerates the calls once approved."""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError
from partnertui.domain.money import format_money
from partnertui.domain.operators import STAFF
from partnertui.domain.plurals import plural
from partnertui.domain.price_list_enums import PriceListKind
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.form import Field, Form, MutableValues, Values
from partnertui.kit.declare.kinds import Time
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import ask_form
from partnertui.kit.widgets.dialog import close_action, help_action, move_actions
from partnertui.kit.widgets.line_view import LineView
from partnertui.kit.widgets.live_dialog import LiveDialog
from partnertui.kit.widgets.record_lines import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from partnertui.db.query_cancellation import Cancel
    from partnertui.db.rating.rerate import Difference, Scope
    from partnertui.db.rows.type_aliases import Row
    from partnertui.errors import UserError

USUAL_SPAN = timedelta(days=30)
MOST_SHOWN = 500
"""Customers that are listed; all of them are corrected."""
COMPANY_CELLS = 28


def difference_text(found: Difference) -> str:
    """What would change for a customer, in one line."""
    old, new, more = (
        format_money(amount, found.currency, exact=True) for amount in (found.old, found.new, found.new - found.old)
    )
    sign = "+" if found.new > found.old else ""
    calls = "call" if found.calls == 1 else "calls"
    minutes = f", {found.seconds / 60:+,.1f} minutes" if found.seconds else ""
    return f"{found.calls:,} {calls}: {old} before, {new} after, {sign}{more}{minutes}"


def total_texts(found: Sequence[Difference]) -> list[str]:
    """The sums, a sentence a currency."""
    texts = []
    for currency in sorted({one.currency for one in found}):
        mine = [one for one in found if one.currency == currency]
        calls, old, new = (sum(getattr(one, name) for one in mine) for name in ("calls", "old", "new"))
        shown = [format_money(amount, currency, exact=True) for amount in (old, new, new - old)]
        customers = "customer" if len(mine) == 1 else "customers"
        texts.append(
            f"{len(mine):,} {customers}, {plural(calls, 'call')} in {currency}: {shown[0]} before, {shown[1]} after, "
            f"a difference of {shown[2]}."
        )
    return texts


class RateAgainDialog(LiveDialog):
    """The dry run, then the correction of those customers that it found."""

    def __init__(self, context: ActionContext, price: Row, since: datetime) -> None:
        super().__init__(context.services, f"Re-rate: {price['name']}, {price['price_list']}")
        self.price, self.since, self.until = price, since, utc_now()
        self.found: Sequence[Difference] = ()
        self.done: list[int] = []
        """Customers that are corrected."""
        self.refused: list[str] = []
        self.state, self.error, self.percent = "looking", "", 0
        self.key = token_hex(16)
        """Of what was found: tried again, nothing is corrected twice."""

    def actions(self) -> tuple[Action, ...]:
        """Approve, look again, open a customer, move, close."""
        return RATE_AGAIN_ACTIONS

    def unsaved(self) -> bool:
        """Nothing is typed here."""
        return False

    def scope(self) -> Scope:
        """The calls that are looked at."""
        from partnertui.db.rating.rerate import Scope

        price = self.price
        return Scope(price["price_list_id"], price["prefix"], self.since, self.until, price["id"])

    def begin(self) -> None:
        """The dry run."""
        services = self.services

        def work(cancel: Cancel, tell: Callable[[int, int], None]) -> Sequence[Difference]:
            from partnertui.db.rating.rerate import dry_run

            return dry_run(services.database, self.scope(), tell, cancel)

        def looked(found: Sequence[Difference]) -> None:
            self.found, self.state = found, "ready" if found else "nothing"
            self.changed()

        self.job = services.jobs.long(f"Re-rate: {one_line(self.price['name'], 40)}", work, looked, self._failed)
        self.paint()

    def look_again(self) -> None:
        """Another dry run, of the calls there are by now."""
        if self.state in {"looking", "correcting"}:
            self.services.notify("Wait until this has finished.", "warn")
            return
        self.until, self.found, self.state, self.key = utc_now(), (), "looking", token_hex(16)
        self.done, self.refused, self.error = [], [], ""
        self.begin()

    def approve(self) -> None:
        """Corrects what the dry run found, one customer after the other; tried again, those that are left."""
        operator, services = self.services.operator, self.services
        if self.state not in {"ready", "failed"} or not self.found or operator is None:
            is_busy = self.state in {"looking", "correcting"}
            services.notify("Wait until this has finished." if is_busy else "Nothing to approve.", "warn")
            return
        scope, key = self.scope(), self.key

        def run() -> int:
            from partnertui.db.rating.rerate import rate_again

            for one in self.found:
                if one.customer_id in self.done:
                    continue
                try:
                    rate_again(services.database, operator, scope, one, key)
                except DomainError as error:
                    self.refused.append(f"{error} {error.advice}".strip())
                else:
                    self.done.append(one.customer_id)
            return len(self.done)

        def corrected(count: int) -> None:
            self.state = "done"
            services.notify(f"Re-rated: {plural(count, 'customer')}.", "good" if not self.refused else "warn")
            self.changed()

        self.state, self.refused = "correcting", []
        self.job = None  # what is being written isn't cancelled when the dialog is closed
        services.jobs.write(f"Re-rate: {one_line(self.price['name'], 40)}", run, corrected, self._failed)
        self.paint()

    def _failed(self, error: UserError) -> None:
        self.state, self.error = "failed", f"{error} {error.advice}".strip()
        self.changed()

    def lines(self, width: int) -> list[Line]:
        """What was found, and how far it is."""
        found = wrapped(self._state_text(), width, self._state_role())
        for text in (*total_texts(self.found), *self.refused):
            found += wrapped(one_line(text, 400), width, "bad" if text in self.refused else "value")
        found.append(BLANK)
        for one in self.found[:MOST_SHOWN]:
            mark = self.services.symbols.mark if one.customer_id in self.done else " "
            company, text = one_line(one.company, COMPANY_CELLS), difference_text(one)
            head = Line(((f"{mark} ", "good"), (company, "link")), Location("customers", one.customer_id), company)
            found += [head, *(Line((("    ", ""), *line.pieces)) for line in wrapped(text, width - 4, "value"))]
        if len(self.found) > MOST_SHOWN:
            found.append(Line(((f"… and {len(self.found) - MOST_SHOWN:,} more", "muted"),)))
        return found

    def _state_text(self) -> str:
        label, since = self.services.keymap.label, Time(seconds=False).text(self.since)
        texts = {
            "looking": f"Checking calls since {since} …",
            "nothing": f"No call since {since} would be charged differently.",
            "ready": f"This is a dry run: nothing has been changed yet. {label('rate-again.save')} corrects the calls.",
            "correcting": "Correcting …",
            "done": f"Corrected for {len(self.done):,} of {plural(len(self.found), 'customer')}.",
        }
        return texts.get(self.state, self.error)

    def _state_role(self) -> str:
        return {"ready": "accent", "done": "good", "failed": "bad", "nothing": "good"}.get(self.state, "muted")

    def follow(self) -> None:
        """Closes it, answering with the customer under the cursor."""
        if self.body.line.target is not None:
            self.dismiss(self.body.line.target)

    def on_line_view_followed(self, event: LineView.Followed) -> None:
        """A click opens the customer."""
        event.stop()
        self.dismiss(event.line.target)


def rate_again(context: ActionContext) -> None:
    """Asks since when, then shows what would change."""
    price = dict(context.row or {})
    form = Form(
        f"Re-rate: {one_line(price['name'], 40)}",
        (
            Field(
                "since",
                Time(seconds=False),
                title="Calls since",
                required=True,
                help="Checks calls to this prefix or charged at an earlier version of this price. Nothing changes yet.",
            ),
        ),
        _checked,
        values={"since": utc_now() - USUAL_SPAN},
        verb="check",
        saves_unchanged=True,
    )

    def show(values: Values) -> None:
        context.services.show_dialog(RateAgainDialog(context, price, values["since"]), context.services.open)

    ask_form(context.services, form, show)


def _checked(values: MutableValues) -> MutableValues:
    if values["since"] > utc_now():
        raise DomainError(
            "This time is in the future.", "Enter the day from which the price should have applied.", field="since"
        )
    return values


def _no_calls(context: ActionContext) -> str:
    row = context.row or {}
    return "" if row.get("kind") == PriceListKind.CALLS and row.get("prefix") else "this isn't a price for calls"


def _dialog(context: ActionContext) -> RateAgainDialog:
    return context.front(RateAgainDialog)


RATE_AGAIN_ACTIONS = (
    Action(
        "rate-again.save",
        "Approve: correct these calls",
        lambda c: _dialog(c).approve(),
        ("ctrl+s",),
        "approve",
        palette=False,
    ),
    Action("rate-again.refresh", "Check again", lambda c: _dialog(c).look_again(), ("f5", "r"), "check again"),
    Action("rate-again.open", "Open the customer", lambda c: _dialog(c).follow(), ("enter",), palette=False),
    Action(
        "rate-again.copy",
        "Copy the line",
        lambda c: c.services.copy(_dialog(c).body.line.copy, "the line"),
        ("y",),
        "copy",
    ),
    *move_actions("rate-again", lambda c: _dialog(c).body),
    help_action("rate-again"),
    close_action("rate-again", "close", "q"),
)
RATE_AGAIN = Action(
    "prices.rate-again",
    "Re-rate its calls",
    rate_again,
    ("f12",),
    "re-rate",
    rows="one",
    roles=STAFF,
    refuse=_no_calls,
    group="Price",
    about="after a price correction: a dry run first, then correcting ledger entries",
    leads_to=("When re-rating calls", "partnertui.screens.prices.rate_again:RATE_AGAIN_ACTIONS"),
)
