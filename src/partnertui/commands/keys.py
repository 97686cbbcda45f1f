"""`partnertui keys`: makes, shows and rotates the keys that encrypt drafts and secrets."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.db.card_number_index import index_card_numbers
from partnertui.db.customer_data_keys import with_customers_keys
from partnertui.db.database import open_database
from partnertui.db.key_rotation import key_usage, rotate
from partnertui.db.vault_data_keys import make_data_key, master_key, open_vault, rewrap, search_key
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural
from partnertui.vault.master_key import make_master_key

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings
    from partnertui.db.database import Database
    from partnertui.vault.master_key import MasterKey
    from partnertui.vault.sealed_values import Vault

NONE = (
    "There are no keys for this database on this host. If nothing is encrypted yet, run: partnertui keys init\n"
    "Otherwise copy the master key from another host or a backup."
)
ONE_CARD = "1 card can now be found by its full number."
UNKNOWN = "a key that this database lacks"
ABOUT = (
    "init creates keys if there are none, status shows them, rotate encrypts everything with a new data key,"
    " index-cards makes encrypted card numbers searchable"
)


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("action", choices=("init", "status", "rotate", "index-cards"), help=ABOUT)
    parser.add_argument(
        "--go-on", action="store_true", help="rotate: finish an interrupted rotation without creating a new data key"
    )
    parser.add_argument("--master", metavar="FILE", help="rotate: write a new master key to a new file instead")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Makes or rotates the keys, or says which there are. Returns 1 if there are none or some value doesn't open."""
    with closing(open_database(settings.database_url)) as database:
        database.check().require()
        vault = open_vault(database, settings.vault, folders.data, create=args.action == "init")
        master = master_key(settings.vault, folders.data)
        if vault is None or master is None:
            print(NONE)
            return 1
        if args.action == "rotate" and args.master:
            return _new_master(database, master, Path(args.master))
        if args.action == "rotate":
            return _rotate(database, vault if args.go_on else make_data_key(database, master))
        if args.action == "index-cards":
            return _index_cards(database, vault, search_key(database, master))
        if args.action == "init":
            search_key(database, master)  # agents may not make it, and need it to search
        print(f"Master key: {master.source}.")
        count = len(vault.keys)
        print(f"{count} data key{'s' if count > 1 else ''}; {vault.current} is in use.")
        if args.action == "status":
            return _usage(database, vault)
    print("Keep a copy of the master key elsewhere: without it, encrypted data can't be read.")
    return 0


def _usage(database: Database, vault: Vault) -> int:
    """What each key encrypts; 1 if a value belongs to none of them."""
    customers = database.read(lambda connection: with_customers_keys(connection, vault)).keys.keys() - vault.keys.keys()
    lost = 0
    for column, counts in database.read(key_usage, deadline=3600).items():
        own = [key_id for key_id in counts if key_id in customers]
        if own:
            keys = plural(len(own), "customer's own key", "customers' own keys")
            print(f"{column}: {sum(counts.pop(key_id) for key_id in own):,} with {keys}")
        for key_id, count in sorted(counts.items()):
            known = key_id in vault.keys
            lost += 0 if known else count
            print(f"{column}: {count:,} with {key_id if known else UNKNOWN}")
    print("Keep a copy of the master key elsewhere: without it, encrypted data can't be read.")
    return int(bool(lost))


def _rotate(database: Database, vault: Vault) -> int:
    result = rotate(database, vault)
    print(f"{plural(result.sealed, 'value')} encrypted with {vault.current}.")
    for column, count in result.unreadable.items():
        print(f"{column}: {count:,} couldn't be read; left unchanged.")
    if result.dropped:
        print(f"Deleted (no longer used to encrypt anything): {', '.join(result.dropped)}.")
    return int(bool(result.unreadable))


def _index_cards(database: Database, vault: Vault, key: bytes) -> int:
    hashed, unreadable = index_card_numbers(database, vault, key)
    print(f"{plural(hashed, 'card')} can now be found by their full number." if hashed != 1 else ONE_CARD)
    if unreadable:
        print(f"{plural(unreadable, 'card number')} couldn't be read; left unchanged.")
    return int(bool(unreadable))


def _new_master(database: Database, old: MasterKey, file: Path) -> int:
    if file.exists():
        raise DomainError(f"{file} already exists.", advice="Choose a new file.")
    count = rewrap(database, old, make_master_key(file))
    print(
        f"{plural(count, 'key is', 'keys are')} now wrapped by the new master key in {file}; the old one ({old.source})"
        " no longer decrypts anything."
    )
    print(f'On every host, set vault.file = "{file}" and no vault.command or vault.keyring; then destroy the old key.')
    return 0
