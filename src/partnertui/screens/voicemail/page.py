"""Voicemail: one row per message in a mailbox, with caller, duration and folder. No role can listen to one here."""

from __future__ import annotations

from partnertui.db.models import User, Voicemail
from partnertui.db.rows.filter_criteria import Equals
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.pbx_enums import VoicemailFolder
from partnertui.kit.declare.kinds import Choice, Flag, Identifier, Number, Seconds, Time
from partnertui.kit.declare.page import Column, Fact, Page, Panel, Tab
from partnertui.screens.shared.sip_kinds import CALLER

FOLDERS = (("urgent", "bad"), ("trash", "muted"), ("old", "muted"))


def messages() -> Query:
    """Messages with the user whose mailbox it is."""
    columns = (
        Voicemail.at,
        Voicemail.mailbox,
        Voicemail.caller,
        Voicemail.caller_name,
        Voicemail.called,
        Voicemail.duration,
        Voicemail.folder,
        Voicemail.is_new,
        Voicemail.user_id,
        User.name.label("user"),
    )
    return list_query(Voicemail, *columns).outerjoin(User, User.id == Voicemail.user_id)


PAGE = Page(
    rows=messages,
    columns=(
        Column("at", Time(seconds=False), title="Received", width=16, group="Message"),
        Column("mailbox", width=9),
        Column("caller", CALLER, title="From"),
        Column("duration", Seconds(), title="Length", width=8),
        Column("is_new", Flag(yes_role="accent"), title="New", width=5),
        Column("customer", width=22, link="customers"),
        Column("user", width=18, link="users"),
        Column("caller_name", width=18),
        Column("called", Number()),
        Column("folder", Choice(VoicemailFolder, FOLDERS), width=8),
        Column("id", Identifier(), shown=False),
    ),
    find=("caller",),
    search=("caller", "caller_name", "mailbox"),
    sort="-at",
    tabs=(
        Tab("All"),
        Tab("New", (Equals("is_new", True),)),
        Tab("Urgent", (Equals("folder", VoicemailFolder.URGENT),)),
    ),
    facts=(Fact("Playback", lambda row: "not possible: only the customer may listen to messages"),),
    panels=(
        Panel("The user's calls", "cdr", "user_id", "user_id", columns=("started_at", "source_number", "disposition")),
    ),
    title=lambda row: f"{CALLER.text(row['caller'])} to {row['mailbox']}",
    table="voicemails",
    empty="No messages yet.",
)
