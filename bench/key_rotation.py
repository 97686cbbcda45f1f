"""Encrypts 100,000 chats with a new data key, as `partnertui keys rotate` does; then verifies 200,000 history entries.

    python bench/key_rotation.py [ROWS]

Wanted: 10,000 values a second. Beside it, what AES-256-GCM alone takes for as many values of that size.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import Connection, insert
from tests.servers import Cluster

from partnertui.config.settings import VaultSettings
from partnertui.db.audit_verification import verify
from partnertui.db.chat_texts import place_of
from partnertui.db.database import Database, open_database
from partnertui.db.key_rotation import rotate
from partnertui.db.migrate import upgrade
from partnertui.db.models import Chat, Customer, History
from partnertui.db.models.base import now
from partnertui.db.vault_data_keys import make_data_key, master_key, open_vault
from partnertui.vault.sealed_values import Vault

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
TEXT = ("17:00  Visitor: hello\n" * 20).encode()


def fill(database: Database, vault: Vault) -> None:
    """Chats of one customer, and two history entries for each."""

    def work(connection: Connection) -> None:
        connection.execute(insert(Customer), {"id": 1, "company": "Acme", "country": "GB", "currency": "GBP"})
        chats = [
            {"id": key, "customer_id": 1, "started_at": now(), "text_ciphertext": vault.seal(place_of(key), TEXT)}
            for key in range(1, ROWS + 1)
        ]
        connection.execute(insert(Chat), chats)

    database.write(work, deadline=3600)
    entry = {"at": now(), "operator_name": "Ann", "object_table": "customers", "object_id": 1, "action": "changed"}
    entries = [{**entry, "changes": {"city": [None, f"Town {n}"]}, "customer_id": 1} for n in range(1_000)]
    for _ in range(2 * ROWS // 1_000):
        database.write(lambda connection: connection.execute(insert(History), entries))


def aes_alone(old: Vault, new: Vault) -> float:
    """Values a second that are opened and sealed without a database."""
    sealed = [old.seal(place_of(key), TEXT) for key in range(10_000)]
    began = time.perf_counter()
    for key, value in enumerate(sealed):
        new.seal(place_of(key), old.open(place_of(key), value))
    return len(sealed) / (time.perf_counter() - began)


def measure(url: str, folder: Path) -> None:
    """Prints a line for one database."""
    database = open_database(url)
    upgrade(database)
    vault, master = open_vault(database, VaultSettings(), folder, create=True), master_key(VaultSettings(), folder)
    assert vault is not None
    assert master is not None
    fill(database, vault)
    new = make_data_key(database, master)
    began = time.perf_counter()
    sealed = rotate(database, new).sealed
    speed = sealed / (time.perf_counter() - began)
    alone = aes_alone(vault, new)
    began = time.perf_counter()
    result = database.read(verify, deadline=3600)
    verified = result.entries / (time.perf_counter() - began)
    print(
        f"{database.dialect}: {sealed:,} values, {speed:,.0f} a second ({speed / alone:.2f} of AES alone); "
        f"{result.entries:,} history entries verified, {verified:,.0f} a second, {len(result.problems)} problems"
    )
    database.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.umask(0o077)
        measure(f"sqlite:///{folder}/partnertui.db", Path(folder) / "a")
        cluster = Cluster()
        cluster.start()
        try:
            measure(cluster.url("postgres"), Path(folder) / "b")
        finally:
            cluster.stop()
