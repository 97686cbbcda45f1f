"""Reads the calls of a detailed invoice: those of the customer that were billed in its period."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from partnertui.db.models import Cdr, User
from partnertui.db.models.cdr_indexes import slots_of_customer
from partnertui.domain.call_enums import CallDirection
from partnertui.domain.errors import DomainError
from partnertui.domain.safe_text import one_line
from partnertui.invoices.itemised_calls import UNKNOWN_DESTINATION, UNKNOWN_USER, BilledCall, CallList
from partnertui.invoices.time_zones_and_days import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection, Row

    Text = str | None
    CallRow = Row[datetime, str, Text, Text, Text, Text, int, int]

    from partnertui.invoices.document import Document

MOST_CALLS = 200_000
LONGEST = 80
NO_PERIOD = "none of its items covers a period, so there are no calls to list"


def read_calls(connection: Connection, document: Document, time_zone: str) -> CallList:
    """The billed calls of a document's period, days being those of the customer's time zone.

    Raises DomainError if the document covers no period, or too many calls.
    """
    if document.period is None:
        raise DomainError(
            f"No call details for {document.kind} {document.number}: {NO_PERIOD}.", advice="Create it without them."
        )
    first, last = document.period
    zone = zone_of(time_zone)
    begin = datetime.combine(date.fromisoformat(first), time(), zone).astimezone()
    end = datetime.combine(date.fromisoformat(last) + timedelta(days=1), time(), zone).astimezone()
    billed = or_(Cdr.charge != 0, and_(Cdr.direction == CallDirection.OUTBOUND, Cdr.billed_seconds > 0))
    columns = (Cdr.started_at, User.name, Cdr.source_name, Cdr.source_number, Cdr.destination_number)
    statement = (
        select(*columns, Cdr.prefix_name, Cdr.billed_seconds, Cdr.charge)
        .outerjoin(User, User.id == Cdr.user_id)
        .where(
            Cdr.slot.in_(slots_of_customer(document.customer_id)),
            Cdr.customer_id == document.customer_id,
            Cdr.started_at >= begin,
            Cdr.started_at < end,
            or_(Cdr.currency == document.currency, Cdr.currency.is_(None)),
            billed,
        )
        .order_by(Cdr.started_at, Cdr.id)
        .limit(MOST_CALLS + 1)
    )
    rows = connection.execute(statement).all()
    if len(rows) > MOST_CALLS:
        raise DomainError(f"The period has more than {MOST_CALLS:,} calls.", advice="Export them from the CDR screen.")
    return CallList(first, last, time_zone, document.currency, tuple(_calls(rows)))


def _calls(rows: Iterable[CallRow]) -> Iterator[BilledCall]:
    """Calls whose texts can be printed; each text is cleaned once."""
    clean: dict[str, str] = {}

    def shown(text: str | None, instead: str) -> str:
        if not text:
            return instead
        if text not in clean:
            clean[text] = one_line(text, LONGEST)
        return clean[text]

    for at, user, name, source, number, prefix, seconds, charge in rows:
        who, destination = shown(user or name or source, UNKNOWN_USER), shown(prefix, UNKNOWN_DESTINATION)
        yield BilledCall(at, who, shown(number, "-"), destination, seconds, charge)
