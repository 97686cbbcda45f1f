"""The importer of users: one user a line, with the fields of the form that adds one; never passwords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from partnertui.db.users import Credentials, add_user, new_user_values
from partnertui.db.vault_data_keys import open_vault
from partnertui.domain.csv_files.headings import CsvColumn
from partnertui.domain.errors import DomainError
from partnertui.domain.extensions import Holder, read_feature_codes
from partnertui.domain.passwords import generate_sip_password
from partnertui.screens.shared.csv_import.find_customer import find_customer
from partnertui.screens.shared.csv_import.form_cells import CUSTOMER, columns_of, read_cells
from partnertui.screens.users.form import SECURITY, fields, licences
from partnertui.vault.errors import VaultError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.imports.importer import Cells
    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.domain.operators import Operator
    from partnertui.kit.declare.form import Option
    from partnertui.screens.shared.csv_import.import_kinds import ImportOptions
    from partnertui.vault.sealed_values import Vault

LEFT_OUT = frozenset({"ddis", "caller_id_number", "sip_username", "location_id"})
"""What a new user doesn't have yet."""
READ = tuple(entry for entry in fields(0, is_new=True) if entry.tab != SECURITY and entry.name not in LEFT_OUT)
ALSO = {
    "name": ("user", "full name", "benutzer"),
    "email": ("mail", "email address", "user name", "login"),
    "extension": ("ext", "nebenstelle", "durchwahl"),
    "product_id": ("licence", "license", "lizenz"),
    "mobile": ("mobile phone", "handy", "mobil"),
    "department": ("abteilung",),
}
PASSWORDS = CsvColumn("password", "Password", ("passwort", "kennwort", "sip password", "secret"))


class UsersImport:
    """Users of customers. An empty extension becomes the next free one; SIP passwords are generated and sealed."""

    noun = "user/users"
    decimal = ""
    chunk = 1

    def __init__(self, vault: Vault, codes: list[Holder], sip_domain: str, customer_id: int | None) -> None:
        self.vault, self.codes, self.sip_domain, self.customer_id = vault, codes, sip_domain, customer_id
        customer = replace(CUSTOMER, required=customer_id is None)
        self.columns: Sequence[CsvColumn] = [customer, *columns_of(READ, ALSO, {"name", "email"}), PASSWORDS]
        self._licences: Sequence[Option] = ()

    def begin(self, connection: Connection, operator: Operator) -> None:
        """Reads the licences."""
        self._licences = licences(connection)

    def check(self, cells: Cells) -> Cells:
        """Refuses passwords; the rest is checked by storing it. Raises DomainError."""
        if cells.get("password"):
            raise DomainError(
                "Passwords don't belong in files.", "Remove the column: SIP passwords are generated.", field="password"
            )
        return cells

    def store(self, unit: UnitOfWork, rows: Sequence[Cells]) -> None:
        """Adds a user for each line."""
        for cells in rows:
            customer = find_customer(unit, cells.get("customer", ""), self.customer_id)
            start = new_user_values(unit.session.connection(), customer, unit.operator, self.codes)
            values = read_cells(READ, cells, start, {"product_id": self._licences})
            credentials = Credentials(self.vault, generate_sip_password())
            add_user(unit, customer, values, credentials, codes=self.codes, sip_domain=self.sip_domain)


def users_importer(options: ImportOptions) -> UsersImport:
    """Imports users. Raises VaultError if there is no key to seal their SIP passwords with."""
    settings = options.settings
    embedded = settings.database_url == options.folders.database_url
    vault = open_vault(options.database, settings.vault, options.folders.data, create=embedded)
    if vault is None:
        raise VaultError("There is no key to encrypt SIP passwords with.", "Run “partnertui keys init”.")
    codes = read_feature_codes(settings.users.feature_codes)
    return UsersImport(vault, codes, settings.kamailio.domain, options.customer_id)
