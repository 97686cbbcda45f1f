"""Audited reading of chat texts: the request is committed first, then another transaction reads the text.

The text is UTF-8, sealed for `chats.text_ciphertext` and the chat's ID; no list query selects it. A request is good for
one reading by who made it, soon. Both are in the chat's history.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from partnertui.db.change_history import record_event
from partnertui.db.database import Database
from partnertui.db.models import Chat, ChatReading
from partnertui.db.models.base import now
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.operators import STAFF, Operator
from partnertui.vault.sealed_values import Place, Vault

READERS = STAFF
"""Roles that may read chats; partners may not, also not those of their own customers."""
VALID = timedelta(minutes=10)
"""How long a request can be used."""


def place_of(chat_id: int) -> Place:
    """Where the text of a chat is sealed."""
    return Place("chats", "text_ciphertext", str(chat_id))


def request_reading(unit: UnitOfWork, chat_id: int, reason: str) -> int:
    """Records that the operator wants to read a chat, and why; returns the request's ID.

    Raises NotAllowed for roles that may not, DomainError without a reason or where no text is stored, RowDeleted.
    """
    _require_reader(unit.operator)
    chat = unit.get(Chat, chat_id)
    if not reason.strip():
        raise DomainError("A reason is required.", field="reason", advice="It is recorded with your name.")
    _require_text(chat.text_destroyed_at, chat.has_text)
    request = ChatReading(
        chat_id=chat.id,
        customer_id=chat.customer_id,
        partner_id=chat.partner_id,
        operator_id=unit.operator.id,
        reason=" ".join(reason.split()),
        requested_in=unit.key,
        requested_at=now(),
    )
    unit.add(request)
    record_event(unit.session, chat, {"text": ["hidden", f"request to read: {request.reason}"]})
    unit.session.flush()
    return request.id


def read_text(database: Database, operator: Operator, request_id: int, vault: Vault) -> str:
    """The text that was requested; the reading is recorded and committed before it is returned.

    Raises as `fetch_text`, VaultError if it doesn't open; then no reading is recorded.
    """
    with UnitOfWork(database, operator) as unit:
        text = fetch_text(unit, request_id, vault)
        unit.commit()
    return text


def fetch_text(unit: UnitOfWork, request_id: int, vault: Vault) -> str:
    """The text of a committed request of this operator, marked as read. The caller shows it only after its commit.

    Raises NotAllowed in the transaction of the request itself and for others' requests, DomainError for one that is
    used or too old, or whose text was destroyed since.
    """
    _require_reader(unit.operator)
    request = unit.get(ChatReading, request_id, lock=True)
    if request.operator_id != unit.operator.id or request.requested_in == unit.key:
        raise NotAllowed(
            "This request can't be used to read the chat.", advice="Make your own request, then read the chat."
        )
    if request.read_at is not None or request.requested_at < now() - VALID:
        raise DomainError(
            "This request was used already, or it has expired.", advice="Make a new request; each access is recorded."
        )
    chat = unit.get(Chat, request.chat_id)
    _require_text(chat.text_destroyed_at, chat.has_text)
    on_request = unit.database.dialect == "postgresql"  # there nobody may select it, and the function marks it as read
    fetch = select(func.priv.chat_text(request_id) if on_request else Chat.text_ciphertext)
    sealed = unit.session.scalar(fetch if on_request else fetch.where(Chat.id == chat.id))
    assert sealed is not None
    text = vault.open(place_of(chat.id), sealed).decode("utf-8", "replace")
    if not on_request:
        request.read_at = now()
    record_event(unit.session, chat, {"text": ["hidden", "read"]})
    return text


def _require_reader(operator: Operator) -> None:
    if operator.role not in READERS:
        raise NotAllowed("Partners can't read chats.", advice="Ask support.")


def _require_text(destroyed_at: datetime | None, is_stored: bool) -> None:
    if destroyed_at is not None:
        raise DomainError(
            f"The text of this chat was destroyed on {destroyed_at:%Y-%m-%d}, when its retention period ended."
        )
    if not is_stored:
        raise DomainError("No text is stored for this chat.")
