"""Enums of numbers and PBX objects: DDIs, orders, routing targets, ring groups, sounds, recordings, voicemail."""

from __future__ import annotations

from enum import StrEnum


class DdiState(StrEnum):
    """Life of a number; quarantined is between two customers."""

    FREE = "free"
    RESERVED = "reserved"
    ACTIVE = "active"
    QUARANTINED = "quarantined"


class TargetType(StrEnum):
    """What a call can be sent to."""

    USER = "user"
    RING_GROUP = "ring group"
    IVR = "ivr"
    QUEUE = "queue"
    CONFERENCE = "conference"
    VOICEMAIL = "voicemail"
    EXTERNAL = "external number"
    SIP_TRUNK = "sip trunk"
    SOUND = "sound"
    HANG_UP = "hang up"
    NONE = "none"


class PendingKind(StrEnum):
    """What a DDI order is."""

    NEW = "new"
    PORT_IN = "port-in"


class PendingState(StrEnum):
    """Where a DDI order stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_PROCESS = "in process"
    EXCEPTION = "exception"
    DATE_CONFIRMED = "date confirmed"
    ACTIVATED = "activated"
    CANCELLED = "cancelled"


class ActingParty(StrEnum):
    """Who must act next on a number that is on order."""

    US = "us"
    CUSTOMER = "customer"
    LOSING_CARRIER = "losing carrier"
    SUPPLIER = "number supplier"


class RingStrategy(StrEnum):
    """In which order a ring group rings."""

    RING_ALL = "ring all"
    LINEAR = "linear"
    ROUND_ROBIN = "round robin"
    RANDOM = "random"


class RuleDirection(StrEnum):
    """Which calls a routing rule is for."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class SoundUse(StrEnum):
    """What a sound is played for."""

    IVR = "ivr"
    MUSIC_ON_HOLD = "music on hold"
    QUEUE = "queue"


class RecordingKind(StrEnum):
    """Why a call was recorded."""

    ON_DEMAND = "on demand"
    ALWAYS = "always"
    QUEUE = "queue"
    CONFERENCE = "conference"


class VoicemailFolder(StrEnum):
    """Folder of a mailbox."""

    INBOX = "inbox"
    OLD = "old"
    URGENT = "urgent"
    TRASH = "trash"


class EmergencyAddress(StrEnum):
    """Whether emergency services know where a location is."""

    MISSING = "missing"
    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"
