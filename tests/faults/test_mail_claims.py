"""The connection of the mail service is cut at each statement of a claim: no mail is lost, none goes out twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, make_url, select
from tests.faults.flows import waiting_mails
from tests.faults.proxy import Cut, Proxy, When
from tests.servers import Cluster

from partnertui.db.database import Database, open_database
from partnertui.db.errors import DatabaseUnavailable
from partnertui.db.mail.interrupted_sends import take_over
from partnertui.db.mail.mailboxes import MailboxRow, enabled_mailboxes
from partnertui.db.mail.outbox_claims import Claimed, claim, mark_handed_over
from partnertui.db.models import Mailbox, OutboxMail
from partnertui.db.models.base import table_of
from partnertui.domain.mail_states import OutboxState

WHO = "service"
MAILS = 40


@pytest.fixture
def service(cluster: Cluster, postgres_database: Database) -> Iterator[tuple[Proxy, Database]]:
    with Proxy(str(cluster.folder)) as proxy:
        name = make_url(postgres_database.url).database
        database = open_database(f"postgresql://tests@127.0.0.1:{proxy.port}/{name}?sslmode=disable")
        yield proxy, database
        database.close()


def mailbox_of(database: Database) -> MailboxRow:
    values = {"id": 1, "name": "Help", "address": "help@voip.example", "enabled": True}
    database.write(lambda connection: connection.execute(insert(Mailbox), values))
    return database.read(enabled_mailboxes)[0]


def state_of(database: Database, key: int) -> tuple[str, int, bool]:
    """State, attempts, and whether it may have gone out."""
    table = table_of(OutboxMail)
    row = database.read(lambda connection: connection.execute(select(table).where(table.c.id == key)).one())
    return row.state, row.attempts, row.handed_at is not None


def hand_over(database: Database, key: int, mailbox: MailboxRow, sent: list[int]) -> None:
    """What the service does with a mail, up to the server's answer; the mail goes out once it is marked."""
    mail: Claimed | None = claim(database, key, mailbox, WHO)
    if mail is not None and mark_handed_over(database, mail, WHO, mail.body):
        sent.append(key)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_mail_goes_out_once_or_is_known_to_be_unsure(
    when: When, service: tuple[Proxy, Database], postgres_database: Database
) -> None:
    proxy, over = service
    waiting_mails(postgres_database, MAILS)
    mailbox = mailbox_of(postgres_database)
    sent: list[int] = []
    for key in range(1, MAILS + 1):
        over.read(lambda connection: None)
        proxy.arm(Cut(key, when))
        try:
            hand_over(over, key, mailbox, sent)
            is_cut = False
        except DatabaseUnavailable:
            is_cut = True
        if proxy.is_armed:
            break
        proxy.arm(None)
        assert is_cut
        assert key not in sent
        take_over(over, WHO)
        state, _, handed = state_of(postgres_database, key)
        # the mark was stored, its answer lost: nobody knows that nothing was sent, so it isn't sent by itself
        assert state == (OutboxState.UNKNOWN if handed else OutboxState.WAITING)
        hand_over(over, key, mailbox, sent)
        assert sent.count(key) == (0 if handed else 1)
        hand_over(over, key, mailbox, sent)
        assert sent.count(key) <= 1, "never twice"
    assert 10 < key < MAILS
