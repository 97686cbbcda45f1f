"""The select behind the Blocked IPs list."""

from __future__ import annotations

from partnertui.db.models import BlockedIp, OperatorAccount
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query


def blocked_ips() -> Query:
    """Blocked networks with who blocked them."""
    return list_query(
        BlockedIp,
        BlockedIp.network,
        BlockedIp.reason,
        BlockedIp.blocked_at,
        BlockedIp.until,
        OperatorAccount.name.label("blocked_by"),
    ).outerjoin(OperatorAccount, OperatorAccount.id == BlockedIp.blocked_by_id)
