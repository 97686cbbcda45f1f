"""One-time tokens for downloading a sound; only their hash is stored."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from partnertui.db.change_history import FETCHED, OFFERED, record_values
from partnertui.db.models import Sound, SoundCopy
from partnertui.db.models.base import now
from partnertui.db.portal_login_links import hash_token
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.duration_text import span_words
from partnertui.domain.errors import DomainError

LASTS = timedelta(minutes=10)


def offer_copy(unit: UnitOfWork, sound_id: int, token_hash: bytes) -> None:
    """Makes a token good for one copy within LASTS; it is recorded in the sound's history.

    It gets the hash alone: what a unit of work is given or returns may be stored. Raises DomainError, RowDeleted.
    """
    sound = unit.get(Sound, sound_id)
    if sound.content is None:
        raise DomainError("No audio is stored for this sound.", advice="Replace it with an MP3 file.")
    unit.session.execute(delete(SoundCopy).where(SoundCopy.expires_at < now()))
    unit.add(
        SoundCopy(
            customer_id=sound.customer_id,
            sound_id=sound_id,
            operator_id=unit.operator.id,
            token_hash=token_hash,
            expires_at=now() + LASTS,
        )
    )
    record_values(unit.session, sound, OFFERED, {})


def take_copy(unit: UnitOfWork, token: str) -> bytes:
    """The audio that a token stands for; of two that take it at once, one gets it. Commits.

    Raises DomainError with the same words for a token that is unknown, used, or too old.
    """
    taken = (
        delete(SoundCopy)
        .where(SoundCopy.token_hash == hash_token(token), SoundCopy.expires_at >= now())
        .returning(SoundCopy.sound_id)
    )
    sound_id = unit.session.execute(taken).scalar()
    if sound_id is None:
        raise DomainError(
            f"This token isn't valid: a token works only once, within {span_words(LASTS)}.",
            advice="Create a new copy command for the sound.",
        )
    sound = unit.get(Sound, sound_id)
    content = sound.content
    if content is None:
        raise DomainError("Audio is no longer stored for this sound.", advice="Replace the sound with an MP3 file.")
    record_values(unit.session, sound, FETCHED, {})
    unit.commit()
    return content
