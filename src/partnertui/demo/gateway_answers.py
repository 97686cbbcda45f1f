"""Encrypted gateway answers to demo refunds."""

from __future__ import annotations

import json

from sqlalchemy import Connection, select, update

from partnertui.db.database import Database
from partnertui.db.models import Refund
from partnertui.db.refund_payout import answer_place
from partnertui.domain.money import to_smallest
from partnertui.vault.sealed_values import Vault


def seal_answers(database: Database, vault: Vault) -> int:
    """Encrypts an answer for every refund whose outcome the gateway said; returns how many. Raises DatabaseError."""
    columns = (Refund.id, Refund.state, Refund.amount, Refund.currency, Refund.gateway_reference, Refund.failure_code)
    sent = select(*columns).where(Refund.sent_at.is_not(None), Refund.finished_at.is_not(None))

    def work(connection: Connection) -> int:
        rows = connection.execute(sent).all()
        for row in rows:
            answer = {
                "id": row.gateway_reference,
                "status": "succeeded" if row.failure_code is None else "failed",
                "amount": to_smallest(row.amount, row.currency),
                "currency": row.currency.lower(),
                "failure_reason": row.failure_code,
            }
            sealed = vault.seal(answer_place("refunds", row.id), json.dumps(answer).encode())
            connection.execute(update(Refund).where(Refund.id == row.id).values(gateway_answer_ciphertext=sealed))
        return len(rows)

    return database.write(work, deadline=600)
