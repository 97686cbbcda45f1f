"""Opens the vault with which SIP passwords are sealed; slow, so only in a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.vault_data_keys import open_vault
from partnertui.vault.errors import VaultError

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import Services
    from partnertui.vault.sealed_values import Vault


def users_vault(services: Services) -> Vault:
    """The vault by the settings; an embedded database gets its keys made. Raises VaultError, DatabaseError."""
    embedded = services.settings.database_url == services.folders.database_url
    found = open_vault(services.database, services.settings.vault, services.folders.data, create=embedded)
    if found is None:
        raise VaultError("There is no key to encrypt SIP passwords with.", "Run “partnertui keys init”.")
    return found
