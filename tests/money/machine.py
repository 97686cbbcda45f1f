"""What the machines of this folder have in common: something is done, and the books are checked after it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from tests.db.makers import ANN, BOB, PAT
from tests.db.refunds.makers import FileGateway
from tests.money.basket_books import check_baskets
from tests.money.books import Books, check_books, check_history, read_books
from tests.money.shop import now

from partnertui.db.database import Database
from partnertui.db.errors import RowDeleted
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import NotAllowed
from partnertui.domain.operators import Operator, Role
from partnertui.errors import UserError

STAFF = st.sampled_from([ANN, BOB])
ANYBODY = st.sampled_from([ANN, BOB, ANN, BOB, PAT])
CUSTOMERS = st.sampled_from([1, 2])
WHICH = st.integers(0, 30)


class Machine(RuleBasedStateMachine):
    """Writes by anybody, with the books as they were read after the last one."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.gateway = FileGateway(Path(self.folder.name) / "paid")
        self.now = now()
        self.calls = 0
        self.books: Books = {}
        self.is_sound = False

    def _with_state(self, table: str, *states: str) -> list[int]:
        return [key for key, row in self.books[table].items() if row["state"] in states]

    @staticmethod
    def _pick(keys: Iterable[int], which: int) -> int | None:
        found = list(keys)
        return found[which % len(found)] if found else None

    def _twice(self, who: Operator, work: Callable[[], object], *refused: type[UserError]) -> None:
        """The second time changes nothing."""
        self._try(who, work, *refused)
        with suppress(*refused):
            work()
        assert read_books(self.database) == self.books

    def _write(self, who: Operator, work: Callable[[UnitOfWork], Any], *refused: type[UserError]) -> None:
        self._try(who, lambda: commit_once(self.database, who, new_key(), work), NotAllowed, RowDeleted, *refused)

    def _try(self, who: Operator, work: Callable[[], object], *refused: type[UserError]) -> None:
        """Does it; what is refused for one of these reasons leaves no trace."""
        try:
            self._done(who, work)
        except refused:
            after = read_books(self.database)
            assert after == self.books
            self.is_sound = True
            return
        if who.role == Role.PARTNER:
            assert all(row["partner_id"] == who.partner_id for row in self._new("history"))

    def _new(self, table: str) -> list[dict[str, Any]]:
        return [row for key, row in self.books[table].items() if key not in self._before[table]]

    def _done(self, who: Operator | None, work: Callable[[], object]) -> None:
        """Does it, and checks the books and who changed them."""
        self.is_sound = False
        work()
        self._before, self.books = self.books, read_books(self.database)
        check_history(self._before, self.books, who)
        self.now += timedelta(minutes=11)
        check_books(self.database, self.books, self.now)
        check_baskets(self._before, self.books)
        keys = [one["key"] for one in self.gateway.paid()]
        assert len(keys) == len(set(keys)), "the gateway was sent each refund once"
        self.is_sound = True
