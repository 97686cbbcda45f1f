"""Lists what a customer's numbers can be routed to, and checks a chosen target."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from partnertui.db.models import Conference, Ivr, RingGroup, Sound, User
from partnertui.db.rows.type_aliases import ListedColumn, Query
from partnertui.domain.errors import DomainError
from partnertui.domain.pbx_enums import TargetType


@dataclass(frozen=True)
class Route:
    """Where a number leads: an ID of its kind, and the name or number in words."""

    kind: TargetType
    id: int | None = None
    words: str | None = None

    @property
    def user_id(self) -> int | None:
        """The user whose number it is then; None if it leads elsewhere."""
        return self.id if self.kind == TargetType.USER else None


TEXT_TARGETS = (TargetType.EXTERNAL, TargetType.SIP_TRUNK, TargetType.QUEUE)
"""Kinds whose target is text."""
NO_TARGETS = (TargetType.HANG_UP, TargetType.NONE)


def targets(connection: Connection, customer_id: int, kind: TargetType) -> list[tuple[int, str]]:
    """ID and name of everything of a kind that the customer's numbers can lead to; [] for kinds without a table."""
    query = _query(kind)
    if query is None:
        return []
    rows = connection.execute(query.where(_owner(kind) == customer_id)).all()
    return [(row[0], f"{row[1] or ''} {row[2]}".strip()) for row in rows]


def _query(kind: TargetType) -> Query | None:
    if kind in (TargetType.USER, TargetType.VOICEMAIL):
        users = select(User.id, User.extension, User.name).where(User.removed_at.is_(None))
        return users.order_by(User.extension, User.name)
    if kind == TargetType.RING_GROUP:
        return select(RingGroup.id, RingGroup.extension, RingGroup.name).order_by(RingGroup.name)
    if kind == TargetType.IVR:
        return select(Ivr.id, Ivr.extension, Ivr.name).order_by(Ivr.name)
    if kind == TargetType.CONFERENCE:
        return select(Conference.id, Conference.extension, Conference.name).order_by(Conference.name)
    if kind == TargetType.SOUND:
        return select(Sound.id, Sound.name.label("first"), Sound.use).order_by(Sound.name)
    return None


def _owner(kind: TargetType) -> ListedColumn:
    owners: dict[TargetType, ListedColumn] = {
        TargetType.USER: User.customer_id,
        TargetType.VOICEMAIL: User.customer_id,
        TargetType.RING_GROUP: RingGroup.customer_id,
        TargetType.IVR: Ivr.customer_id,
        TargetType.CONFERENCE: Conference.customer_id,
        TargetType.SOUND: Sound.customer_id,
    }
    return owners[kind]


def checked_route(
    connection: Connection, customer_id: int, kind: TargetType, target_id: int | None, text: str | None
) -> Route:
    """The route to store. Raises DomainError if the target isn't one of this customer, or is missing."""
    if kind in NO_TARGETS:
        return Route(kind)
    if kind in TEXT_TARGETS:
        if not text:
            raise DomainError("A target is required.", field=field_of(kind))
        return Route(kind, words=text)
    name = dict(targets(connection, customer_id, kind)).get(target_id or 0)
    if name is None:
        raise DomainError(f"This customer has no such {kind.value}.", "Choose a target.", field=field_of(kind))
    return Route(kind, target_id, name)


def field_of(kind: TargetType) -> str:
    """The form field that holds the target's ID for a kind."""
    return "target_number" if kind == TargetType.EXTERNAL else f"target_{kind.name.lower()}"
