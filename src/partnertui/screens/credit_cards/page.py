"""Credit cards: one row per stored card, with brand, last four digits, expiry and status. No ciphertext is selected."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, Integer, String, bindparam, case, literal, type_coerce

from partnertui.db.models import CreditCard
from partnertui.db.models.types import EnumText
from partnertui.db.rows.filter_criteria import Equals
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.billing_enums import CardState, CardStatus
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Choice, Flag, Identifier, Month, Row, Text, Time
from partnertui.kit.declare.page import Column, Fact, Page, Panel, Tab
from partnertui.screens.credit_cards.find_by_full_number import FIND_CARD
from partnertui.screens.credit_cards.removal import REMOVE_CARD


def cards() -> Query:
    """Cards with the masked number."""
    return list_query(
        CreditCard,
        CreditCard.holder,
        CreditCard.brand,
        # PCI DSS 4.0.1, 3.4.1: at most the bank's prefix and the last four digits may be shown.
        (literal("•••• ") + CreditCard.last_four).label("number"),
        CreditCard.gateway,
        (CreditCard.expiry_year * 100 + CreditCard.expiry_month).label("expires"),
        card_state(),
        CreditCard.version,
        CreditCard.has_token,
        CreditCard.is_default,
        CreditCard.created_at,
    )


def this_month() -> int:
    """The current month as a card's expiry is compared with it: 202611."""
    today = utc_now().astimezone()
    return today.year * 100 + today.month


def card_state() -> ColumnElement[StrEnum]:
    """The status, or that the card has expired: "active" beside an expiry that is past would be wrong."""
    # worked out whenever it is read: the program may stay open over the end of a month
    now = bindparam("this_month", callable_=this_month, type_=Integer)
    is_past = CreditCard.expiry_year * 100 + CreditCard.expiry_month < now
    expired = (CreditCard.status != CardStatus.DELETED) & is_past
    state = case((expired, literal(CardState.EXPIRED.value)), else_=type_coerce(CreditCard.status, String))
    return type_coerce(state, EnumText(CardState)).label("status")


def usable(row: Row) -> str:
    """Whether money can be taken from it."""
    if row["status"] == CardState.DELETED:
        return "no: it was deleted, along with its number"
    if row["status"] == CardState.EXPIRED:
        return "no: it has expired; ask the customer for a new one"
    if row["status"] == CardState.DECLINED:
        return "the bank declined the last payment"
    return "yes" if row["has_token"] else "no: the gateway has no token for it"


def stored(row: Row) -> str:
    """What is kept of the number."""
    if row["status"] == CardState.DELETED:
        return "deleted along with the card; only the last four digits are kept"
    return "only the last four digits are shown; the rest is encrypted"


PAGE = Page(
    rows=cards,
    columns=(
        Column("id", Identifier(), group="Card"),
        Column("customer", width=24, link="customers", priority=1),
        Column("holder", width=20),
        Column("brand", width=16),
        Column("number", Text(), width=11, priority=1),
        Column("expires", Month(), priority=1),
        Column(
            "status",
            Choice(CardState, (("active", "good"), ("declined", "bad"), ("expired", "bad"), ("deleted", "muted"))),
            width=9,
            priority=1,
        ),
        Column("is_default", Flag(), title="Default", width=9),
        Column("has_token", Flag(), title="Gateway token", width=14, group="Gateway"),
        Column("gateway", width=12),
        Column("created_at", Time(seconds=False), title="Added", width=16),
    ),
    find=("number", "holder"),
    search=("holder", "brand", "number"),
    sort="expires",
    facts=(
        Fact("Can be charged", usable, "Card", lambda row: "good" if usable(row) == "yes" else "bad"),
        Fact("Number", stored, "Gateway"),
    ),
    panels=(Panel("Payments", "payments", "card_id", columns=("at", "amount", "state", "failure_code")),),
    tabs=(
        Tab("All"),
        Tab("Active", (Equals("status", CardState.ACTIVE),)),
        Tab("Expired", (Equals("status", CardState.EXPIRED),)),
        Tab("Declined", (Equals("status", CardState.DECLINED),)),
    ),
    actions=(REMOVE_CARD, FIND_CARD),
    title=lambda row: f"{row['brand']} {row['number']}",
    table="credit_cards",
    empty="No cards stored.",
)
