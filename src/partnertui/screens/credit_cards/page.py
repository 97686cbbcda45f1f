"""The Credit cards screen. It selects no ciphertext: what is not read cannot be shown."""

from __future__ import annotations

from sqlalchemy import literal

from partnertui.db.models import CreditCard
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.types import Query
from partnertui.domain.billing import CardStatus
from partnertui.kit.declare.kinds import Choice, Flag, Identifier, Month, Row, Text, Time
from partnertui.kit.declare.page import Column, Fact, Page, Panel


def cards() -> Query:
    """Cards with the masked number."""
    return list_query(
        CreditCard,
        CreditCard.holder,
        CreditCard.brand,
        (literal("•••• ") + CreditCard.last_four).label("number"),
        CreditCard.gateway,
        (CreditCard.expiry_year * 100 + CreditCard.expiry_month).label("expires"),
        CreditCard.status,
        CreditCard.gateway_token_ciphertext.is_not(None).label("has_token"),
        CreditCard.is_default,
        CreditCard.created_at,
    )


def usable(row: Row) -> str:
    """Whether money can be taken from it."""
    if row["status"] == CardStatus.DELETED:
        return "no: it was deleted, along with its number"
    if Month().left(row["expires"]) < 0:
        return "no: it expired; ask the customer for a new one"
    if row["status"] == CardStatus.DECLINED:
        return "the bank declined the last payment"
    return "yes" if row["has_token"] else "no: the gateway has no token for it"


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
            Choice(CardStatus, (("active", "good"), ("declined", "bad"), ("deleted", "muted"))),
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
        Fact("Number", lambda row: "only the last four digits are shown; the rest is encrypted", "Gateway"),
    ),
    panels=(Panel("Payments", "payments", "card_id", columns=("at", "amount", "state", "failure_code")),),
    title=lambda row: f"{row['brand']} {row['number']}",
    table="credit_cards",
    empty="No cards stored.",
)
