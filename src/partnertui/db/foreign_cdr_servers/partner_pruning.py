"""Adds the partner to every CDR statement, so that foreign servers of other partners aren't queried.

Row security asks for the partner by a function, whose result is known too late: PostgreSQL connects to all servers of
a plan before. A value in the statement leaves the others out while it is planned.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, event
from sqlalchemy.orm import with_loader_criteria

from partnertui.db.cdr_partitions import moved_until
from partnertui.db.database import Database
from partnertui.db.models import Cdr
from partnertui.domain.operators import Operator


def name_partner(database: Database, operator: Operator) -> None:
    """Does it for everything that a partner's operator reads from now on, if calls are on other servers at all.

    No row is hidden that row security would show. Raises DatabaseError.
    """
    partner = operator.partner_id
    if partner is None or database.dialect != "postgresql" or database.read(moved_until) is None:
        return
    # As a lambda, so that SQLAlchemy caches statements for any partner: the ID becomes a parameter.
    own = with_loader_criteria(Cdr, lambda cls: cls.partner_id == partner, include_aliases=True)

    def narrow(connection: Connection, statement: Any, *arguments: Any) -> tuple[Any, ...]:
        parameters, more = arguments[:2]
        return (statement.options(own) if isinstance(statement, Select) else statement), parameters, more

    for engine in (database.engine, *([database.replica.database.engine] if database.replica else [])):
        event.listen(engine, "before_execute", narrow, retval=True)
