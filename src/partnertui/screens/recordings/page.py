"""Monitor: one row per call recording, with parties, duration and size. No role can play or download one here."""

from __future__ import annotations

from partnertui.db.models import Recording, User
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.pbx_enums import RecordingKind
from partnertui.kit.declare.kinds import Bytes, Choice, Identifier, Integer, Number, Seconds, Time
from partnertui.kit.declare.page import Column, Fact, Page
from partnertui.screens.shared.sip_kinds import CALLER


def recordings() -> Query:
    """Recordings with the user who was recorded."""
    columns = (
        Recording.at,
        Recording.caller,
        Recording.called,
        Recording.duration,
        Recording.size,
        Recording.kind,
        Recording.user_id,
        User.name.label("user"),
        Recording.cdr_id,
        Recording.cdr_id.label("cdr"),
    )
    return list_query(Recording, *columns).outerjoin(User, User.id == Recording.user_id)


PAGE = Page(
    rows=recordings,
    columns=(
        Column("at", Time(seconds=False), title="Time", width=16, group="Recording"),
        Column("caller", CALLER, title="From"),
        Column("called", Number(), title="To"),
        Column("duration", Seconds(), width=8),
        Column("size", Bytes()),
        Column("kind", Choice(RecordingKind), title="Type", width=11),
        Column("customer", width=22, link="customers"),
        Column("user", width=18, link="users"),
        Column("cdr", Integer(), title="Call", width=9, link="cdr"),
        Column("id", Identifier(), shown=False),
    ),
    find=("caller", "called"),
    search=("caller", "called"),
    sort="-at",
    facts=(Fact("Playback", lambda row: "not possible: only the customer may listen to or download recordings"),),
    title=lambda row: f"{CALLER.text(row['caller'])} to {Number().text(row['called'])}",
    table="recordings",
    empty="No recordings yet.",
)
