"""Sounds: one row per announcement or music on hold of a customer, with use, duration, size and loudness."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from partnertui.db.models import Sound
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.pbx_enums import SoundUse, TargetType
from partnertui.kit.declare.kinds import Bytes, Choice, Flag, Hundredths, Identifier, Milliseconds, Row, Time
from partnertui.kit.declare.page import Column, Drawing, Fact, Page
from partnertui.kit.widgets.sparkline import BLOCKS
from partnertui.screens.shared.routed_here import ROUTED_HERE, read_referrers
from partnertui.screens.sounds.actions import ACTIONS
from partnertui.screens.sounds.level_wording import level_role, level_words


def sounds() -> Query:
    """Sounds without their content."""
    columns = (
        Sound.name,
        Sound.use,
        Sound.duration_ms,
        Sound.size,
        Sound.level,
        Sound.adjusted,
        Sound.created_at,
        Sound.original_level,
        Sound.true_peak,
        Sound.version,
    )
    return list_query(Sound, *columns)


def waveform(connection: Connection, row: Row) -> dict[str, object]:
    """The stored curve of the sound: a byte for each step."""
    return {"waveform": connection.execute(select(Sound.waveform).where(Sound.id == row["id"])).scalar()}


def curve(row: Row, width: int) -> Iterator[str]:
    """The loudness over time, squeezed into the room there is."""
    points = row["waveform"]
    if points:
        step = max(1, -(-len(points) // width))
        loudest = [max(points[at : at + step]) for at in range(0, len(points), step)]
        yield "".join(BLOCKS[level * len(BLOCKS) // 256] for level in loudest)  # a steady tone isn't a flat line


PAGE = Page(
    rows=sounds,
    columns=(
        Column("id", Identifier(), group="Sound"),
        Column("name", width=24),
        Column("customer", width=22, link="customers"),
        Column("use", Choice(SoundUse), width=14),
        Column("duration_ms", Milliseconds(), title="Length", width=9, priority=1),
        Column("size", Bytes(), priority=3),
        Column("created_at", Time(seconds=False), title="Added", width=16, priority=3),
        Column("level", Hundredths(), title="LUFS", width=7, group="Level", priority=1),
        Column("adjusted", Flag(), width=9),
        Column("original_level", Hundredths(), title="Original LUFS", width=13, shown=False),
        Column("true_peak", Hundredths(), title="True peak", width=7, shown=False, about="in dBTP, as played"),
    ),
    find=("name",),
    search=("name",),
    sort="name",
    detail=read_referrers(TargetType.SOUND, also=waveform),
    drawings=(Drawing("Loudness", curve), ROUTED_HERE),
    actions=ACTIONS,
    facts=(Fact("Heard on the phone", level_words, "Level", level_role),),
    title=lambda row: row["name"],
    table="sounds",
    empty="No sounds yet: {key:sounds.add} adds one.",
)
