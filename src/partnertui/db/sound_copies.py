"""Tokens that hand out a sound once: only their hash is stored, and taking one deletes it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from partnertui.db.history import record_values
from partnertui.db.login_links import hash_token, new_token
from partnertui.db.models import Sound, SoundCopy
from partnertui.db.models.base import now
from partnertui.db.session import UnitOfWork
from partnertui.domain.errors import DomainError

LASTS = timedelta(minutes=10)
OFFERED, COPIED = "shared", "copied"
"""Actions in the history of the sound."""


def offer_copy(unit: UnitOfWork, sound_id: int, *, original: bool = False) -> str:
    """A token for one copy within LASTS; it is recorded in the sound's history. Raises DomainError, RowDeleted."""
    sound = unit.get(Sound, sound_id)
    if (sound.original_content if original else sound.content) is None:
        raise DomainError("No audio is stored for this sound.", advice="Replace it with an MP3 file.")
    token = new_token()
    unit.session.execute(delete(SoundCopy).where(SoundCopy.expires_at < now()))
    unit.add(
        SoundCopy(
            customer_id=sound.customer_id,
            sound_id=sound_id,
            operator_id=unit.operator.id,
            token_hash=hash_token(token),
            original=original,
            expires_at=now() + LASTS,
        )
    )
    record_values(unit.session, sound, OFFERED, {})
    return token


def take_copy(unit: UnitOfWork, token: str) -> bytes:
    """The audio that a token stands for; of two that take it at once, one gets it. Commits.

    Raises DomainError with the same words for a token that is unknown, used, or too old.
    """
    taken = (
        delete(SoundCopy)
        .where(SoundCopy.token_hash == hash_token(token), SoundCopy.expires_at >= now())
        .returning(SoundCopy.sound_id, SoundCopy.original)
    )
    row = unit.session.execute(taken).first()
    if row is None:
        raise DomainError(
            "This token isn't valid: it works once, within ten minutes.", advice="Copy a new command from the sound."
        )
    sound = unit.get(Sound, row.sound_id)
    content = sound.original_content if row.original else sound.content
    if content is None:
        raise DomainError("No audio is stored for this sound any more.", advice="Copy a new command from the sound.")
    record_values(unit.session, sound, COPIED, {})
    unit.commit()
    return content
