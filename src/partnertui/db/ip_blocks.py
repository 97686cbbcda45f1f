"""Blocks and unblocks IP addresses and networks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network

from sqlalchemy import select

from partnertui.db.models import BlockedIp
from partnertui.db.models.base import now
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.ip_addresses import Network, blockable, shown


def block(
    unit: UnitOfWork, typed: str, reason: str, until: datetime | None, never: Sequence[tuple[Network, str]]
) -> BlockedIp:
    """Blocks an address or network until a time, None for ever; an expired block is renewed.

    Raises DomainError if it must never be blocked, or is blocked already.
    """
    network, reason = blockable(typed, never), " ".join(reason.split())
    if not reason:
        raise DomainError("A reason is required.", field="reason", advice="The next agent needs to know why.")
    if reason.startswith("-"):
        raise DomainError("A reason can't start with a dash.", field="reason", advice="Start with a word.")
    if until is not None and until <= now():
        raise DomainError("That time has already passed.", field="until", advice="Leave it empty to block permanently.")
    same: BlockedIp | None = None
    for known in unit.session.scalars(select(BlockedIp).order_by(BlockedIp.id)):
        other = ip_network(known.network, strict=False)
        if other == network:
            same = known
        if is_within(network, other) and not is_expired(known):
            raise already_blocked(network, other, known)
    if same is None:
        same = BlockedIp(network=shown(network), reason=reason, until=until, blocked_by_id=unit.operator.id)
        unit.add(same)
    else:
        same.reason, same.until, same.blocked_at, same.blocked_by_id = reason, until, now(), unit.operator.id
    unit.session.flush()
    return same


def is_within(network: Network, other: Network) -> bool:
    """Whether a network is part of another one, or the same."""
    if isinstance(network, IPv4Network):
        return isinstance(other, IPv4Network) and network.subnet_of(other)
    return isinstance(other, IPv6Network) and network.subnet_of(other)


def is_expired(blocked: BlockedIp) -> bool:
    """Whether the block has ended."""
    return blocked.until is not None and blocked.until <= now()


def already_blocked(network: Network, other: Network, known: BlockedIp) -> DomainError:
    """The error for a network that is blocked already, with date, reason and the network it is part of."""
    part = "" if network == other else f" as part of {shown(other)}"
    return DomainError(
        f"{shown(network)} is already blocked{part}, since {known.blocked_at:%Y-%m-%d}: {known.reason}",
        field="network",
        advice=f"Unblock {shown(other)} first to change the block.",
    )


def unblock(unit: UnitOfWork, blocked_id: int) -> tuple[str, str]:
    """Unblocks an address or network; returns it and the reason for which it was blocked."""
    blocked = unit.get(BlockedIp, blocked_id)
    unit.delete(blocked)
    return blocked.network, blocked.reason
