"""The connection is cut at each statement of each flow; the same key pressed again has one effect.

Before a statement arrives and before its answer does, COMMIT included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Text, cast, make_url
from tests.faults.flow import Flow, Work, count
from tests.faults.flows import FLOWS
from tests.faults.proxy import Cut, Proxy, When
from tests.row_security import make_login
from tests.servers import Cluster

from partnertui.db import idempotent_writes
from partnertui.db.all_ledgers_check import check_ledgers
from partnertui.db.audit_verification import verify
from partnertui.db.database import Database, open_database
from partnertui.db.errors import DatabaseError, DatabaseUnavailable, OutcomeUnknown
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import CommittedWrite, History
from partnertui.domain.operators import Operator

NO_SERVER = 100
"""More connections than one press makes."""
REQUEST = "COMMIT of a request"
"""For drafts of others: nothing is saved with it."""
BOTH_WAYS = (
    *("refund", "payment with basket items", "customer edit", "note", "ticket reply", "DDIs", "invoice"),
    *("merge of tickets", "sign-out"),
)
"""Flows of which every answer is lost, too. All others lose that of COMMIT: the rest is rolled back either way."""
CASES: list[tuple[str, When]] = [(name, "before") for name in FLOWS]
CASES += [(name, "after") for name in BOTH_WAYS]


@pytest.fixture
def proxy(cluster: Cluster) -> Iterator[Proxy]:
    with Proxy(str(cluster.folder)) as proxy:
        yield proxy


@pytest.fixture
def cut_database(
    proxy: Proxy, postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Operator], Database]]:
    """The database as an operator's program reaches it: through the proxy, with a login of their role."""
    monkeypatch.setattr(idempotent_writes, "LOOKUP_PAUSE_SECONDS", 0.01)
    name, opened = make_url(postgres_database.url).database, list[Database]()

    def connect(operator: Operator) -> Database:
        make_login(postgres_database.url, operator.login, operator.role)
        url = f"postgresql://{operator.login}@127.0.0.1:{proxy.port}/{name}?sslmode=disable"
        opened.append(open_database(url))
        return opened[-1]

    yield connect
    for database in opened:
        database.close()


class Agent:
    """Presses the key of a flow until it is saved, over a connection that is cut."""

    def __init__(self, flow: Flow, proxy: Proxy, over: Callable[[Operator], Database], direct: Database) -> None:
        self.flow, self.proxy, self.direct = flow, proxy, direct
        self.found: list[str] = []
        flow.ready(direct)
        self.over = over(flow.who)
        self.over.session_listeners[:] = direct.session_listeners
        self.over.read(lambda connection: None)

    def press(self, key: str, work: Work) -> DatabaseError | None:
        """Why it was not saved; None if it was."""
        try:
            commit_once(self.over, self.flow.who, key, work, "same", found_earlier=lambda: self.found.append(key))
        except DatabaseError as error:
            return error
        return None

    def state(self) -> tuple[int, int, int]:
        """Effects, keys and history; without requests for drafts, which are committed before what is saved."""
        history = count(self.direct, History, cast(History.changes, Text).not_like('%"drafts"%'))
        return self.flow.effects(self.direct), count(self.direct, CommittedWrite), history


def round_of(agent: Agent, number: int, cut: Cut, check: Callable[[str, DatabaseError | None, bool], None]) -> bool:
    """Whether the flow has a statement of this number. `check` gets statement, failure, and if it is saved so far."""
    key, proxy = new_key(), agent.proxy
    agent.flow.prepare(agent.direct, number, agent.flow.who)
    work = agent.flow.begin(agent.direct, number, key, agent.flow.who)
    before = agent.state()
    agent.over.read(lambda connection: None)
    proxy.arm(cut)
    failure = agent.press(key, work)
    if proxy.is_armed:
        assert failure is None
        proxy.arm(None)
        return False
    text = cut.at if isinstance(cut.at, str) else proxy.statements[cut.at - 1]
    if text == "COMMIT" and isinstance(cut.at, int) and proxy.statements[: cut.at].count(text) < agent.flow.commits:
        text = REQUEST
    proxy.arm(None)
    saved = agent.state()
    assert (saved == before) or saved[:2] == (before[0] + 1, before[1] + 1), text
    check(text, failure, saved != before)
    assert agent.press(key, work) is None, "the same key again"
    again = agent.press(key, work)
    after = agent.state()
    assert again is None
    assert after[:2] == (before[0] + 1, before[1] + 1), text
    assert after[2] > before[2], text
    if saved != before:
        assert after == saved
    return True


@pytest.mark.parametrize(("name", "when"), CASES)
def test_one_effect_wherever_the_connection_is_cut(
    name: str, when: When, proxy: Proxy, cut_database: Callable[[Operator], Database], postgres_database: Database
) -> None:
    agent = Agent(FLOWS[name], proxy, cut_database, postgres_database)
    texts: list[str] = []

    def check(text: str, failure: DatabaseError | None, is_saved: bool) -> None:
        texts.append(text)
        if text == "COMMIT" and when == "after":
            assert failure is None, "it was looked up"
            assert is_saved
            return
        assert type(failure) is DatabaseUnavailable, text
        assert not is_saved
        words = "before your change was saved" if text in ("COMMIT", REQUEST) else "isn't responding"
        assert words in str(failure)

    number = 1
    while round_of(agent, number, Cut(number, when), check):
        number += 1
    assert texts[0].startswith("BEGIN")
    assert texts.count("COMMIT") == 1
    assert texts[-1] == "COMMIT"
    assert not check_ledgers(postgres_database).problems
    assert not postgres_database.read(verify).problems
    print(f"{name}, {when}: {len(texts)} statements")


@pytest.mark.parametrize("name", [name for name in FLOWS if name not in BOTH_WAYS])
def test_one_effect_where_the_answer_to_commit_is_lost(
    name: str, proxy: Proxy, cut_database: Callable[[Operator], Database], postgres_database: Database
) -> None:
    agent = Agent(FLOWS[name], proxy, cut_database, postgres_database)

    def check(text: str, failure: DatabaseError | None, is_saved: bool) -> None:
        assert failure is None, "it was looked up"
        assert is_saved

    assert round_of(agent, 1, Cut("COMMIT", "after", nth=FLOWS[name].commits), check)


@pytest.mark.parametrize("name", FLOWS)
def test_nobody_knows_until_it_is_pressed_again(
    name: str, proxy: Proxy, cut_database: Callable[[Operator], Database], postgres_database: Database
) -> None:
    """The server doesn't come back at once, so nothing can be looked up."""
    agent = Agent(FLOWS[name], proxy, cut_database, postgres_database)

    def check(text: str, failure: DatabaseError | None, is_saved: bool) -> None:
        assert text == "COMMIT"
        assert is_saved
        assert type(failure) is OutcomeUnknown
        assert "may or may not have been saved" in str(failure)

    assert round_of(agent, 1, Cut("COMMIT", "after", NO_SERVER, FLOWS[name].commits), check)
    assert len(agent.found) == 2, "both later presses are told that it had gone through"
