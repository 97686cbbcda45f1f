"""Adds, edits, replaces and removes sounds of a customer; reads their audio, which lists never do."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from partnertui.db.errors import RowDeleted
from partnertui.db.models import Customer, PendingDdiNumber, Sound, SoundCopy
from partnertui.db.permissions import scope
from partnertui.db.routed_here import referrers
from partnertui.db.rows.type_aliases import Row, RowDict
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator
from partnertui.domain.pbx_enums import SoundUse, TargetType
from partnertui.domain.pending_ddis import OPEN
from partnertui.domain.sounds import Adjusted, Measurement

FORM_COLUMNS = ("name", "use", "adjusted")
LEVEL_COLUMNS = ("level", "original_level", "true_peak", "duration_ms", "size")


@dataclass(frozen=True)
class Audio:
    """An MP3 with what was measured on it, and what it became where its level was adjusted."""

    content: bytes
    measurement: Measurement
    adjusted: Adjusted | None = None

    def columns(self) -> RowDict:
        """The columns of the sound that has this audio."""
        after = self.adjusted
        played = after.measurement if after else self.measurement
        return {
            "content": after.content if after else self.content,
            "size": len(after.content if after else self.content),
            "duration_ms": played.duration_ms,
            "level": played.level,
            "true_peak": played.true_peak,
            "waveform": played.waveform,
            "adjusted": after is not None,
            "original_content": self.content if after else None,
            "original_level": self.measurement.level if after else None,
        }


@dataclass(frozen=True)
class Stored:
    """The audio of a sound: what is played, and what was added where that differs."""

    content: bytes | None
    original: bytes | None
    waveform: bytes | None


def load_sound(connection: Connection, sound_id: int) -> RowDict:
    """The values of the edit form, with `version`. Raises RowDeleted if there is no such sound."""
    table = Sound.__table__
    columns = [table.c[name] for name in ("id", *FORM_COLUMNS, *LEVEL_COLUMNS, "version", "partner_id")]
    columns.append(table.c.content.is_not(None).label("has_audio"))
    row = connection.execute(select(*columns).where(table.c.id == sound_id)).mappings().first()
    if row is None:
        raise _deleted()
    return dict(row)


def load_audio(connection: Connection, operator: Operator, sound_id: int) -> Stored:
    """The audio of a sound. Raises RowDeleted if there is none, or the operator may not see it."""
    statement = select(Sound.content, Sound.original_content, Sound.waveform, Sound.partner_id)
    row = connection.execute(scope(statement.where(Sound.id == sound_id), operator)).first()
    if row is None:
        raise _deleted()
    return Stored(row[0], row[1], row[2])


def add_sound(unit: UnitOfWork, customer_id: int, name: str, use: SoundUse, audio: Audio) -> int:
    """Adds a sound to a customer; returns its ID. Raises RowDeleted for a customer that isn't there."""
    unit.get(Customer, customer_id)
    sound = Sound(customer_id=customer_id, name=name, use=use, **audio.columns())
    unit.add(sound)
    unit.session.flush()
    return sound.id


def edit_sound(unit: UnitOfWork, sound_id: int, values: Row, seen: Row, audio: Audio | None) -> int:
    """Changes name and use where they differ from what the agent saw, and the audio if there is another one.

    Raises ConcurrentChange if it was changed since, RowDeleted.
    """
    sound = unit.get(Sound, sound_id, version=seen["version"])
    unit.change(sound, seen, {name: values[name] for name in ("name", "use") if name in values})
    for name, value in (audio.columns() if audio is not None else {}).items():
        setattr(sound, name, value)
    return sound_id


def uses_of(connection: Connection, customer_id: int, sound_id: int) -> list[str]:
    """What plays the sound, in words: numbers, rules, groups, menus, numbers on order."""
    found = [one.words for one in referrers(connection, customer_id, (TargetType.SOUND,), sound_id)]
    ordered = select(PendingDdiNumber.number).where(
        PendingDdiNumber.customer_id == customer_id,
        PendingDdiNumber.route_type == TargetType.SOUND,
        PendingDdiNumber.target_id == sound_id,
        PendingDdiNumber.state.in_(OPEN),
    )
    return found + [f"ordered number +{number}" for number in connection.execute(ordered.limit(20)).scalars()]


def remove_sound(unit: UnitOfWork, sound_id: int, version: int) -> None:
    """Removes a sound. Raises DomainError, which says where, while something plays it; ConcurrentChange, RowDeleted."""
    sound = unit.get(Sound, sound_id, version=version, lock=True)
    uses = uses_of(unit.session.connection(), sound.customer_id, sound_id)
    if uses:
        more = f" and {len(uses) - 3} more" if len(uses) > 3 else ""
        raise DomainError(
            f"{sound.name} is in use: {', '.join(uses[:3])}{more}.", advice="Choose another sound there first."
        )
    unit.session.execute(delete(SoundCopy).where(SoundCopy.sound_id == sound_id))
    unit.delete(sound)


def _deleted() -> RowDeleted:
    return RowDeleted("This was deleted.", "Go back and refresh the list.")
