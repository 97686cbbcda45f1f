"""The list of all encrypted columns, with the context that each value is bound to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from partnertui.db.drafts import place_of
from partnertui.db.models import (
    Chat,
    Conference,
    CreditCard,
    Draft,
    Mailbox,
    Payment,
    Refund,
    Transaction,
    User,
)
from partnertui.db.models.base import Base, table_of
from partnertui.db.rows.type_aliases import ResultRow
from partnertui.domain.drafts import DraftOf
from partnertui.vault.sealed_values import Place


def _draft(row: ResultRow) -> Place:
    return place_of(row.operator_id, DraftOf(row.object_table, row.object_id, row.form))


@dataclass(frozen=True)
class SealedColumn:
    """A column with ciphertext; the primary key is the place's unless `place` says otherwise."""

    model: type[Base]
    name: str
    place_of_row: Callable[[ResultRow], Place] | None = None
    needs: tuple[str, ...] = ()
    """Columns that `place_of_row` reads."""

    @property
    def table(self) -> str:
        """Name of its table."""
        return table_of(self.model).name

    def place(self, row: ResultRow) -> Place:
        """Where the value of a row, with `id` and `needs`, is bound to."""
        return self.place_of_row(row) if self.place_of_row is not None else Place(self.table, self.name, str(row.id))


SEALED = (
    SealedColumn(Chat, "text_ciphertext"),
    SealedColumn(Conference, "pin_ciphertext"),
    SealedColumn(Conference, "moderator_pin_ciphertext"),
    SealedColumn(CreditCard, "number_ciphertext"),
    SealedColumn(CreditCard, "gateway_token_ciphertext"),
    SealedColumn(Draft, "text_ciphertext", _draft, ("operator_id", "object_table", "object_id", "form")),
    SealedColumn(Mailbox, "password_ciphertext"),
    SealedColumn(Payment, "gateway_answer_ciphertext"),
    SealedColumn(Refund, "gateway_answer_ciphertext"),
    SealedColumn(Transaction, "gateway_answer_ciphertext"),
    SealedColumn(User, "sip_password_ciphertext"),
)
"""A test compares them with the columns whose name ends in _ciphertext."""
