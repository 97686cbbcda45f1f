"""The first lines of a customer's record: figures of calls, phones, tickets and credit, with the key of each list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from partnertui.db.customer_overview import MOST_COUNTED
from partnertui.domain.billing_enums import PaymentState
from partnertui.domain.customer_and_user_enums import NO_BASKET, CustomerStatus
from partnertui.domain.decline_codes import decline_words
from partnertui.domain.duration_text import short_duration
from partnertui.domain.money import format_money
from partnertui.domain.pstn_credit import lasts
from partnertui.kit.declare.kinds import Row

Words = tuple[str, str]
"""A value and its colour role."""


@dataclass(frozen=True)
class Figure:
    """One line: its label, the action whose key leads to its list, the value and its colour role."""

    label: str
    action: str
    text: str
    role: str = ""


LABELS = (
    ("Credit", "customers.statements"),
    ("Last payment", "customers.payments"),
    ("Phones registered", "customers.phones"),
    ("Failed today", "customers.failed-calls"),
    ("Open tickets", "customers.tickets"),
    ("Basket due", "customers.basket"),
    ("DDIs", "customers.ddis"),
    ("Next invoice", "customers.transactions"),
)
"""Each line's label, and the action whose key leads to its list."""


def figures(row: Row, now: datetime) -> list[Figure]:
    """The lines of a customer; `row` has what `read_cockpit` read."""
    found = (
        credit(row),
        last_payment(row),
        phones(row),
        failed_today(row),
        open_tickets(row),
        basket(row),
        ddis(row),
        next_invoice(row, now),
    )
    return [Figure(*label, *words) for label, words in zip(LABELS, found, strict=True)]


def unread() -> list[Figure]:
    """The lines as long as nothing is read: their keys work already, and nothing jumps when the figures come."""
    return [Figure(*label, "…", "muted") for label in LABELS]


def heading(row: Row, now: datetime) -> str:
    """The customer's status, with what it means today."""
    status, reason = row["status"], row["blocked_reason"]
    if status == CustomerStatus.TRIAL and row["trial_ends_at"] is not None:
        left = (row["trial_ends_at"] - now).total_seconds()
        return (
            f"Overview: trial, {'ends in' if left > 0 else 'ended'} {short_duration(left)}{'' if left > 0 else ' ago'}"
        )
    return f"Overview: {status}" + (f", {reason}" if status in NO_BASKET and reason else "")


def credit(row: Row) -> Words:
    """The credit and how long it lasts."""
    amount, limit, pace = row["credit"], row["credit_limit"], row["pace"]
    text = format_money(amount, row["currency"])
    if amount + limit <= 0:
        return f"{text}, used up: chargeable calls are refused", "bad"
    role = "bad" if amount < 0 else ""
    left = lasts(amount + limit, pace)
    if left is None:
        return f"{text}, {'lasts over a year' if pace.spent > 0 else 'nothing spent this week'}", role
    days = left.total_seconds() / 86_400
    return f"{text}, lasts {short_duration(left.total_seconds())} at this week's pace", role or (
        "warn" if days < 3 else ""
    )


def last_payment(row: Row) -> Words:
    """When, how much, and why it failed."""
    payment = row["last_payment"]
    if payment is None:
        return "none yet", "muted"
    amount, day = format_money(payment["amount"], payment["currency"]), f"{payment['at'].astimezone():%d %b %Y}"
    if payment["state"] == PaymentState.FAILED:
        reason = decline_words(payment["failure_code"]) or "no reason given"
        return f"{amount} failed on {day}: {reason}", "bad"
    state = "" if payment["state"] == PaymentState.COMPLETED else f", {payment['state']}"
    return f"{amount} on {day}, {payment['payment_type']}{state}", "warn" if state else "good"


def phones(row: Row) -> Words:
    """How many of the active users have a phone registered."""
    total, found = len(row["phones"]), row["registered"]
    if not total:
        return "no active users", "muted"
    if not isinstance(found, int):
        return f"unknown: {found}", "warn"
    return f"{found}/{total}", "good" if found == total else "warn" if found else "bad"


def failed_today(row: Row) -> Words:
    """How many calls failed since midnight."""
    return counted(row["failed_today"]), "bad" if row["failed_today"] else "good"


def open_tickets(row: Row) -> Words:
    """How many tickets are being worked on."""
    return counted(row["open_tickets"]), "warn" if row["open_tickets"] else "good"


def basket(row: Row) -> Words:
    """What is to be paid, and how much of it is overdue."""
    if not row["basket"]:
        return "nothing", "muted"
    totals = " and ".join(format_money(int(one["total"]), one["currency"]) for one in row["basket"])
    items, overdue = (sum(one[name] for one in row["basket"]) for name in ("items", "overdue"))
    hidden = f", hidden: {row['status']}" if row["status"] in NO_BASKET else ""
    late = f", {counted(overdue)} overdue" if overdue else ""
    return f"{totals} in {counted(items)} item{'' if items == 1 else 's'}{late}{hidden}", "warn" if overdue else ""


def ddis(row: Row) -> Words:
    """How many numbers, by state."""
    if not row["ddis"]:
        return "none", "muted"
    return ", ".join(f"{one['numbers']:,} {one['state']}" for one in row["ddis"]), ""


def next_invoice(row: Row, now: datetime) -> Words:
    """The next day on which something is to be paid, as far as it is known."""
    due, until = row["next_due"], row["paid_until"]
    coming = min((moment for moment in (due, until) if moment is not None and moment >= now), default=None)
    if coming is not None:
        why = "renewal" if coming == until else "unpaid item"
        return f"{coming.astimezone():%d %b %Y}, in {short_duration((coming - now).total_seconds())}: {why}", ""
    if until is not None:
        return f"none planned; last period ended {until.astimezone():%d %b %Y}", "muted"
    return "none planned", "muted"


def counted(number: int) -> str:
    """A number of rows; from MOST_COUNTED on, nobody counted further."""
    return f"{number:,}{' or more' if number >= MOST_COUNTED else ''}" if number else "none"
