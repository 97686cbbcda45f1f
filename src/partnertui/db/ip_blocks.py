"""Blocked addresses and networks: blocking, and letting them in again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_network

from sqlalchemy import select

from partnertui.db.models import BlockedIp
from partnertui.db.models.base import now
from partnertui.db.session import UnitOfWork
from partnertui.domain.addresses import Network, blockable, shown
from partnertui.domain.errors import DomainError


def block(
    unit: UnitOfWork, typed: str, reason: str, until: datetime | None, never: Sequence[tuple[Network, str]]
) -> BlockedIp:
    """Blocks an address or network; one whose time is over is blocked anew.

    Raises DomainError where it may not be blocked, or is blocked already.
    """
    network, reason = blockable(typed, never), " ".join(reason.split())
    if not reason:
        raise DomainError("Why is it blocked?", field="reason", advice="The next agent will ask.")
    if reason.startswith("-"):
        raise DomainError("A reason cannot begin with a dash.", field="reason", advice="Begin with a word.")
    if until is not None and until <= now():
        raise DomainError("That time is past already.", field="until", advice="Leave it empty to block for good.")
    same: BlockedIp | None = None
    for known in unit.session.scalars(select(BlockedIp).order_by(BlockedIp.id)):
        other = ip_network(known.network, strict=False)
        if other == network:
            same = known
        if other.version == network.version and network.subnet_of(other) and not over(known):  # type: ignore[arg-type]
            raise already(network, other, known)
    if same is None:
        same = BlockedIp(network=shown(network), reason=reason, until=until, blocked_by_id=unit.operator.id)
        unit.add(same)
    else:
        same.reason, same.until, same.blocked_at, same.blocked_by_id = reason, until, now(), unit.operator.id
    unit.session.flush()
    return same


def over(blocked: BlockedIp) -> bool:
    """Whether its time is over."""
    return blocked.until is not None and blocked.until <= now()


def already(network: Network, other: Network, known: BlockedIp) -> DomainError:
    """Says since when it is blocked, why, and as part of what."""
    part = "" if network == other else f" as part of {shown(other)}"
    return DomainError(
        f"{shown(network)} is blocked already{part}, since {known.blocked_at:%Y-%m-%d}: {known.reason}",
        field="network",
        advice="Unblock it first to block it otherwise.",
    )


def unblock(unit: UnitOfWork, blocked_id: int) -> tuple[str, str]:
    """Lets an address or network in again; returns it and the reason that it was blocked for."""
    blocked = unit.get(BlockedIp, blocked_id)
    unit.delete(blocked)
    return blocked.network, blocked.reason
