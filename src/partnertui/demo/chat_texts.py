"""Texts of demo chats, encrypted as the platform does it."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from sqlalchemy import Connection, select, update

from partnertui.db.chat_texts import place_of
from partnertui.db.database import Database
from partnertui.db.models import Chat
from partnertui.db.rows.type_aliases import Row
from partnertui.vault.sealed_values import Vault

_QUESTIONS = (
    "Hello, our phones have been showing “no service” since this morning. Can you see what's wrong?",
    "Hi! Can I keep my number from my current provider?",
    "Good morning. Two of our calls were cut off after half a minute.",
    "How do I record a holiday announcement?",
    "We're getting a new router today. Which ports do I need to open for the phones?",
)
_ANSWERS = (
    "Good morning, let me take a look.",
    "Found it: the phone hasn't fetched its configuration since the password was changed. Please restart it.",
    "Please turn off SIP ALG in the router; that's what is cutting off your calls.",
    "Yes. Please sign the form we've just e-mailed you and send it back with a bill from your provider.",
    "You'll find it under Sounds: press the red button, speak, save.",
)
_THANKS = ("That worked, thank you!", "Thanks, I'll try that.", "OK. How long will it take?", "Great, have a nice day.")


def seal_chats(database: Database, vault: Vault) -> int:
    """Encrypts a text for every chat of the demo that has one; returns how many. Raises DatabaseError."""
    columns = (Chat.id, Chat.started_at, Chat.visitor_name, Chat.operator_name, Chat.messages, Chat.duration)

    def work(connection: Connection) -> int:
        rows = connection.execute(select(*columns).where(Chat.text_ciphertext.is_not(None))).mappings().all()
        for row in rows:
            sealed = vault.seal(place_of(row["id"]), _text(dict(row)).encode())
            connection.execute(update(Chat).where(Chat.id == row["id"]).values(text_ciphertext=sealed))
        return len(rows)

    return database.write(work, deadline=600)


def _text(row: Row) -> str:
    """A line a message: time, who, what."""
    random, at, count = Random(row["id"]), row["started_at"], min(row["messages"], 12)
    lines = []
    for index in range(count):
        visitor = index % 2 == 0 or row["operator_name"] is None
        said = random.choice(_QUESTIONS if index == 0 else _THANKS if visitor else _ANSWERS)
        lines.append(f"{at:%H:%M:%S}  {row['visitor_name'] if visitor else row['operator_name']}: {said}")
        at += timedelta(seconds=row["duration"] / count)
    return "\n".join(lines)
