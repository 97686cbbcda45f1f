"""`partnertui keys`: makes and shows the keys that encrypt drafts and secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("action", choices=("init", "status"), help="init creates keys if there are none")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Makes the keys, or says which there are. Returns 1 if there are none or they don't open."""
    from contextlib import closing

    from partnertui.db.engine import open_database
    from partnertui.db.vault_keys import master_file, open_vault

    with closing(open_database(settings.database_url)) as database:
        database.check().require()
        vault = open_vault(database, settings.vault, folders.data, create=args.action == "init")
    file = master_file(settings.vault, folders.data)
    if vault is None:
        print("There are no keys for this database on this host. Run: partnertui keys init")
        return 1
    source = "vault.command" if settings.vault.command else str(file) if file.exists() else "PARTNERTUI_MASTER_KEY"
    count = len(vault.keys)
    print(f"Master key: {source}.")
    print(f"{count} data key{'s' if count > 1 else ''}; {vault.current} is in use.")
    print("Keep a copy of the master key elsewhere: without it, encrypted data can't be read.")
    return 0
