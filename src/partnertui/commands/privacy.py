"""`partnertui privacy`: exports or erases all personal data of a customer."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.atomic_files import new_private_file
from partnertui.db.archive.customer_export_and_erasure import calls_of, erase_calls
from partnertui.db.connected_operator import find_operator, owns_tables
from partnertui.db.database import open_database
from partnertui.db.privacy.erase import erase, require_admin
from partnertui.db.privacy.erasure_plan import plan_erasure
from partnertui.db.privacy.export import file_for, record_export, write_export
from partnertui.db.privacy.find_customer import find_customer
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.db.vault_data_keys import open_vault
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural
from partnertui.kit.clock import utc_now
from partnertui.kit.terminal.safe_text import one_line

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from zipfile import ZipFile

    from sqlalchemy import Connection

    from partnertui.config import Folders, Settings
    from partnertui.db.database import Database
    from partnertui.db.privacy.erasure_plan import Plan

CUSTOMER = "ID, telephone number or e-mail address"


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    export = actions.add_parser("export", help="write everything held about a customer and its users to a ZIP file")
    export.add_argument("customer", help=CUSTOMER)
    export.add_argument("-o", "--output", metavar="FILE", help="a new file (default: customer-ID-DAY.zip)")
    erase = actions.add_parser("erase", help="show what erasing a customer would delete, and what must be kept by law")
    erase.add_argument("customer", help=CUSTOMER)
    erase.add_argument(
        "--apply", action="store_true", help="erase it now instead of just listing it; this can't be undone"
    )


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Returns 1 if something refuses an erasure, or a chat couldn't be read."""
    with closing(open_database(settings.database_url)) as database:
        database.check().require()
        database.read(_require_owner)
        customer = database.read(lambda connection: find_customer(connection, args.customer, settings.default_country))
        return (_export if args.action == "export" else _erase)(args, settings, folders, database, customer)


def _require_owner(connection: Connection) -> None:
    """Whoever owns the tables alone reaches all that is held: operators can't read ciphertext or delete history."""
    if not owns_tables(connection):
        raise DomainError(
            "Only the owner of the tables can export or erase everything about a customer.",
            advice="Use the same database login as for “partnertui migrate”, and name yourself with --operator.",
        )


def _export(args: Namespace, settings: Settings, folders: Folders, database: Database, customer: int) -> int:
    path = Path(args.output) if args.output else file_for(customer, utc_now())
    if path.exists():
        raise DomainError(f"{path} exists.", advice="Choose another name with --output.")
    operator = database.read(lambda connection: find_operator(connection, settings.operator))
    vault = open_vault(database, settings.vault, folders.data, create=False)
    # Committed first: no data leaves unrecorded, even if writing the file breaks off.
    with UnitOfWork(database, operator) as unit:
        record_export(unit, customer)
        unit.commit()
    seller, at = settings.invoices.company or "this provider", utc_now()
    with new_private_file(path) as opened, zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED) as archive:
        done = database.read(
            lambda connection: write_export(connection, customer, vault, archive, seller, at),
            deadline=86_400,
            steady=True,
        )
        archived = _export_archived(settings, customer, archive)
    records, tables = sum(done.rows.values()), sum(map(bool, done.rows.values()))
    print(f"{plural(records, 'record')} from {plural(tables, 'table')}: {path}")
    if archived:
        print(f"{plural(archived, 'archived call')}.")
    print(f"Files: {done.files:,}; chats: {done.chats:,}. The export is recorded in the customer's history.")
    if done.unreadable:
        print(f"{plural(done.unreadable, 'chat is', 'chats are')} missing: the keys on this host can't decrypt them.")
    return int(bool(done.unreadable))


def _export_archived(settings: Settings, customer: int, archive: ZipFile) -> int:
    """Adds the archived calls, if there are any; returns how many."""
    if not settings.archive.folder:
        return 0

    count = 0
    with archive.open("tables/archived_calls.jsonl", "w") as raw, io.TextIOWrapper(raw, "utf-8") as file:
        for row in calls_of(Path(settings.archive.folder).expanduser(), customer):
            count += 1
            file.write(json.dumps({**row, "started_at": row["started_at"].isoformat()}, ensure_ascii=False) + "\n")
    return count


def _erase(args: Namespace, settings: Settings, folders: Folders, database: Database, customer: int) -> int:
    operator = database.read(lambda connection: find_operator(connection, settings.operator))
    require_admin(operator)
    country = settings.invoices.country
    plan = database.read(lambda connection: plan_erasure(connection, customer, country), deadline=600)
    _print_plan(plan)
    if plan.refusals:
        return 1
    if not args.apply:
        print(
            "Nothing has been erased yet: add --apply to erase the data. Export the customer's data first if they"
            " asked for it."
        )
        return 0
    done = erase(database, plan, operator)
    if settings.archive.folder:
        count = erase_calls(Path(settings.archive.folder).expanduser(), customer)
        print(f"{plural(count, 'archived call')}: names, numbers and addresses removed.")
    records, tables = sum(done.values()), sum(map(bool, done.values()))
    print(f"{plural(records, 'record')} in {plural(tables, 'table')} deleted or overwritten.")
    for line in AFTERWARDS[database.dialect]:
        print(line)
    return 0


def _print_plan(plan: Plan) -> None:
    print(f"Customer {plan.customer_id}: {one_line(plan.company, 60)}")
    for sentence in plan.refusals:
        print(f"Refused. {sentence}")
    for one in plan.tables:
        if one.kept is None:
            what = "contents" if one.table == "history" else "deleted"
            print(f"  erase {one.rows:>9,} {one.table}: {what}")
    for one in plan.tables:
        if one.kept is not None:
            print(f"  keep  {one.rows:>9,} {one.table}, without names and addresses: {plan.words_of(one.kept)}")


ELSEWHERE = (
    "Not erased from here: recording and voicemail audio on the switch, its own CDRs and traces, captures and HEP"
    " messages until their retention ends, drafts and filters in agents' state folders, the mail servers, the gateways."
)
AFTERWARDS = {
    "sqlite": (
        "The file was rewritten and its log emptied. Backups still have the customer's data until they are deleted.",
        ELSEWHERE,
    ),
    "postgresql": (
        "Run VACUUM now: until then, the table files still contain the old rows. Archived WAL, delayed replicas and"
        " backups still have the customer's data until they are deleted; encrypted values in them can't be read without"
        " vault_keys.",
        ELSEWHERE,
    ),
}
