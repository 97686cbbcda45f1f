"""Builds all demo data, in order of dependency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection, exists, select

from partnertui.db.database import Database, open_database
from partnertui.db.migrate import upgrade
from partnertui.db.models import Base, Cdr, Customer
from partnertui.demo import load_calls_postgresql, load_calls_sqlite
from partnertui.demo.cdr_stream import Stream
from partnertui.demo.credit_and_baskets import make_money
from partnertui.demo.customers import make_customers
from partnertui.demo.ddi_orders import make_orders
from partnertui.demo.ddis import make_stock
from partnertui.demo.incidents import make_incident
from partnertui.demo.invoices import make_invoices, make_partner_details
from partnertui.demo.kamailio import exact, kamailio
from partnertui.demo.mails import make_mails
from partnertui.demo.master_data import make_office
from partnertui.demo.operator_records import make_workspace
from partnertui.demo.postgresql_sequences import advance
from partnertui.demo.progress import Progress
from partnertui.demo.recordings_and_voicemail import make_recordings_and_voicemail
from partnertui.demo.routing import make_routing
from partnertui.demo.shared_state import World
from partnertui.demo.sip_trace_rows import traces
from partnertui.demo.tickets import make_tickets
from partnertui.demo.web_portal_data import make_web, make_whois_answers
from partnertui.domain.errors import DomainError

MAX_CUSTOMERS, MAX_CDRS = 20_000, 100_000_000


@dataclass(frozen=True)
class Plan:
    """The size and seed of the demo data."""

    customers: int
    cdrs: int
    seed: int
    now: datetime

    @classmethod
    def checked(cls, customers: int, cdrs: int, seed: int, now: datetime | None) -> Plan:
        """A plan within the limits; raises DomainError for numbers beyond them."""
        if not 1 <= customers <= MAX_CUSTOMERS:
            raise DomainError(f"The number of customers must be from 1 to {MAX_CUSTOMERS:,}.", field="customers")
        if not 0 <= cdrs <= MAX_CDRS:
            raise DomainError(f"The number of calls must be from 0 to {MAX_CDRS:,}.", field="cdrs")
        if now is not None and now.tzinfo is None:
            raise DomainError("The time of the demo data needs a time zone.", field="now")
        return cls(customers, cdrs, seed, (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0))


def build_all(url: str, plan: Plan, progress: Progress) -> None:
    """Fills an empty database with everything."""
    database = open_database(url)
    try:
        upgrade(database)
        _refuse_full(database)
        world = World(plan.seed, plan.now)
        make_office(world)
        make_partner_details(world)
        make_customers(world, plan.customers)
        make_stock(world)
        make_orders(world)
        make_routing(world)
        stream = Stream(world, plan.cdrs)
        if database.dialect == "sqlite":
            database.close()
            load_calls_sqlite.load(url, stream, progress)
        else:
            load_calls_postgresql.load(database, stream, progress)
        make_money(world, stream)
        make_invoices(world)
        make_tickets(world, stream)
        make_mails(world)
        make_web(world)
        make_recordings_and_voicemail(world, stream)
        make_whois_answers(world)
        make_workspace(world)
        database.write(kamailio(world), deadline=3600)
        database.write(traces(exact), deadline=3600)
        database.write(world.rows.write, deadline=3600)
        database.write(make_incident, deadline=3600)
        database.write(advance)
    finally:
        database.close()


def _refuse_full(database: Database) -> None:
    """Raises DomainError if there are customers, or calls, which a killed build leaves without customers."""
    models: tuple[tuple[type[Base], str], ...] = ((Customer, "customers"), (Cdr, "calls"))
    for model, title in models:
        statement = select(exists(select(model.id)))
        if database.read(partial(Connection.scalar, statement=statement)):
            raise DomainError(
                f"The database already has {title}.",
                advice="Demo data needs an empty database: choose another one with --url, or delete this one.",
            )
