"""Encrypted SIP passwords of demo users, which can be shown on request."""

from __future__ import annotations

from random import Random

from sqlalchemy import Connection, bindparam, select, update

from partnertui.db.database import Database
from partnertui.db.models import User
from partnertui.db.models.base import table_of
from partnertui.db.sip_passwords import place_of
from partnertui.domain.passwords import LETTERS, SIP_PASSWORD_LENGTH
from partnertui.vault.sealed_values import Vault


def seal_sip_passwords(database: Database, vault: Vault) -> int:
    """Encrypts a made-up password for every user of the demo that has one; returns how many. Raises DatabaseError."""
    users = table_of(User)

    def work(connection: Connection) -> int:
        ids = connection.execute(select(users.c.id).where(users.c.sip_password_ciphertext.is_not(None))).scalars().all()
        change = (
            update(users).where(users.c.id == bindparam("user")).values(sip_password_ciphertext=bindparam("sealed"))
        )
        sealed = [{"user": number, "sealed": vault.seal(place_of(number), _password(number))} for number in ids]
        if sealed:
            connection.execute(change, sealed)
        return len(sealed)

    return database.write(work, deadline=600)


def _password(user_id: int) -> bytes:
    random = Random(f"SIP password of user {user_id}")
    return "".join(random.choice(LETTERS) for _ in range(SIP_PASSWORD_LENGTH)).encode()
