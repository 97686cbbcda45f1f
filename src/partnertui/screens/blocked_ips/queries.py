"""Rows of the list of blocked addresses."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from partnertui.db.models import BlockedIp, OperatorAccount
from partnertui.db.rows.list_of import list_of


def blocked_ips() -> Select[*tuple[Any, ...]]:
    """Blocked networks with who blocked them."""
    return list_of(
        BlockedIp,
        BlockedIp.network,
        BlockedIp.reason,
        BlockedIp.blocked_at,
        BlockedIp.until,
        OperatorAccount.name.label("blocked_by"),
    ).outerjoin(OperatorAccount, OperatorAccount.id == BlockedIp.blocked_by_id)
