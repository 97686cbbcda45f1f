"""Registrations of a user in indexed captures."""

from __future__ import annotations

from partnertui.captures.index import Index


def registration_call_ids(index: Index, user: str) -> list[str]:
    """Call-IDs of REGISTER requests for a user (the user part of To), oldest first."""
    parts = index.connection.stream(
        "SELECT call_id FROM parts WHERE method = 'REGISTER' AND to_user = ? GROUP BY call_id ORDER BY min(first_us)",
        (user,),
    )
    found = dict.fromkeys(call_id for (call_id,) in parts)
    assembled = index.assembled("instr(data, ?) = 1", (b"REGISTER ",))
    return list(found | dict.fromkeys(one.call_id for one in assembled if one.reading.to_user == user))
