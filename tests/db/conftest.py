"""On PostgreSQL, units of work run as a LOGIN role of their operator's role: every flow is tried under its policies."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from tests.row_security import make_login

from partnertui.db.database import Database, open_database
from partnertui.db.models import OperatorAccount
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.operators import Operator, Role


def _is_operator(database: Database, operator: Operator) -> bool:
    query = select(OperatorAccount.role, OperatorAccount.partner_id).where(
        OperatorAccount.id == operator.id, OperatorAccount.login == operator.login
    )
    found = database.read(lambda connection: connection.execute(query).first())
    return found is not None and (found.role, found.partner_id) == (operator.role, operator.partner_id)


@pytest.fixture(autouse=True)
def operators_as_roles(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each unit of work connects as its operator, who has a row in `operators`; tests marked `owner` don't."""
    databases: dict[tuple[str, str], Database] = {}
    making = threading.Lock()  # PostgreSQL refuses two ALTER ROLE of one role at the same time
    init, is_service = UnitOfWork.__init__, request.path.parent.name == "mail"  # it is the service's work

    def as_operator(work: UnitOfWork, database: Database, operator: Operator, **more: float) -> None:
        if database.dialect == "postgresql" and "//tests@" in database.url and _is_operator(database, operator):
            login, role = ("mail", "service") if is_service else (operator.login, Role(operator.role))
            key = (database.url, login)
            with making:
                if key not in databases:
                    databases[key] = open_database(make_login(database.url, login, role))
            databases[key].session_listeners[:] = database.session_listeners
            database = databases[key]
        init(work, database, operator, **more)

    if request.node.get_closest_marker("owner") is None:
        monkeypatch.setattr(UnitOfWork, "__init__", as_operator)
    yield
    for database in databases.values():
        database.close()
