"""Applies the retention rules, each by itself, so that one failure doesn't stop the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, exists, func, select, update

from partnertui.captures.hourly_hep_writer import delete_old_files, old_files
from partnertui.db.archive.write_months import archive_months
from partnertui.db.cdr_partitions import drop_months
from partnertui.db.chat_retention import expire_chats
from partnertui.db.database import Database
from partnertui.db.hep.partitions import drop_old, old_partitions
from partnertui.db.kamailio.tables import tables
from partnertui.db.maintenance.aged_row_removal import AgedRows, count_old, remove_old
from partnertui.db.models import (
    Cdr,
    Chat,
    Draft,
    LoginLink,
    Mail,
    ProbeRun,
    RejectedRow,
    RetentionRule,
    Ticket,
    TicketAttachment,
    TicketMessage,
    UserStatus,
    Voicemail,
    WebSession,
    WhoisRecord,
)
from partnertui.db.models.base import now, table_of
from partnertui.db.rows.type_aliases import Expression
from partnertui.domain.errors import DomainError
from partnertui.domain.privacy.retention import RetentionKind
from partnertui.errors import UserError

LONGEST_PROBLEM = 300


LEAST_ARCHIVED_DAYS = 31
"""A call is deleted only when its month is over."""


@dataclass(frozen=True)
class Places:
    """Where records are kept besides our database."""

    kamailio: Database
    """Where Kamailio's tables are; may be ours."""
    kamailio_schema: str
    kamailio_zone: str
    captures: Path | None
    """The folder of HEP captures; None if none are written."""
    archive: Path | None = None
    """The folder that calls are archived in before they are deleted; None if they aren't."""


@dataclass(frozen=True)
class KindResult:
    """What was done about a kind: `removed` rows or files, or those that would be; `problem` says why it failed."""

    kind: RetentionKind
    keep_days: int | None
    removed: int = 0
    problem: str = ""


def _no_session() -> Expression:
    return ~exists(select(WebSession.id).where(WebSession.login_link_id == LoginLink.id))


def _has_source() -> Expression:
    return func.length(Mail.raw) > 0


def _has_content() -> Expression:
    return func.length(TicketAttachment.content) > 0


def _of_closed_ticket(before: datetime) -> Expression:
    closed = (
        select(TicketMessage.id).join(Ticket, Ticket.id == TicketMessage.ticket_id).where(Ticket.closed_at < before)
    )
    return TicketAttachment.message_id.in_(closed)


ROWS: dict[RetentionKind, tuple[AgedRows, ...]] = {
    RetentionKind.CDRS: (AgedRows(table_of(Cdr), "started_at"),),
    RetentionKind.ATTACHMENTS: (
        AgedRows(table_of(TicketAttachment), "id", {"content": b"", "evidence": None}, _has_content, _of_closed_ticket),
    ),
    RetentionKind.MAILS: (AgedRows(table_of(Mail), "received_at", {"raw": b""}, _has_source),),
    RetentionKind.VOICEMAIL: (AgedRows(table_of(Voicemail), "at"),),
    RetentionKind.PROBES: (AgedRows(table_of(ProbeRun), "at"),),
    RetentionKind.WEB_SESSIONS: (AgedRows(table_of(WebSession), "last_seen_at"),),
    RetentionKind.DRAFTS: (AgedRows(table_of(Draft), "saved_at"),),
    RetentionKind.LOG_INS: (
        AgedRows(table_of(LoginLink), "created_at", also=_no_session),
        AgedRows(table_of(UserStatus), "at"),
    ),
    RetentionKind.REJECTED_ROWS: (AgedRows(table_of(RejectedRow), "rejected_at"),),
    RetentionKind.WHOIS: (AgedRows(table_of(WhoisRecord), "fetched_at"),),
}


def run_retention(
    database: Database, places: Places, chat_days: float, *, dry_run: bool = False
) -> Iterator[KindResult]:
    """Runs all rules, and yields the result of each; a kind that fails says so, and the others go on.

    `chat_days` is [chats] keep_days, which counts where the rule keeps chats for good. Raises DatabaseError where the
    rules can't be read.
    """
    query = select(RetentionRule.kind, RetentionRule.keep_days)
    rules = {kind: days for kind, days in database.read(lambda connection: connection.execute(query).all())}
    for kind in RetentionKind:
        days = rules.get(kind)
        if kind is RetentionKind.CHATS and days is None and chat_days:
            days = max(1, int(chat_days))
        if days is None:
            yield KindResult(kind, None)
            continue
        result = _run_kind(database, places, kind, days, dry_run)
        if not dry_run:
            _note(database, result)
        yield result


def _run_kind(database: Database, places: Places, kind: RetentionKind, days: int, dry_run: bool) -> KindResult:
    before = now() - timedelta(days=days)
    try:
        if dry_run:
            return KindResult(kind, days, _count(database, places, kind, days, before))
        return KindResult(kind, days, _remove(database, places, kind, days, before))
    except (UserError, OSError) as error:
        return KindResult(kind, days, problem=str(error)[:LONGEST_PROBLEM])


def _remove(database: Database, places: Places, kind: RetentionKind, days: int, before: datetime) -> int:
    today = datetime.now(UTC).date()
    if kind is RetentionKind.CHATS:
        return expire_chats(database, before)
    if kind is RetentionKind.HEP:
        return database.write(lambda connection: drop_old(connection, today, days), deadline=600)
    if kind is RetentionKind.CAPTURES:
        return delete_old_files(places.captures, today, days) if places.captures is not None else 0
    if kind is RetentionKind.CDRS and places.archive is not None:
        _archive(database, places.archive, days, before)
    switch = places.kamailio if kind is RetentionKind.SIP_TRACES else database
    # whole months go at once, and without the dead rows that a DELETE leaves to VACUUM; the rest of one goes by rows
    dropped = drop_months(database, before) if kind is RetentionKind.CDRS else 0
    return dropped + sum(remove_old(switch, rows, before) for rows in _aged(kind, places))


def _archive(database: Database, folder: Path, days: int, before: datetime) -> None:
    """Archives the months that calls are about to be deleted of, the last one whole."""
    if days < LEAST_ARCHIVED_DAYS:
        raise DomainError(
            f"The archive keeps whole months, so calls have to be kept for at least {LEAST_ARCHIVED_DAYS} days.",
            advice="Change the rule in Settings, Retention, or clear archive.folder.",
        )
    from partnertui.db.archive.month_files import month_of, next_month  # only where there is an archive

    for _ in archive_months(database, folder, next_month(month_of(before))):
        pass


def _count(database: Database, places: Places, kind: RetentionKind, days: int, before: datetime) -> int:
    today = datetime.now(UTC).date()
    if kind is RetentionKind.CHATS:
        chats = select(func.count()).where(Chat.started_at < before, Chat.text_ciphertext.is_not(None))
        return database.read(lambda connection: connection.scalar(chats)) or 0
    if kind is RetentionKind.HEP:
        return database.read(lambda connection: old_partitions(connection, today, days))
    if kind is RetentionKind.CAPTURES:
        return len(old_files(places.captures, today, days)) if places.captures is not None else 0
    switch = places.kamailio if kind is RetentionKind.SIP_TRACES else database

    def count(connection: Connection) -> int:
        return sum(count_old(connection, rows, before) for rows in _aged(kind, places))

    return switch.read(count, deadline=600)


def _aged(kind: RetentionKind, places: Places) -> tuple[AgedRows, ...]:
    if kind is RetentionKind.SIP_TRACES:
        trace = tables(places.kamailio_schema or None, places.kamailio_zone).sip_trace
        return (AgedRows(trace, "time_stamp"),)
    return ROWS[kind]


def _note(database: Database, result: KindResult) -> None:
    """Stores when a rule ran, and what came of it."""
    values = {"last_run_at": now(), "last_removed": result.removed, "last_problem": result.problem or None}
    rule = update(table_of(RetentionRule)).where(RetentionRule.kind == result.kind).values(values)
    database.write(lambda connection: connection.execute(rule))
