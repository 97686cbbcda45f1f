"""Checks which Call-IDs a partner may look at: phones can forge or reuse other customers' Call-IDs."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, Text, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from partnertui.db.kamailio.aor_owners import find_owners
from partnertui.db.models import Cdr
from partnertui.db.rows.read_limits import IDS_PER_QUERY
from partnertui.domain.operators import Operator, Role


def foreign_call_ids(
    connection: Connection, operator: Operator | None, asked: Collection[str], named: Iterable[str]
) -> set[str]:
    """Those of the named Call-IDs whose messages the operator may not see; none for staff.

    `asked` are the Call-IDs of the row itself, which may be a call in progress without a CDR. A Call-ID is a partner's
    own if the row or a CDR of theirs has it, and no CDR of anybody else does.
    """
    if operator is None or operator.role != Role.PARTNER:
        return set()
    ids, own, foreign = sorted({*named, *asked}), set(asked), set[str]()
    for start in range(0, len(ids), IDS_PER_QUERY):
        part = ids[start : start + IDS_PER_QUERY]
        statement = select(Cdr.call_id_a, Cdr.call_id_b, Cdr.partner_id).where(
            or_(Cdr.call_id_a.in_(part), Cdr.call_id_b.in_(part))
        )
        for first, second, partner in connection.execute(statement):
            (own if partner == operator.partner_id else foreign).update(filter(None, (first, second)))
        if connection.dialect.name == "postgresql":  # whose rows a partner doesn't see
            others = func.priv.calls_of_others(literal(part, ARRAY(Text)), operator.partner_id)
            foreign.update(connection.scalars(select(others.column_valued())))
    return {call_id for call_id in ids if call_id in foreign or call_id not in own}


def may_know_user(connection: Connection, operator: Operator | None, username: str) -> bool:
    """Whether the operator may learn where the user with this SIP username is registered."""
    if operator is None or operator.role != Role.PARTNER:
        return True
    owner = find_owners(connection, [username]).columns(username, None)
    return owner["partner_id"] is not None and owner["partner_id"] == operator.partner_id
