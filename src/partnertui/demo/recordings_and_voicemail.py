"""Demo call recordings of users who record, and voicemail of calls that nobody answered."""

from __future__ import annotations

from partnertui.db.models import (
    Recording,
    Voicemail,
)
from partnertui.demo.cdr_stream import Stream
from partnertui.demo.shared_state import World


def make_recordings_and_voicemail(world: World, stream: Stream) -> None:
    """Recordings of users who record, and messages of calls that went to voicemail."""
    owners = {company.row["id"]: company for company in world.companies}
    users = {user["id"]: user for company in world.companies for user in company.users}
    for call in (*stream.ledger.sample, *stream.ledger.recent):
        facts = stream.facts(call)
        company, user = owners[facts["customer_id"]], users[facts["user_id"]]
        shared = {
            **company.owner,
            "user_id": user["id"],
            "caller": facts["source_number"],
            "called": facts["destination_number"],
            "at": facts["started_at"],
            "duration": facts["duration"],
        }
        if facts["disposition"] == "voicemail":
            folder = world.often({"inbox": 55, "old": 35, "urgent": 4, "trash": 6})
            if facts["direction"] == "internal":  # the call is the caller's, the message the called user's
                called = facts["destination_number"]
                user = next((one for one in company.users if one["extension"] == called), user)
            shared |= {"user_id": user["id"]}
            world.rows.add(
                Voicemail,
                **shared,
                mailbox=user["extension"],
                caller_name=facts["source_name"],
                folder=folder,
                is_new=folder == "inbox" and world.chance(60),
            )
        elif user["call_recording"] and facts["disposition"] == "answered":
            kind = world.often({"always": 80, "on demand": 20})
            world.rows.add(Recording, **shared, cdr_id=facts["id"], size=facts["duration"] * 2000 + 44, kind=kind)
