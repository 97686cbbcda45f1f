"""What is sealed is handed out after a request that was committed, to who made it; and notices tell whose they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from tests.conftest import run_as_owner
from tests.db.security.conftest import Office
from tests.servers import Cluster

pytestmark = pytest.mark.postgresql
RECORD = (
    "INSERT INTO history (at, operator_id, operator_name, object_table, object_id, action, changes, customer_id,"
    " partner_id) VALUES (now(), priv.my_operator(), 'X', 'users', 1, 'changed',"
    """ '{"sip_password": ["hidden", "shown"]}', 1, 7)"""
)
REVEAL = "SELECT priv.sip_password(1)"


def test_a_committed_request_reveals_to_who_made_it(office: Office) -> None:
    with psycopg.connect(office.urls["sec_pat"]) as pat, psycopg.connect(office.urls["sec_support"]) as support:
        pat.execute(RECORD)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no request of yours"):
            support.execute(REVEAL)
        support.rollback()
        pat.commit()
        found = pat.execute(REVEAL).fetchone()
        assert found == (b"sealed",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no request of yours"):
            support.execute(REVEAL)


def test_another_partner_gets_nothing_for_a_request(office: Office) -> None:
    with psycopg.connect(office.urls["sec_qin"]) as qin:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            qin.execute(RECORD)
        qin.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no request of yours"):
            qin.execute(REVEAL)


def test_a_chat_is_revealed_once_and_never_in_the_transaction_of_its_request(office: Office) -> None:
    request = (
        "INSERT INTO chat_readings (chat_id, operator_id, reason, requested_in, requested_at, customer_id, partner_id)"
        " VALUES (1, priv.my_operator(), 'r', 'k', now(), 1, 7) RETURNING id"
    )
    record = RECORD.replace("'users'", "'chats'").replace('"shown"', '"request to read: r"')
    with psycopg.connect(office.urls["sec_support"]) as support:
        found = support.execute(request).fetchone()
        support.execute(record)
        assert found is not None
        reveal = f"SELECT priv.chat_text({found[0]})"
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no request of yours"):
            support.execute(reveal)
        support.rollback()
        found = support.execute(request).fetchone()
        support.execute(record)
        support.commit()
        assert found is not None
        reveal = f"SELECT priv.chat_text({found[0]})"
        assert support.execute(reveal).fetchone() == (b"sealed",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no request of yours"):
            support.execute(reveal)


def test_a_partner_is_told_of_their_own_tickets(office: Office) -> None:
    with psycopg.connect(office.urls["sec_pat"], autocommit=True) as pat:
        channel = pat.execute("SELECT priv.my_channel()").fetchone()
        with psycopg.connect(office.urls["sec_support"], autocommit=True) as support:
            others = support.execute("SELECT priv.my_channel()").fetchone()
            assert channel is not None
            assert others is not None
            assert channel != others
            pat.execute(f'LISTEN "{channel[0]}"')
            for name in ("partnertui_tickets", "tickets", "partnertui_8"):
                pat.execute(f"LISTEN {name}")
            support.execute("UPDATE tickets SET subject = 'changed' WHERE id = 2")
            support.execute("UPDATE tickets SET subject = 'changed' WHERE id = 1")
        assert [notice.payload for notice in pat.notifies(timeout=2.0, stop_after=1)] == ["1"]


def test_databases_of_a_new_cluster_migrate_at_the_same_time(tmp_path: Path) -> None:
    server = Cluster()
    try:
        server.start()
        names = [f"together_{number}" for number in range(3)]
        for name in names:
            run_as_owner(server, f"CREATE DATABASE {name}")
        command = [sys.executable, "-m", "partnertui", "--dir", str(tmp_path), "--database"]
        running = [subprocess.Popen([*command, server.url(name), "migrate"]) for name in names]
        assert [process.wait(60) for process in running] == [0, 0, 0]
    finally:
        server.stop()


@pytest.mark.parametrize(("login", "card"), [("sec_pat", 1), ("sec_qin", 2), ("sec_support", 2)])
def test_a_card_is_found_by_a_hash_that_nobody_reads(office: Office, login: str, card: int) -> None:
    with psycopg.connect(office.urls[login]) as connection:
        found = connection.execute("SELECT priv.card_by_hash('hmac'), priv.card_by_hash('other')").fetchone()
        assert found == (card, None), "both cards have this hash: a partner finds only their own"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT number_hmac FROM credit_cards")
