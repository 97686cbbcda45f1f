"""Stores the last probe results of each phone, to be read again and compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, func, or_, select, update

from partnertui.db.database import Database
from partnertui.db.models import OperatorAccount, ProbeRun
from partnertui.db.models.base import now, table_of
from partnertui.db.permissions import scope
from partnertui.db.probe_rate_limit import MAX_TARGET_LENGTH
from partnertui.db.rows.type_aliases import JsonObject, Query, RowDict
from partnertui.domain.operators import Operator

KEPT = 50
"""Results kept of each phone, the newest ones."""
MAX_REPORT_LENGTH = 20_000


@dataclass(frozen=True)
class ProbeResult:
    """What a probe found; `phone` is an AOR, None where only the address is known."""

    target: str
    outcome: str
    report: str
    figures: JsonObject = field(default_factory=dict)
    phone: str | None = None
    customer_id: int | None = None
    partner_id: int | None = None


def keep_results(database: Database, operator_id: int, kind: str, results: Iterable[ProbeResult]) -> None:
    """Stores results with the runs that were counted for them, and drops what is beyond KEPT. Raises DatabaseError."""
    found = tuple(results)

    def work(connection: Connection) -> None:
        for result in found:
            _keep(connection, operator_id, kind, result)

    database.write(work, deadline=5.0)


def _keep(connection: Connection, operator_id: int, kind: str, result: ProbeResult) -> None:
    runs, target = table_of(ProbeRun), result.target[:MAX_TARGET_LENGTH]
    values = {
        "outcome": result.outcome,
        "report": result.report[:MAX_REPORT_LENGTH],
        "figures": result.figures,
        "phone": result.phone,
        "customer_id": result.customer_id,
        "partner_id": result.partner_id,
    }
    counted = select(func.max(runs.c.id)).where(
        runs.c.operator_id == operator_id, runs.c.kind == kind, runs.c.target == target, runs.c.outcome.is_(None)
    )
    number = connection.scalar(counted)
    if number is None:  # two registrations at one address are counted once, but each has a result
        connection.execute(runs.insert().values(at=now(), operator_id=operator_id, kind=kind, target=target, **values))
    else:
        connection.execute(update(runs).where(runs.c.id == number).values(**values))
    same = runs.c.phone == result.phone if result.phone else runs.c.target == target
    oldest = select(runs.c.id).where(same, runs.c.report.is_not(None)).order_by(runs.c.id.desc()).offset(KEPT)
    connection.execute(delete(runs).where(runs.c.id.in_(oldest.limit(KEPT).scalar_subquery())))


def last_results(
    connection: Connection, operator: Operator, phones: Sequence[str], targets: Sequence[str] = ()
) -> list[RowDict]:
    """The kept results of phones and addresses that the operator may see, the newest first."""
    runs, people = table_of(ProbeRun), table_of(OperatorAccount)
    statement: Query = (
        select(*runs.c, people.c.name.label("operator"))
        .select_from(runs.outerjoin(people, people.c.id == runs.c.operator_id))
        .where(runs.c.report.is_not(None), or_(runs.c.phone.in_(phones), runs.c.target.in_(targets)))
        .order_by(runs.c.id.desc())
    )
    return [dict(row) for row in connection.execute(scope(statement, operator).limit(KEPT)).mappings()]
