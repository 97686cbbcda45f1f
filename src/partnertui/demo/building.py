"""The order in which demo data are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from partnertui.db.engine import Database, open_database
from partnertui.db.migrate import upgrade
from partnertui.demo import Progress, load_postgresql, load_sqlite
from partnertui.demo.customers import make_customers
from partnertui.demo.ddis import make_stock
from partnertui.demo.kamailio import exact, kamailio
from partnertui.demo.money import make_money
from partnertui.demo.office import make_office
from partnertui.demo.orders import make_orders
from partnertui.demo.routing import make_routing
from partnertui.demo.sequences import advance
from partnertui.demo.stream import Stream
from partnertui.demo.support import make_tickets
from partnertui.demo.traces import traces
from partnertui.demo.web import make_web
from partnertui.demo.workspace import make_workspace
from partnertui.demo.world import World
from partnertui.domain.errors import DomainError

MOST_CUSTOMERS, MOST_CDRS = 20_000, 100_000_000


@dataclass(frozen=True)
class Plan:
    """What is asked for."""

    customers: int
    cdrs: int
    seed: int
    now: datetime

    @classmethod
    def checked(cls, customers: int, cdrs: int, seed: int, now: datetime | None) -> Plan:
        """The same within limits; raises DomainError."""
        if not 1 <= customers <= MOST_CUSTOMERS:
            raise DomainError(f"Demo data have 1 to {MOST_CUSTOMERS:,} customers.", field="customers")
        if not 0 <= cdrs <= MOST_CDRS:
            raise DomainError(f"Demo data have 0 to {MOST_CDRS:,} calls.", field="cdrs")
        if now is not None and now.tzinfo is None:
            raise DomainError("The moment for demo data needs a time zone.", field="now")
        return cls(customers, cdrs, seed, (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0))


def build_all(url: str, plan: Plan, progress: Progress) -> None:
    """Everything, into an empty database."""
    database = open_database(url)
    try:
        upgrade(database)
        _refuse_full(database)
        world = World(plan.seed, plan.now)
        make_office(world)
        make_customers(world, plan.customers)
        make_stock(world)
        make_orders(world)
        make_routing(world)
        stream = Stream(world, plan.cdrs)
        if database.dialect == "sqlite":
            database.close()
            load_sqlite.load(url, stream, progress)
        else:
            load_postgresql.load(database, stream, progress)
        make_money(world, stream)
        make_tickets(world, stream)
        make_web(world, stream)
        make_workspace(world)
        database.write(kamailio(world), deadline=3600)
        database.write(traces(exact), deadline=3600)
        database.write(world.rows.write, deadline=3600)
        database.write(advance)
    finally:
        database.close()


def _refuse_full(database: Database) -> None:
    """Calls without customers are what a load leaves that was killed."""
    from sqlalchemy import exists, select

    from partnertui.db.models import Cdr, Customer

    for model, words in ((Customer, "customers"), (Cdr, "calls")):
        if database.read(lambda connection, model=model: connection.scalar(select(exists(select(model.id))))):  # type: ignore[misc]
            raise DomainError(
                f"The database already has {words}.",
                advice="Demo data go into an empty database: name another with --url, or remove this one.",
            )
