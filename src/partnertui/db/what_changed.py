"""Reads a customer's events in the hours before a failure, each with the record that it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from partnertui.db.models import (
    Customer,
    CustomerPriceList,
    History,
    IncidentFailure,
    IncidentRecord,
    PriceListEntry,
    ProbeRun,
    SeenRegistration,
    SwitchUser,
    User,
    UserStatus,
)
from partnertui.db.models.base import table_of
from partnertui.db.permissions import scope
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.operators import Operator, Role
from partnertui.domain.plurals import plural

BEFORE = timedelta(hours=24)
"""How long before the first failure is looked at."""
MOST = 200
"""Events of each sort, the newest."""
PRICING = ("price_lists", "price_list_entries", "price_plans", "products")
LEFT_OUT = frozenset({"tickets", "ticket_messages", "ticket_watches", "ticket_links", "ticket_tags", "notes"})
"""Tables whose history is about the support of it, not about what broke."""
LONGEST = 160


@dataclass(frozen=True)
class Change:
    """Something that happened: when, what in words, and the record it is about. `table` is "" without one."""

    at: datetime
    sort: str
    text: str
    table: str = ""
    record: int | None = None


@dataclass(frozen=True)
class Subject:
    """Whose events are looked for."""

    customer_id: int
    user_id: int | None = None
    aor: str | None = None


def changes_before(connection: Connection, operator: Operator, subject: Subject, until: datetime) -> list[Change]:
    """The events of the hours until a time, in order; each sort by an index, and at most MOST of it."""
    since = until - BEFORE
    found = [
        *_history(connection, operator, subject, since, until),
        *_provisioning(connection, operator, subject, since, until),
        *_registrations(connection, subject, since, until),
        *_probes(connection, operator, subject, since, until),
    ]
    if operator.role != Role.PARTNER:  # price lists and incidents are the provider's own
        found += [*_prices(connection, subject, since, until), *_incidents(connection, subject, since, until)]
    return sorted(found, key=lambda change: change.at)


def _history(
    connection: Connection, operator: Operator, subject: Subject, since: datetime, until: datetime
) -> Iterator[Change]:
    own: Query = (
        select(*table_of(History).c)
        .where(History.customer_id == subject.customer_id, History.at >= since, History.at <= until)
        .where(History.object_table.not_in(LEFT_OUT))
        .order_by(History.at.desc(), History.id.desc())
        .limit(MOST)
    )
    for row in connection.execute(scope(own, operator)):
        yield Change(
            row.at,
            "change",
            entry_words(row.operator_name, row.action, row.object_table, row.changes),
            row.object_table,
            row.object_id,
        )


def entry_words(who: str, action: str, table: str, changes: object) -> str:
    """Who did what, with the fields and their values: the history masks secrets itself."""
    words = table.replace("_", " ")
    what = f"{words[:-3]}y" if words.endswith("ies") else words.removesuffix("s")
    parts = []
    for name, pair in changes.items() if isinstance(changes, dict) and action == "changed" else ():
        old, new = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        parts.append(f"{name.replace('_', ' ')} {_value(old)} -> {_value(new)}")
    return f"{who} {action} {what}{': ' if parts else ''}{', '.join(parts)}"


def _value(value: object) -> str:
    text = "(empty)" if value is None or value == "" else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _prices(connection: Connection, subject: Subject, since: datetime, until: datetime) -> Iterator[Change]:
    """Of the customer's own price lists and plan."""
    lists = select(CustomerPriceList.price_list_id).where(CustomerPriceList.customer_id == subject.customer_id)
    known = set(connection.execute(lists).scalars())
    plan = connection.execute(select(Customer.price_plan_id).where(Customer.id == subject.customer_id)).scalar()
    entries = (
        select(*table_of(History).c, PriceListEntry.price_list_id, PriceListEntry.name.label("entry"))
        .outerjoin(
            PriceListEntry,
            (PriceListEntry.id == History.object_id) & (History.object_table == "price_list_entries"),
        )
        .where(History.at >= since, History.at <= until, History.object_table.in_(PRICING))
        # In the statement: changes of other customers' lists would fill the limit.
        .where(
            ((History.object_table == "price_lists") & History.object_id.in_(known))
            | ((History.object_table == "price_plans") & (History.object_id == plan))
            | PriceListEntry.price_list_id.in_(known)
        )
        .order_by(History.at.desc(), History.id.desc())
        .limit(MOST)
    )
    for row in connection.execute(entries):
        named = f" ({row.entry})" if row.entry else ""
        text = entry_words(row.operator_name, row.action, row.object_table, row.changes) + named
        yield Change(row.at, "price", text, row.object_table, row.object_id)


def _provisioning(
    connection: Connection, operator: Operator, subject: Subject, since: datetime, until: datetime
) -> Iterator[Change]:
    own: Query = (
        select(*table_of(SwitchUser).c, User.id.label("owner"))
        .outerjoin(User, (User.sip_username == SwitchUser.sip_username) & (User.sip_domain == SwitchUser.sip_domain))
        .where(SwitchUser.customer_id == subject.customer_id)
        .where(SwitchUser.written_at.between(since, until) | SwitchUser.tried_at.between(since, until))
        .order_by(SwitchUser.id.desc())
        .limit(MOST)
    )
    for row in connection.execute(scope(own, operator)):
        who = f"{row.sip_username}@{row.sip_domain}"
        if row.written_at is not None and since <= row.written_at <= until:
            yield Change(row.written_at, "switch", f"{who} was written to the switch", "users", row.owner)
        if row.last_error and row.tried_at is not None and since <= row.tried_at <= until:
            text = f"{who} couldn't be written to the switch: {_value(row.last_error)}"
            yield Change(row.tried_at, "switch", text, "users", row.owner)


def _registrations(connection: Connection, subject: Subject, since: datetime, until: datetime) -> Iterator[Change]:
    log = (
        select(UserStatus.at, UserStatus.presence, UserStatus.detail, UserStatus.ip, UserStatus.user_id)
        .where(UserStatus.user_id == (subject.user_id or 0), UserStatus.at >= since, UserStatus.at <= until)
        .order_by(UserStatus.at.desc())
        .limit(MOST)
    )
    for row in connection.execute(log):
        parts = (row.presence.value, row.detail, f"from {row.ip}" if row.ip else "")
        yield Change(row.at, "status", ", ".join(part for part in parts if part), "users", row.user_id)
    if not subject.aor:
        return
    seen = select(*table_of(SeenRegistration).c).where(SeenRegistration.aor == subject.aor)
    for row in connection.execute(seen):
        by = f" ({row.user_agent}, {row.transport or 'udp'})" if row.user_agent else ""
        if row.lost_at is not None and since <= row.lost_at <= until:
            yield Change(row.lost_at, "phone", f"{row.aor} lost its registration{by}", "users", subject.user_id)
        elif row.lost_at is None and since <= row.seen_at <= until:
            yield Change(row.seen_at, "phone", f"{row.aor} registered{by}", "users", subject.user_id)


def _probes(
    connection: Connection, operator: Operator, subject: Subject, since: datetime, until: datetime
) -> Iterator[Change]:
    if not subject.aor:
        return
    runs: Query = (
        select(*table_of(ProbeRun).c)
        .where(ProbeRun.phone == subject.aor, ProbeRun.at >= since, ProbeRun.at <= until)
        .order_by(ProbeRun.id.desc())
        .limit(MOST)
    )
    for row in connection.execute(scope(runs, operator)):
        kind = "MTR test" if row.kind == "mtr" else "SIP test"
        yield Change(
            row.at, "test", f"{kind} of {row.target}: {row.outcome or 'not finished'}", "users", subject.user_id
        )


def _incidents(connection: Connection, subject: Subject, since: datetime, until: datetime) -> Iterator[Change]:
    hit = select(IncidentFailure.incident_id).where(
        IncidentFailure.customer_id == subject.customer_id, IncidentFailure.at >= since
    )
    records = (
        select(*table_of(IncidentRecord).c)
        .where(IncidentRecord.id.in_(hit), IncidentRecord.first_at >= since, IncidentRecord.first_at <= until)
        .order_by(IncidentRecord.first_at.desc())
        .limit(MOST)
    )
    for row in connection.execute(records):
        text = f"{row.shared_by.value} {row.value}: {row.verdict}, {plural(row.failures, 'failure')}"
        yield Change(row.first_at, "incident", text, "incidents", row.id)
