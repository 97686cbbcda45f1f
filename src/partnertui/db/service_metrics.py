"""Reads figures that show whether the services (sync, mail, provisioning) keep up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, func, select

from partnertui.db.models import (
    Cdr,
    HepMessage,
    IncidentRecord,
    Mailbox,
    MailboxState,
    OutboxMail,
    ProbeRun,
    Refund,
    RejectedRow,
    SwitchUser,
    SyncState,
    Ticket,
)
from partnertui.domain.incidents import IncidentState
from partnertui.domain.mail_states import OutboxState
from partnertui.domain.refunds import RefundState
from partnertui.domain.ticket_enums import CLOCK_PAUSED, DONE

PROBE_WINDOW, HEP_WINDOW, REFRESH_WINDOW = timedelta(hours=1), timedelta(minutes=1), timedelta(minutes=1)
"""The metrics' names say them, and dashboards know the names: with another window it is another metric."""
SWITCHES = ("kamailio", "asterisk")
"""What the `origin` of an imported call begins with."""
NEWEST_WINDOW = timedelta(days=1)
"""How far back a source's newest call is looked for: a source that stands still must not read the whole table."""
QUEUED = (OutboxState.WAITING, OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.FAILED, OutboxState.BLOCKED)


@dataclass(frozen=True)
class Metric:
    """A gauge with its samples: label values, in the order of `labels`, and the figure."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    samples: list[tuple[tuple[str, ...], float]] = field(default_factory=list)


def service_metrics(connection: Connection, now: datetime) -> list[Metric]:
    """All figures of one moment; `now` is in UTC. Times are seconds, ages never negative."""
    return [metric for read in READERS for metric in read(connection, now)]


def _age(moment: datetime | None, now: datetime) -> float:
    return max((now - moment).total_seconds(), 0.0) if moment is not None else 0.0


def _sync(connection: Connection, now: datetime) -> Iterator[Metric]:
    states = connection.execute(select(SyncState.source, SyncState.rows, SyncState.updated_at)).all()
    rejected = select(RejectedRow.source, func.count()).group_by(RejectedRow.source)
    yield Metric(
        "sync_age_seconds",
        "Seconds since a source of finished calls was last read.",
        ("source",),
        [((source,), _age(updated, now)) for source, _, updated in states],
    )
    yield Metric(
        "sync_rows",
        "Calls imported from a source so far.",
        ("source",),
        [((source,), count) for source, count, _ in states],
    )
    yield Metric(
        "sync_rejected_rows",
        "Rows from a source that couldn't be imported.",
        ("source",),
        [((source,), count) for source, count in connection.execute(rejected)],
    )


def _newest_calls(connection: Connection, now: datetime) -> Iterator[Metric]:
    """A source without a call in NEWEST_WINDOW has no sample: it may have none, or be switched off."""
    samples = list[tuple[tuple[str, ...], float]]()
    for switch in SWITCHES:
        newest = (
            select(Cdr.started_at)
            .where(Cdr.started_at >= now - NEWEST_WINDOW, Cdr.origin.startswith(f"{switch}:"))
            .order_by(Cdr.started_at.desc(), Cdr.id.desc())
            .limit(1)
        )
        started = connection.scalar(newest)
        if started is not None:
            samples.append(((switch,), _age(started, now)))
    yield Metric(
        "newest_call_age_seconds", "Seconds since the newest imported call of a switch began.", ("switch",), samples
    )


def _mail(connection: Connection, now: datetime) -> Iterator[Metric]:
    queue = (
        select(OutboxMail.state, func.count(), func.min(OutboxMail.not_before))
        .where(OutboxMail.state.in_(QUEUED))
        .group_by(OutboxMail.state)
    )
    found = {state: (count, oldest) for state, count, oldest in connection.execute(queue)}
    yield Metric(
        "outbox_mails",
        "Unsent e-mails, by state.",
        ("state",),
        [((state.value,), found.get(state, (0, None))[0]) for state in QUEUED],
    )
    oldest = found.get(OutboxState.WAITING, (0, None))[1]
    yield Metric(
        "outbox_overdue_seconds", "How long the oldest waiting e-mail has been overdue.", (), [((), _age(oldest, now))]
    )
    boxes = (
        select(Mailbox.address, MailboxState.read_at, MailboxState.read_error, MailboxState.send_error)
        .join(MailboxState, MailboxState.mailbox_id == Mailbox.id)
        .where(Mailbox.enabled)
    )
    rows = connection.execute(boxes).all()
    yield Metric(
        "mailbox_read_age_seconds",
        "Seconds since a mailbox was read.",
        ("mailbox",),
        [((row.address,), _age(row.read_at, now)) for row in rows if row.read_at is not None],
    )
    yield Metric(
        "mailbox_failing",
        "1 if the last attempt to receive or send failed.",
        ("mailbox", "direction"),
        [
            ((row.address, direction), float(error is not None))
            for row in rows
            for direction, error in (("read", row.read_error), ("send", row.send_error))
        ],
    )


def _tickets(connection: Connection, now: datetime) -> Iterator[Metric]:
    by_state = select(Ticket.state, func.count()).where(Ticket.state.not_in(DONE)).group_by(Ticket.state)
    running = Ticket.state.not_in(CLOCK_PAUSED)
    overdue = select(func.count()).where(Ticket.sla_due_at < now, running)
    near = select(func.count()).where(Ticket.sla_warn_at < now, Ticket.sla_due_at >= now, running)
    yield Metric(
        "tickets",
        "Tickets that aren't solved or closed, by state.",
        ("state",),
        [((state.value,), count) for state, count in connection.execute(by_state)],
    )
    yield _one(connection, "tickets_overdue", "Tickets past their due time.", overdue)
    yield _one(connection, "tickets_due_soon", "Tickets near their due time.", near)
    incidents = (
        select(IncidentRecord.shared_by, func.count())
        .where(IncidentRecord.state == IncidentState.OPEN)
        .group_by(IncidentRecord.shared_by)
    )
    yield Metric(
        "incidents_open",
        "Open incidents, by what their failures have in common.",
        ("shared_by",),
        [((shared.value,), count) for shared, count in connection.execute(incidents)],
    )


def _probes(connection: Connection, now: datetime) -> Iterator[Metric]:
    """A SIP test's outcome begins with one of a few states; that of an MTR run says whether the target answered."""
    runs = (
        select(ProbeRun.kind, ProbeRun.outcome, func.count())
        .where(ProbeRun.at >= now - PROBE_WINDOW)
        .group_by(ProbeRun.kind, ProbeRun.outcome)
    )
    counts: Counter[tuple[str, ...]] = Counter()
    for kind, outcome, count in connection.execute(runs):
        if outcome is None:
            words = "no result"  # it still runs, or its program was ended
        elif kind == "options":
            words = outcome.partition(":")[0]
        else:
            words = "no answer" if outcome.startswith("no answer") else "answered"
        counts[kind, words] += count
    yield Metric("probes_last_hour", "Probes in the last hour.", ("kind", "outcome"), list(counts.items()))


def _platform(connection: Connection, now: datetime) -> Iterator[Metric]:
    since = int((now - HEP_WINDOW).timestamp() * 1_000_000)
    messages = select(func.count()).where(HepMessage.time_us >= since)
    yield _one(connection, "hep_messages_last_minute", "SIP messages received over HEP in the last minute.", messages)
    waiting = select(func.count(), func.min(SwitchUser.changed_at)).where(
        SwitchUser.revision > SwitchUser.written_revision
    )
    count, oldest = connection.execute(waiting).one()
    yield Metric("switch_users_waiting", "SIP accounts not written to the switch yet.", (), [((), count)])
    yield Metric(
        "switch_users_waiting_seconds",
        "How long the oldest unwritten SIP account has been waiting.",
        (),
        [((), _age(oldest, now))],
    )
    unknown = select(func.count()).where(Refund.state == RefundState.UNKNOWN)
    yield _one(connection, "refunds_unknown", "Refunds whose outcome isn't known.", unknown)


def _one(connection: Connection, name: str, help: str, count: Select[int]) -> Metric:
    return Metric(name, help, (), [((), float(connection.scalar(count) or 0))])


READERS: tuple[Callable[[Connection, datetime], Iterator[Metric]], ...] = (
    _sync,
    _newest_calls,
    _mail,
    _tickets,
    _probes,
    _platform,
)
