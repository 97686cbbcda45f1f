"""Billing checks of the customer's row: VAT number, card, price plan and minutes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select

from partnertui.db.billing_checks.check_declaration import Account, BillingCheck, Finding
from partnertui.db.models import CreditCard, Customer, PricePlan
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import CardStatus
from partnertui.domain.vat_numbers import VatState, required_words, vat_required


def vat_missing(connection: Connection, account: Account) -> Iterator[Finding]:
    """A customer in the EU without a VAT number, or with one that VIES denies."""
    row = account.row
    if not vat_required(row["country"]):
        return
    if not row["vat_number"]:
        yield Finding(account.id, required_words(row["country"]))
    elif row["vat_state"] == VatState.INVALID:
        yield Finding(account.id, f"VIES says that {row['vat_number']} isn't valid.")


def expired_card(connection: Connection, account: Account) -> Iterator[Finding]:
    """Auto top-up without a card that can be charged."""
    if not account.row["auto_top_up"]:
        return
    columns = (
        CreditCard.last_four,
        CreditCard.brand,
        CreditCard.expiry_year,
        CreditCard.expiry_month,
        CreditCard.status,
    )
    cards = connection.execute(
        select(*columns).where(CreditCard.customer_id == account.id, CreditCard.status != CardStatus.DELETED)
    ).all()
    today = account.now.astimezone()
    month = (today.year, today.month)
    if any(card.status == CardStatus.ACTIVE and (card.expiry_year, card.expiry_month) >= month for card in cards):
        return
    fix = "Turns auto top-up off until a card is added."
    if not cards:
        yield Finding(account.id, "Auto top-up is on, but there is no card.", fix)
        return
    card = max(cards, key=lambda card: (card.expiry_year, card.expiry_month))
    ended = (card.expiry_year, card.expiry_month) < month
    state = f"expired in {card.expiry_month:02}/{card.expiry_year}" if ended else f"is {card.status}"
    yield Finding(account.id, f"Auto top-up is on, but {card.brand} {card.last_four} {state}.", fix)


def turn_off_top_up(work: UnitOfWork, customer: Customer, finding: Finding, now: datetime) -> None:
    """Turns auto top-up off; its amounts stay."""
    customer.auto_top_up = False


def negative_minutes(connection: Connection, account: Account) -> Iterator[Finding]:
    """Fewer than no minutes left."""
    minutes = account.row["unlimited_minutes_left"]
    if minutes < 0:
        yield Finding(account.id, f"The plan has {minutes:,} minutes left.", "Sets the minutes left to 0.")


def no_minutes(work: UnitOfWork, customer: Customer, finding: Finding, now: datetime) -> None:
    """Sets the minutes left to none."""
    customer.unlimited_minutes_left = 0


def wrong_plan(connection: Connection, account: Account) -> Iterator[Finding]:
    """A plan that is no longer sold, or in another currency than the invoices."""
    if account.row["price_plan_id"] is None:
        return
    columns = (PricePlan.id, PricePlan.name, PricePlan.currency, PricePlan.enabled)
    plan = connection.execute(select(*columns).where(PricePlan.id == account.row["price_plan_id"])).first()
    if plan is None:
        return
    if plan.currency != account.row["currency"]:
        text = f"The plan “{plan.name}” is in {plan.currency}, but invoices are in {account.row['currency']}."
        yield Finding(plan.id, text, screen="price-plans")
    if not plan.enabled:
        yield Finding(plan.id, f"The plan “{plan.name}” is disabled.", screen="price-plans")


TERM_CHECKS = (
    BillingCheck("vat", "VAT number", "Edit the customer.", vat_missing),
    BillingCheck("card", "Card for auto top-up", "", expired_card, turn_off_top_up),
    BillingCheck("minutes", "Negative minutes", "", negative_minutes, no_minutes),
    BillingCheck("plan", "Price plan", "Edit the customer.", wrong_plan),
)
