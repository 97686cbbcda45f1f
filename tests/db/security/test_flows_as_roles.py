"""What dialogs save, as the own login of an operator of each role: it is saved, or refused in the program's words."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text, update
from tests.db.makers import ANN, BOB, PAT
from tests.db.security.role_flows import ROLE_FLOWS
from tests.faults.flow import Flow
from tests.faults.flows import FLOWS
from tests.faults.ticket_flows import MORE_TICKET_FLOWS, PAM, TICKET_FLOWS
from tests.lists_of_screens import FOLDERS, Login, listing_of, source_for, tabs_of
from tests.row_security import make_login

from partnertui import screens
from partnertui.config import Settings
from partnertui.db.database import Database, open_database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.imports.run import CsvImport
from partnertui.db.models import Customer, OperatorAccount, Partner, load_all
from partnertui.db.models.base import Base, table_of
from partnertui.db.rows.source import RowSource
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator, Role
from partnertui.errors import UserError
from partnertui.kit.declare.page import Page
from partnertui.kit.declare.view_location import Location
from partnertui.kit.views.headless_services import HeadlessServices
from partnertui.kit.views.records.record_reader import read_record
from partnertui.screens.customers.customers_import import CustomersImport

pytestmark = pytest.mark.postgresql
DEV = Operator(4, "dev", "Dev", Role.DEVELOPMENT, None)
OPERATORS = {who.role: who for who in (ANN, BOB, PAT, DEV)}
ALL = {**FLOWS, **ROLE_FLOWS}
SCREENS = {
    "refund": "transactions",
    "payment with basket items": "basket",
    "customer edit": "customers",
    "note": "customers",
    "DDIs": "ddis",
    "invoice": "transactions",
    "sign-out": "operator-sessions",
    **dict.fromkeys((*TICKET_FLOWS, *MORE_TICKET_FLOWS), "support"),
    "payment marked as paid": "payments",
    "payment not received": "payments",
    "DDI order advanced": "pending-ddi",
    "DDI activated": "pending-ddi",
    "user added": "users",
    "user edited": "users",
    "incident answered": "incidents",
    "customers imported": "customers",
    **dict.fromkeys(("basket item added", "basket item edited", "basket item deleted"), "basket"),
    "credit adjusted": "customers",
    **dict.fromkeys(("refund approved", "refund rejected"), "refunds"),
    "payment corrected": "payments",
    "user removed": "users",
    "users imported": "users",
    "numbers imported": "ddis",
    "rates imported": "prices",
    "DDI edited": "ddis",
}
"""The screen that each flow begins on."""
PARTNERS_CREDIT = "Partners can't change credit."
ADMINS_ALONE = "Only admins can change operators, partners, mailboxes, capture folders and retention."
REFUSED: dict[str, dict[Role, str]] = {
    "refund": {Role.PARTNER: PARTNERS_CREDIT},
    "payment with basket items": {
        Role.PARTNER: "Partners can't change credit, which this payment would raise.",
    },
    "sign-out": {
        Role.SUPPORT: ADMINS_ALONE,
        Role.DEVELOPMENT: ADMINS_ALONE,
        Role.PARTNER: "Operator sessions isn't available to this role.",
    },
    "incident answered": {Role.PARTNER: "Incidents isn't available to this role."},
    "credit adjusted": {Role.PARTNER: PARTNERS_CREDIT},
    "refund approved": {Role.PARTNER: PARTNERS_CREDIT},
    "refund rejected": {Role.PARTNER: PARTNERS_CREDIT},
    "payment corrected": {Role.PARTNER: PARTNERS_CREDIT},
    "rates imported": {Role.PARTNER: "Prices isn't available to this role."},
}
"""What the program says to a role. Every other flow works as every role."""
EMPTY_AFTERWARDS = frozenset({"basket item deleted", "user removed"})
"""Flows after which the list has no row left."""


def give_to_partner(database: Database) -> None:
    """All rows of customers are partner 7's, whose operator Pat is."""

    def work(connection: Connection) -> None:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # both ends of keys change, in turn
        for table in Base.metadata.tables.values():
            if "partner_id" in table.c and "customer_id" in table.c:
                mine = table.update().where(table.c.customer_id.is_not(None), table.c.partner_id.is_distinct_from(8))
                connection.execute(mine.values(partner_id=7))
        connection.execute(text("UPDATE customers SET partner_id = 7 WHERE partner_id IS NULL"))

    load_all()
    database.write(work)


def made(database: Database, flow: Flow, who: Operator) -> None:
    """The rows of a flow, with all five operators, and a partner who can issue invoices."""
    flow.ready(database)
    more = [asdict(one) for one in (DEV, PAM)]
    address = {"street": "Lane 1", "city": "Leeds", "country": "GB", "vat_number": "GB980780684"}

    def work(connection: Connection) -> None:
        connection.execute(insert(OperatorAccount), more)
        connection.execute(update(table_of(Partner)).where(Partner.id == PAT.partner_id).values(address))

    database.write(work)
    flow.prepare(database, 1, who)
    give_to_partner(database)


def opened(database: Database, who: Operator) -> Database:
    """The database as an operator's login."""
    found = open_database(make_login(database.url, who.login, who.role))
    found.session_listeners[:] = database.session_listeners
    return found


def saved(database: Database, flow: Flow, who: Operator) -> str:
    """Why a dialog couldn't be opened or saved; "" if it was."""
    key = new_key()
    try:
        commit_once(database, who, key, flow.begin(database, 1, key, who))
    except DomainError as error:
        return str(error)
    return ""


def read_screen(database: Database, login: Login, screen: str) -> int:
    """Reads a list, each record of its first page, and what its dialogs show of it; returns how many rows there are."""
    catalog = screens.find()
    page = catalog.page(screen)

    def work(connection: Connection, tab: int) -> int:
        source, listing = source_for(login, screen), listing_of(screen, login.operator, tab)
        rows = source.fetch_page(connection, listing).rows
        source.count(connection, listing)
        for row in rows:
            place = Location(screen, row["id"])
            assert read_record(connection, page, place, catalog, lambda page: source_of(login, page), login.operator)
        return len(rows)

    return sum(database.read(partial(work, tab=tab)) for tab in tabs_of(screen))


def source_of(login: Login, page: Page) -> RowSource:
    """The row source of a page, as of the panels of a record."""
    catalog = screens.find()
    name = next(name for name in catalog.screens if catalog.page(name) is page)
    return source_for(login, name)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", ALL)
def test_each_flow_as_each_role(postgres_database: Database, name: str, role: Role) -> None:
    flow, who, screen = ALL[name], OPERATORS[role], SCREENS[name]
    made(postgres_database, flow, who)
    before = flow.effects(postgres_database)
    wanted = REFUSED.get(name, {}).get(role, "")
    refusal = HeadlessServices(Settings(), FOLDERS, screens.find(), who).refusal(screen)
    with closing(opened(postgres_database, who)) as database:
        if refusal:
            assert refusal == wanted
            with pytest.raises(UserError):  # who gets past the screen is stopped, too, in whatever words
                commit_once(database, who, "key", flow.begin(database, 1, "key", who))
        else:
            assert saved(database, flow, who) == wanted
            rows = read_screen(database, Login(who, database.url, postgres_database.url), screen)
            assert rows or name in EMPTY_AFTERWARDS
    assert flow.effects(postgres_database) - before == (0 if wanted else 1)


@pytest.mark.parametrize("role", Role)
def test_a_file_is_checked_and_imported_as_each_role(postgres_database: Database, role: Role, tmp_path: Path) -> None:
    """A dry run stores its lines and takes them back, one by one."""
    flow, who, file = ALL["customers imported"], OPERATORS[role], tmp_path / "customers.csv"
    made(postgres_database, flow, who)
    file.write_text("Company;Email;Country;Currency\nAcme;a@example.com;US;USD\nBeta;b@example.com;US;USD\n")
    with closing(opened(postgres_database, who)) as database:
        run = CsvImport(database, who, file, CustomersImport())
        checked = run.check()
        assert (checked.lines, checked.problems.count) == (2, 0)
        assert run.store(checked, new_key()) == 2
    partners = select(Customer.partner_id).where(Customer.company.in_(("Acme", "Beta")))
    found = postgres_database.read(lambda connection: list(connection.scalars(partners)))
    assert found == [who.partner_id] * 2


def test_the_table_names_what_there_is() -> None:
    assert SCREENS.keys() == ALL.keys()
    assert REFUSED.keys() <= ALL.keys()
