"""*Add payment*: amount and type, and the basket items dragged onto it, beside their sum with VAT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.models import Payment
from partnertui.domain.basket_item_rules import id_problem
from partnertui.domain.billing_enums import PaymentType
from partnertui.domain.drafts import DraftOf
from partnertui.domain.money import format_money
from partnertui.domain.recorded_payments import NewPayment, amount_problem, card_problem
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.drag_and_drop import Board, Item, Slot
from partnertui.kit.declare.kinds import Choice, Flag, Money
from partnertui.kit.declare.lazy import lazy
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Values, ask_form
from partnertui.screens.shared.customer_scope import scope_of_row, with_customer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.payable_items import Payable
    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.invoices.sale_vat import SaleSum
    from partnertui.kit.declare.view_location import Scope

SLOT = "payment"


def attached(values: Values) -> tuple[int, ...]:
    """The IDs of the items on the payment; below zero those of sales whose rest it pays."""
    found: tuple[int, ...] = tuple((values.get("items") or {}).get(SLOT, ()))
    return found


def due(values: Values) -> SaleSum:
    """What the items on the payment come to."""
    from partnertui.invoices.sale_vat import SaleSum, sum_of

    payable: Payable | None = values.get("payable")
    if payable is None:
        return SaleSum(0, 0)
    chosen = set(attached(values))
    found = sum_of((item.price for item in payable.items if item.id in chosen), payable.terms.rate, payable.currency)
    rest = sum(sale.rest for sale in payable.open_sales if -sale.id in chosen)
    return SaleSum(found.net + rest, found.tax)


def board(values: Values) -> Board:
    """The items that no payment holds, and what is missing of sales that are paid in part."""
    payable: Payable | None = values.get("payable")
    slot = Slot(SLOT, "This payment", lambda item: _refusal(item, values), many=True, hint="no items")
    if payable is None:
        return Board((), (slot,), moves=True, items_title="Basket", slots_title="Pays for", none="nothing to pay")
    rests = [
        Item(-sale.id, f"Balance of {one_line(sale.name, 30)}", format_money(sale.rest, sale.currency))
        for sale in payable.open_sales
    ]
    items = [
        Item(item.id, one_line(item.description, 60), f"{format_money(item.price, item.currency)} {_when(item.state)}")
        for item in payable.items
    ]
    return Board(
        (*rests, *items), (slot,), moves=True, items_title="Basket", slots_title="Pays for", none="nothing to pay"
    )


def _when(state: str) -> str:
    return "" if state == "due" else state


def _refusal(dragged: Item, values: Values) -> str:
    payable: Payable | None = values.get("payable")
    chosen = [one for one in attached(values) if one != dragged.id]
    if isinstance(dragged.id, int) and chosen and (dragged.id < 0 or any(one < 0 for one in chosen)):
        return "The balance of an earlier sale must be paid separately. Remove the other items first."
    item = next((one for one in payable.items if one.id == dragged.id), None) if payable is not None else None
    if payable is None or item is None or item.currency == payable.currency:
        return ""
    return f"The item is priced in {item.currency}, but the customer pays in {payable.currency}."


def sum_words(values: Values) -> str:
    """The sum of the items, their VAT and what is to be paid; shown beside the cost."""
    payable: Payable | None = values.get("payable")
    if payable is None:
        return ""
    found = due(values)
    net, tax, gross = (format_money(one, payable.currency) for one in (found.net, found.tax, found.gross))
    return f"of {gross} ({net} + {tax} VAT)" if found.tax else f"of {gross}"


def difference(values: Values) -> int:
    """What was paid above the items; below zero what is missing."""
    return int(values.get("cost") or 0) - due(values).gross


def preview(values: Values) -> str:
    """What saving does, and where a difference goes."""
    payable: Payable | None = values.get("payable")
    if payable is None or not values.get("cost"):
        return ""
    more, chosen, currency = difference(values), attached(values), payable.currency
    count = f"{len(chosen)} item{'s' if len(chosen) != 1 else ''}"
    received = values.get("received")
    if more < 0:
        return f"{format_money(-more, currency)} is outstanding: the items stay attached until the rest arrives."
    if not more:
        return f"{count} paid." if received else f"{count} attached; paid once the money arrives."
    from partnertui.invoices.sale_vat import surplus

    extra = surplus(due(values), int(values["cost"]), payable.terms.rate, currency)
    credit = f"{format_money(more, currency)} more: {format_money(extra.credit, currency)} becomes PSTN credit"
    vat = f", {format_money(extra.tax, currency)} VAT" if extra.tax else ""
    return f"{credit}{vat}{'' if received else ', once it has arrived'}."


def _needs_reason(values: Values) -> bool:
    return bool(values.get("cost")) and (difference(values) != 0 or values.get("payment_type") == PaymentType.CARD)


def _in_use(connection: Connection, typed: str, values: Values) -> str:
    from partnertui.db.basket_items import taken  # the mapped models, which the list doesn't need

    return taken(connection, Payment.unique_payment_id, typed)


FIELDS = (
    Field(
        "payment_type",
        Choice(PaymentType),
        required=True,
        check=lambda value, values: card_problem(value, bool(values.get("by_hand"))),
        help="A card can only be charged through a gateway.",
    ),
    Field(
        "by_hand",
        Flag(),
        title="Charged elsewhere",
        default=False,
        shown=lambda values: values.get("payment_type") == PaymentType.CARD,
        help="Choose Yes if the card was charged on a terminal or on a gateway's own page.",
    ),
    Field(
        "unique_payment_id",
        title="Unique payment ID",
        required=True,
        proposed=True,
        width=30,
        check=lambda typed, values: id_problem(typed),
        look_up=_in_use,
        help="For example, the transfer reference; must be unique among payments.",
    ),
    Field("items", title="Items", board=board, rows=8, help="Prices exclude tax."),
    Field(
        "cost",
        Money(),
        required=True,
        width=14,
        suggest=lambda values: due(values).gross or None,
        unit=sum_words,
        check=lambda value, values: amount_problem(value, str(values.get("currency") or "EUR")),
        help="The amount paid, including VAT. If it differs from the items' total, a reason is required.",
    ),
    Field("vat", title="VAT", fixed=True),
    Field("received", Flag("yes", "not yet"), title="Money received", default=True),
    Field(
        "reason",
        required=_needs_reason,
        shown=_needs_reason,
        help="Why the amount differs, or where the card was charged; stored with the payment.",
    ),
)


def payment_form(scope: Scope, chosen: tuple[int, ...], country: str) -> Form:
    """The form for a customer, with these items attached at first; its answer is the payment's ID."""

    def load(connection: Connection) -> Values:
        from partnertui.db.payable_items import load_payable  # as above

        payable = load_payable(connection, scope.record_id, country, utc_now())
        known = {item.id for item in payable.items if item.currency == payable.currency}
        return {
            "payable": payable,
            "currency": payable.currency,
            "vat": payable.terms.words,
            "payment_type": PaymentType.BANK_TRANSFER,
            "by_hand": False,
            "received": True,
            "unique_payment_id": payable.proposed_id,
            "items": {SLOT: tuple(key for key in chosen if key in known)} if chosen else {},
        }

    def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
        from partnertui.db.basket_payments import add_payment

        return add_payment(unit, scope.record_id, _payment(values), country, utc_now())

    return Form(
        f"Payment from {one_line(scope.name, 40)}",
        FIELDS,
        write=write,
        load=load,
        verb="record",
        saves_unchanged=True,
        start="items",
        preview=preview,
        draft=DraftOf("customers", scope.record_id, "payment"),
    )


def _payment(values: Values) -> NewPayment:
    chosen = attached(values)
    return NewPayment(
        payment_type=PaymentType(values["payment_type"]),
        unique_payment_id=values["unique_payment_id"],
        cost=values["cost"],
        expected=due(values).gross,
        items=tuple(key for key in chosen if key > 0),
        sales=tuple(-key for key in chosen if key < 0),
        is_received=bool(values.get("received")),
        by_hand=bool(values.get("by_hand")),
        reason=values.get("reason"),
    )


def pay(context: ActionContext) -> None:
    """Asks for a payment of the items' customer, of the one in scope, or of one that is asked for."""
    rows = context.rows if context.screen == "basket" else ()
    owners = {row["customer_id"] for row in rows}
    if len(owners) > 1:
        context.services.notify(
            "The marked items belong to several customers: a payment can only have one customer.", "warn"
        )
        return
    chosen = tuple(row["id"] for row in rows) if len(rows) > 1 else ()
    # without a scope, the item under the cursor says whose payment it is
    owner = scope_of_row("basket", rows[0]) if rows and (chosen or context.scope is None) else None
    if owner is not None:
        open_form(context, owner, chosen)
    else:
        with_customer(context, lambda customer: open_form(context, customer, ()))


def open_form(context: ActionContext, customer: Scope, chosen: tuple[int, ...]) -> None:
    """Opens the form; says what was recorded."""
    services = context.services

    def recorded(key: int) -> None:
        services.notify(f"Payment from {one_line(customer.name, 40)} recorded.", "good")
        services.context().refresh_rows()

    ask_form(services, payment_form(customer, chosen, services.settings.invoices.country), recorded)


def pay_action(area: str, verb: str, keys: tuple[str, ...], hint: str) -> Action:
    """The action on a screen of money."""
    return Action(
        f"{area}.{verb}",
        "Add a payment",
        lazy("partnertui.screens.shared.payment_form:pay"),
        keys,
        hint,
        reads_row=True,
        refuse=signed_in,
        group="Payment",
        about="for the items you drag onto it; marked ones are already on it",
        menu=True,
    )
