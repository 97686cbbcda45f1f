"""Call routing: IVRs, ring and pick-up groups, conferences, routing rules, dial locations."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Computed, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, Owned, Versioned
from partnertui.db.models.types import EnumText
from partnertui.domain.pbx_enums import EmergencyAddress, RingStrategy, RuleDirection, TargetType


class Target:
    """Where a call goes next: `target_id` is an ID of `target_type`; `target` is a number or text."""

    target_type: Mapped[TargetType] = mapped_column(EnumText(TargetType), default=TargetType.NONE)
    target_id: Mapped[int | None]
    target: Mapped[str | None]


class Ivr(Owned, Versioned, Base):
    """A voice menu; its times are in seconds."""

    __tablename__ = "ivrs"
    name: Mapped[str] = mapped_column(index=True)
    extension: Mapped[str | None]
    welcome_sound_id: Mapped[int | None] = mapped_column(ForeignKey("sounds.id"))
    timeout: Mapped[int] = mapped_column(default=10)
    retries: Mapped[int] = mapped_column(default=3)
    enabled: Mapped[bool] = mapped_column(default=True)


class IvrEntry(Owned, Versioned, Target, Base):
    """An option of a voice menu; digit `t` is a timeout and `i` an invalid digit."""

    __tablename__ = "ivr_entries"
    ivr_id: Mapped[int] = mapped_column(ForeignKey("ivrs.id"))
    digit: Mapped[str]
    __table_args__ = (UniqueConstraint("ivr_id", "digit"),)


class RingGroup(Owned, Versioned, Target, Base):
    """Users that ring for one extension; unanswered calls go to the target."""

    __tablename__ = "ring_groups"
    name: Mapped[str] = mapped_column(index=True)
    extension: Mapped[str | None]
    strategy: Mapped[RingStrategy] = mapped_column(EnumText(RingStrategy), default=RingStrategy.RING_ALL)
    ring_time: Mapped[int] = mapped_column(default=30)
    enabled: Mapped[bool] = mapped_column(default=True)


class RingGroupMember(Owned, Base):
    """A member of a ring group, in order."""

    __tablename__ = "ring_group_members"
    ring_group_id: Mapped[int] = mapped_column(ForeignKey("ring_groups.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    position: Mapped[int]
    __table_args__ = (UniqueConstraint("ring_group_id", "user_id"),)


class PickupGroup(Owned, Versioned, Base):
    """Users that can pick up each other's ringing calls."""

    __tablename__ = "pickup_groups"
    name: Mapped[str] = mapped_column(index=True)


class PickupGroupMember(Owned, Base):
    """A member of a pick-up group."""

    __tablename__ = "pickup_group_members"
    pickup_group_id: Mapped[int] = mapped_column(ForeignKey("pickup_groups.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    __table_args__ = (UniqueConstraint("pickup_group_id", "user_id"),)


class Conference(Owned, Versioned, Base):
    """A conference room; its PINs are ciphertext."""

    __tablename__ = "conferences"
    secrets = frozenset({"pin_ciphertext", "moderator_pin_ciphertext"})
    name: Mapped[str] = mapped_column(index=True)
    extension: Mapped[str | None]
    pin_ciphertext: Mapped[bytes | None] = mapped_column(deferred=True)
    has_pin: Mapped[bool] = mapped_column(Computed("pin_ciphertext IS NOT NULL", persisted=True))
    moderator_pin_ciphertext: Mapped[bytes | None] = mapped_column(deferred=True)
    has_moderator_pin: Mapped[bool] = mapped_column(Computed("moderator_pin_ciphertext IS NOT NULL", persisted=True))
    max_members: Mapped[int] = mapped_column(default=30)
    wait_for_moderator: Mapped[bool] = mapped_column(default=False)
    record: Mapped[bool] = mapped_column(default=False)
    announce: Mapped[bool] = mapped_column(default=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    members_now: Mapped[int] = mapped_column(default=0)
    __table_args__ = (CheckConstraint("max_members > 0", name="members"),)


class RoutingRule(Owned, Versioned, Target, Base):
    """A rule for calls; the lowest priority number comes first. Time conditions look like `mon-fri 9-17; sat 10-14`."""

    __tablename__ = "routing_rules"
    name: Mapped[str]
    direction: Mapped[RuleDirection] = mapped_column(EnumText(RuleDirection))
    priority: Mapped[int] = mapped_column(default=100, index=True)
    time_condition: Mapped[str | None]
    time_zone: Mapped[str] = mapped_column(default="UTC")
    caller_pattern: Mapped[str | None]
    number_pattern: Mapped[str | None]
    enabled: Mapped[bool] = mapped_column(default=True)


class DialLocation(Owned, Versioned, Base):
    """A location of a customer's phones: address for emergency calls, time zone, tone zone."""

    __tablename__ = "locations"
    name: Mapped[str] = mapped_column(index=True)
    street: Mapped[str | None]
    postcode: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    country: Mapped[str]
    time_zone: Mapped[str] = mapped_column(default="UTC")
    tone_zone: Mapped[str]
    emergency_address: Mapped[EmergencyAddress] = mapped_column(
        EnumText(EmergencyAddress), default=EmergencyAddress.MISSING
    )
