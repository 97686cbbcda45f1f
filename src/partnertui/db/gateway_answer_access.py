"""Audited reading of a gateway's answer: the request is committed first, then another transaction reads it.

As with chats, a request is good for one reading by who made it, soon, and both are in the record's history.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from partnertui.db.change_history import record_event
from partnertui.db.database import Database
from partnertui.db.models import AnswerReading, Payment, Refund, Transaction
from partnertui.db.models.base import now
from partnertui.db.refund_payout import answer_place
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.operators import STAFF, Operator
from partnertui.vault.sealed_values import Vault

MODELS: dict[str, type[Payment] | type[Refund] | type[Transaction]] = {
    model.__tablename__: model for model in (Payment, Refund, Transaction)
}
"""Whose answers are kept, by table."""
VALID = timedelta(minutes=10)
"""How long a request can be used."""


def request_answer(unit: UnitOfWork, table: str, key: int, reason: str) -> int:
    """Records that the operator wants to read a gateway's answer, and why; returns the request's ID.

    Raises NotAllowed for partners, DomainError without a reason or where no answer is stored, RowDeleted.
    """
    _require_reader(unit.operator)
    words = " ".join(reason.split())
    if not words:
        raise DomainError("A reason is required.", field="reason", advice="It is recorded with your name.")
    model = MODELS[table]
    record = unit.get(model, key)
    if not record.has_answer:
        raise DomainError("No gateway response is stored here.")
    request = AnswerReading(
        object_table=table,
        object_id=key,
        customer_id=record.customer_id,
        partner_id=record.partner_id,
        operator_id=unit.operator.id,
        reason=words,
        requested_in=unit.key,
        requested_at=now(),
    )
    unit.add(request)
    record_event(unit.session, record, {"gateway response": ["hidden", f"request to read: {words}"]})
    unit.session.flush()
    return request.id


def read_answer(database: Database, operator: Operator, request_id: int, vault: Vault) -> str:
    """The answer that was requested; the reading is committed before it is returned.

    Raises NotAllowed in the transaction of the request itself and for others' requests, DomainError for one that is
    used or too old, VaultError if it doesn't open; then no reading is recorded.
    """
    with UnitOfWork(database, operator) as unit:
        text = fetch_answer(unit, request_id, vault)
        unit.commit()
    return text


def fetch_answer(unit: UnitOfWork, request_id: int, vault: Vault) -> str:
    """The answer of a committed request, marked as read. The caller shows it only after its commit."""
    _require_reader(unit.operator)
    request = unit.get(AnswerReading, request_id, lock=True)
    if request.operator_id != unit.operator.id or request.requested_in == unit.key:
        raise NotAllowed(
            "This request can't be used to read the gateway response.",
            advice="Make your own request, then read the response.",
        )
    if request.read_at is not None or request.requested_at < now() - VALID:
        raise DomainError(
            "This request was used already, or it has expired.", advice="Make a new request; each access is recorded."
        )
    record = unit.get(MODELS[request.object_table], request.object_id)
    if not record.has_answer:
        raise DomainError("No gateway response is stored here.")
    sealed = record.gateway_answer_ciphertext if unit.database.dialect == "sqlite" else _revealed(unit, request_id)
    assert sealed is not None
    text = vault.open(answer_place(request.object_table, record.id), sealed).decode("utf-8", "replace")
    if unit.database.dialect == "sqlite":  # PostgreSQL's function does it
        request.read_at = now()
    record_event(unit.session, record, {"gateway response": ["hidden", "read"]})
    return text


def _revealed(unit: UnitOfWork, request_id: int) -> bytes | None:
    """The answer, which no role may select; the function refuses a request of this transaction."""
    return unit.session.scalar(select(func.priv.gateway_answer(request_id)))


def _require_reader(operator: Operator) -> None:
    if operator.role not in STAFF:
        raise NotAllowed("Partners can't read gateway responses.", advice="Ask support.")
