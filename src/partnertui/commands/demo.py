"""`partnertui demo`: builds demo data, then opens the program with it."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from partnertui.config import without_password
from partnertui.config.settings import Asterisk, Block, Captures, Gateways, Hep, Kamailio, SipTest, Whois
from partnertui.db.database import open_database
from partnertui.db.errors import DatabaseNotFound
from partnertui.db.models import Customer
from partnertui.demo.platform.customer_snapshot import seed_of
from partnertui.domain.errors import DomainError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings
    from partnertui.demo.progress import Progress

CUSTOMERS, CDRS, SEED = 200, 100_000, 1
SIP_DOMAIN = "sip.example.net"
"""Of the users of customers that are added while the demo runs."""


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--customers", type=int, metavar="N", help=f"number of customers (default {CUSTOMERS})")
    parser.add_argument("--cdrs", type=int, metavar="N", help=f"number of finished calls (default {CDRS:,})")
    parser.add_argument("--seed", type=int, metavar="S", help=f"the same seed gives the same data (default {SEED})")
    parser.add_argument(
        "--still", action="store_true", help="without the simulated platform: no phones answer and nothing changes"
    )
    parser.add_argument("--no-open", action="store_true", help="build the data without opening the program")
    parser.add_argument("--hostile", action="store_true", help="put escape codes and markup into all text")
    parser.add_argument("--url", metavar="URL", help="database to fill; it must be empty")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Builds the data unless there is some and no size or seed is given; then opens the program."""
    if args.url:
        settings = replace(settings, database=replace(settings.database, url=args.url))
    settings = replace(settings, development=True)  # made-up data may be opened by whoever owns the database
    url = settings.database_url
    is_build_requested = any(value is not None for value in (args.customers, args.cdrs, args.seed))
    if is_build_requested or not has_customers(url):
        build(url, args)
        seal_secrets(settings, folders)
    else:
        print(f"{without_password(url)} already has data, so none was built.", file=sys.stderr)
    if args.hostile:
        poison(url)
    if args.no_open:
        print(f"The demo data is in {without_password(url)}. Open it with: {how_to_open(args)}")
        return 0
    # --no-open loads no interface.
    from partnertui.commands.open_app import open_program

    if not was_made_by_demo(url):
        print("This data wasn't created by the demo, so nothing in it changes on its own.", file=sys.stderr)
        return open_program(settings, folders)
    if args.still:
        return open_program(demo_settings(settings), folders, is_demo=True)
    # Neither --no-open nor --still starts the platform.
    from partnertui.demo.platform.platform_launcher import platform_running

    with platform_running(url, folders.log_file.with_name("demo-platform.log")):
        return open_program(demo_settings(settings), folders, is_demo=True)


def poison(url: str) -> None:
    """Puts hostile text into the data. Raises DatabaseError, and DomainError where that isn't possible."""
    # Demo data that is there already opens without what builds it: 1.2 s less.
    from partnertui.demo.hostile_text import write_hostile_text

    if not was_made_by_demo(url):
        raise DomainError(
            "This data wasn't created by the demo.",
            advice="Give an empty folder with --dir, or an empty database with --url.",
        )
    with closing(open_database(url)) as database:
        write_hostile_text(database)


def seal_secrets(settings: Settings, folders: Folders) -> None:
    """Encrypts the demo's chats, passwords, PINs and card numbers, with keys made for it.

    Raises VaultError, DatabaseError.
    """
    # As in poison(): only building needs it.
    from partnertui.db.vault_data_keys import master_key, open_vault, search_key
    from partnertui.demo import chat_texts, gateway_answers, sealed_values

    with closing(open_database(settings.database_url)) as database:
        vault = open_vault(database, settings.vault, folders.data, create=True)
        master = master_key(settings.vault, folders.data)
        if vault is not None and master is not None:
            chat_texts.seal_chats(database, vault)
            gateway_answers.seal_answers(database, vault)
            sealed_values.seal_values(database, vault, search_key(database, master))


def demo_settings(settings: Settings) -> Settings:
    """The settings for the demo: nothing of the site is asked or run, and probes go to its own phones alone."""
    # --no-open needs no settings of the platform.
    from partnertui.demo.invoices import PROVIDER
    from partnertui.demo.platform.addresses import NETWORK, PROXY_URI

    return replace(
        settings,
        kamailio=Kamailio(domain=SIP_DOMAIN),
        users=replace(settings.users, login_url="https://portal.example.net/log-in?token="),
        asterisk=Asterisk(),
        sip_test=SipTest(allow=(NETWORK,), proxy=PROXY_URI),
        captures=Captures(),
        gateways=Gateways(),
        hep=Hep(folder="-"),
        whois=Whois(url=""),
        block=Block(),
        invoices=PROVIDER,
    )


def was_made_by_demo(url: str) -> bool:
    """Whether the demo made the data in a database: in no other one anything may be changed. Raises DatabaseError."""
    database = open_database(url)
    try:
        return database.read(seed_of) is not None
    finally:
        database.close()


def how_to_open(args: Namespace) -> str:
    """The command line that opens the demo data."""
    words = ["partnertui", f"--dir {args.dir}" if hasattr(args, "dir") else "", "demo", "--url URL" if args.url else ""]
    return " ".join(filter(None, words))


def has_customers(url: str) -> bool:
    """Whether the database has customers; upgrades the schema that an older program made. Raises DatabaseError."""
    database = open_database(url)
    try:
        state = database.check().state
        if state == "older":
            from partnertui.db.migrate import upgrade  # Alembic, which only this needs

            upgrade(database)
        elif state != "current":
            return False
        return bool(database.read(lambda connection: connection.scalar(select(exists(select(Customer.id))))))
    except DatabaseNotFound:
        return False
    finally:
        database.close()


def build(url: str, args: Namespace) -> None:
    """Builds demo data with a progress bar on standard error."""
    # As in poison(): only building needs it.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    from partnertui import demo  # Faker and its names

    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total or None)
            bar.update(tasks[what], completed=done, total=total or None)

        progress: Progress = show
        demo.build(
            url,
            customers=CUSTOMERS if args.customers is None else args.customers,
            cdrs=CDRS if args.cdrs is None else args.cdrs,
            seed=SEED if args.seed is None else args.seed,
            progress=progress,
        )
