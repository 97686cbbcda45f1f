"""Sounds of customers: announcements and music on hold, and one-time tokens to download one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, Owned, Versioned, now
from partnertui.db.models.types import EnumText
from partnertui.domain.pbx_enums import SoundUse


class Sound(Owned, Versioned, Base):
    """A sound of a customer; duration in ms, size in bytes, levels in hundredths of LUFS.

    level: NULL where the sound is too short to measure, or silent. true_peak: hundredths of dBTP. original_content and
    original_level: what was added, where `content` has another level.
    """

    __tablename__ = "sounds"
    name: Mapped[str] = mapped_column(index=True)
    use: Mapped[SoundUse] = mapped_column(EnumText(SoundUse))
    duration_ms: Mapped[int]
    size: Mapped[int]
    level: Mapped[int | None]
    adjusted: Mapped[bool] = mapped_column(default=False)
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    waveform: Mapped[bytes | None] = mapped_column(deferred=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    true_peak: Mapped[int | None]
    original_level: Mapped[int | None]
    original_content: Mapped[bytes | None] = mapped_column(deferred=True)


class SoundCopy(Owned, Base):
    """A token that hands out a sound once, to whoever has it: its hash, and until when."""

    __tablename__ = "sound_copies"
    history = False
    secrets = frozenset({"token_hash"})
    sound_id: Mapped[int] = mapped_column(ForeignKey("sounds.id"))
    operator_id: Mapped[int]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
