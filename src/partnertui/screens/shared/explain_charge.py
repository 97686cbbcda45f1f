"""*Explain this charge*: prefix, price, increments, minutes and rounding as a sum; *what if* by another price list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from partnertui.domain.extensions import EXTENSION
from partnertui.domain.money import format_money
from partnertui.domain.operators import STAFF
from partnertui.domain.rating.charge_explanation import compared_words, price_words, sum_words, unpriced_words
from partnertui.domain.rating.charges import Charge, amount_of
from partnertui.domain.rating.price_table import CallPrice
from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.dialog import close_action, help_action, move_actions
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.record_lines import title_line, wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.rating.charge_facts import Alternative, ChargedCall
    from partnertui.db.rows.type_aliases import Row

LONGEST_TEXT = 400
Sentence = tuple[str, str]
"""A text and its colour role."""
Compared = tuple["Alternative", tuple[CallPrice, Charge] | None]


def explanation(call: ChargedCall) -> Iterator[Sentence]:
    """The charge of a call, sentence by sentence; the last one says whether the sum is what was charged."""
    number, currency = str(call.call["destination_number"] or ""), str(call.call["currency"] or "")
    if call.price is None:
        for text in unpriced_words(call.charge.state, number, call.price_list, call.price_list_currency, call.day):
            yield text, "value"
        if call.charge.amount:
            yield f"It was charged {format_money(call.charge.amount, currency, exact=True)} by another program.", "warn"
        return
    for text in price_words(call.price.terms, call.price.price_list, number, call.day):
        yield text, "value"
    terms, charge = call.price.terms, call.charge
    right = replace(charge, amount=amount_of(terms, charge.billed_seconds, charge.covered_seconds))
    for text in sum_words(terms, int(call.call["duration"]), right):
        yield text, "value"
    if right.amount == charge.amount:
        yield f"Charged: {format_money(charge.amount, terms.currency, exact=True)}, as calculated.", "good"
    else:
        charged, wrong = (
            format_money(amount, terms.currency, exact=True)
            for amount in (charge.amount, abs(charge.amount - right.amount))
        )
        more = "more" if charge.amount > right.amount else "less"
        yield f"But {charged} was charged, {wrong} {more} than calculated: re-rate this price's calls.", "bad"


def shown_number(number: str) -> str:
    """A called number as the list shows it."""
    return one_line(f"+{number}" if number.isdigit() and not EXTENSION.fullmatch(number) else number, 30)


def charge_lines(row: Row, width: int) -> Iterator[Line]:
    """The explanation in a call's record, from what `read_charge` read."""
    call: ChargedCall | None = row.get("charged_call")
    for text, role in explanation(call) if call is not None else ():
        yield from wrapped(one_line(text, LONGEST_TEXT), width, role)


def read_charge(connection: Connection, row: Row) -> dict[str, object]:
    """What the explanation of a call's record needs."""
    from partnertui.db.rating.charge_facts import load_charged_call

    return {"charged_call": load_charged_call(connection, row["id"])}


class ChargeDialog(LinesDialog):
    """The sum of a call, and below it those by other prices that were chosen."""

    def __init__(self, services: Services, call: ChargedCall) -> None:
        number = str(call.call["destination_number"] or "")
        super().__init__(services, f"Charge for the call to {shown_number(number)}", self._all_lines)
        self.call = call
        self.compared: list[Compared] = []

    def actions(self) -> tuple[Action, ...]:
        """What if, follow, copy, move, close."""
        return CHARGE_ACTIONS

    def _all_lines(self, width: int) -> list[Line]:
        found = [line for text, role in explanation(self.call) for line in _copied(text, width, role)]
        call = Location("cdr", self.call.call["id"])
        found.append(Line((("Open the call", "link"),), call, "Open the call"))
        for other, result in self.compared:
            found += [BLANK, title_line(f"What if: {one_line(other.title, 60)}", width, self.services.symbols.line)]
            found += [line for text, role in self._other(result) for line in _copied(text, width, role)]
        return found

    def _other(self, result: tuple[CallPrice, Charge] | None) -> Iterator[Sentence]:
        if result is None:
            yield "There is no price for this call on that day.", "warn"
            return
        price, charge = result
        number = str(self.call.call["destination_number"] or "")
        for text in price_words(price.terms, price.price_list, number, self.call.day):
            yield text, "value"
        for text in sum_words(price.terms, int(self.call.call["duration"]), charge):
            yield text, "value"
        yield compared_words(self.call.charge.amount, charge.amount, price.terms.currency), "accent"

    def compare(self) -> None:
        """Asks for another price list or plan, and shows what the call would cost by it."""
        call, services = self.call, self.services

        def read(connection: Connection) -> Sequence[Alternative]:
            from partnertui.db.rating.charge_facts import alternatives

            return alternatives(connection, call)

        def ask(found: Sequence[Alternative]) -> None:
            if not found:
                services.notify("There is no other price list or plan in this currency.", "warn")
                return
            items = [Item(other, other.title, other.detail) for other in found]
            services.show_dialog(Picker(services, "What if it were charged at …", items), self._compare_with)

        services.read(self, "alternatives", read, ask, opens=True)

    def _compare_with(self, other: Alternative) -> None:
        call = self.call

        def read(connection: Connection) -> tuple[CallPrice, Charge] | None:
            from partnertui.db.rating.charge_facts import charge_if

            return charge_if(connection, call, other)

        def done(result: tuple[CallPrice, Charge] | None) -> None:
            self.compared = [(other, result), *(one for one in self.compared if one[0] != other)]
            self.body.show(self.make_lines(max(20, self.body.size.width - 2)))

        self.services.read(self, "compare", read, done)


def _copied(text: str, width: int, role: str) -> list[Line]:
    """A sentence on lines of which the first can be copied as a whole."""
    whole = one_line(text, LONGEST_TEXT)
    first, *rest = wrapped(whole, width, role)
    return [Line(first.pieces, None, whole), *(Line(line.pieces) for line in rest)]


def explain_charge(context: ActionContext) -> None:
    """Shows why the call under the cursor costs what it costs."""
    row, services = context.row or {}, context.services
    cdr_id = int(row["cdr_id"] if context.screen == "statements" else row["id"])

    def read(connection: Connection) -> ChargedCall:
        from partnertui.db.rating.charge_facts import load_charged_call

        return load_charged_call(connection, cdr_id)

    def show(call: ChargedCall) -> None:
        services.show_dialog(ChargeDialog(services, call), services.open)

    services.read(context.view, "charge", read, show, opens=True)


def _no_call(context: ActionContext) -> str:
    if context.screen == "statements" and (context.row or {}).get("cdr_id") is None:
        return "this entry doesn't belong to a single call"
    return ""


def _dialog(context: ActionContext) -> ChargeDialog:
    return context.front(ChargeDialog)


CHARGE_ACTIONS = (
    Action(
        "charge.compare",
        "What if: another price list or plan",
        lambda c: _dialog(c).compare(),
        ("equals_sign",),
        "what if",
        palette=False,
        roles=STAFF,
    ),
    Action("charge.open", "Go to the call, or close", lambda c: _dialog(c).follow(), ("enter",), palette=False),
    Action(
        "charge.copy",
        "Copy the sentence",
        lambda c: c.services.copy(_dialog(c).body.line.copy, "the line"),
        ("y",),
        "copy",
    ),
    *move_actions("charge", lambda c: _dialog(c).body),
    help_action("charge"),
    close_action("charge", "close", "q"),
)
EXPLAIN_CHARGE = Action(
    "cdr.explain",
    "Explain this charge",
    explain_charge,
    ("upper_e", "E"),
    "explain",
    rows="one",
    refuse=_no_call,
    group="Money",
    about="prefix, price on the day of the call, increments, minutes and rounding; what it would cost at another price",
    leads_to=("In the explanation of a charge", "partnertui.screens.shared.explain_charge:CHARGE_ACTIONS"),
)
"""Of a call, or of the call that a line of a statement is about."""
