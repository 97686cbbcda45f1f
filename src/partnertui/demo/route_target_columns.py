"""Builds the target columns of demo routes: user, mailbox, group, menu, hang up."""

from __future__ import annotations

from partnertui.demo.collected_rows import Row


def to_user(user: Row) -> Row:
    """To a user's phones."""
    return to("user", user)


def to_mailbox(user: Row) -> Row:
    """To a user's voicemail."""
    return {"target_type": "voicemail", "target_id": user["id"], "target": user["extension"]}


def to(kind: str, row: Row) -> Row:
    """To something that has an extension and a name."""
    return {"target_type": kind, "target_id": row["id"], "target": f"{row['extension']} {row['name']}"}


def hang_up() -> Row:
    """Nowhere."""
    return {"target_type": "hang up", "target_id": None, "target": None}
