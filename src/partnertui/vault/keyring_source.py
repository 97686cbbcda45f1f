"""Reads the master key from the desktop's keyring, through the backend named in the settings.

keyring's own choice of a backend isn't used: it loads code that the environment or a file names.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from keyring.errors import KeyringError

from partnertui.vault.errors import VaultError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

BACKENDS = {
    "secret-service": ("keyring.backends.SecretService", "Keyring"),
    "kwallet": ("keyring.backends.kwallet", "DBusKeyring"),
    "macos": ("keyring.backends.macOS", "Keyring"),
    "windows": ("keyring.backends.Windows", "WinVaultKeyring"),
}
"""Module and class by the name in the settings."""
SERVICE, USER = "partnertui", "master-key"


def read_secret(name: str) -> str | None:
    """The secret in a keyring, None if it has none. Raises VaultError if the keyring can't be reached."""
    try:
        return _backend(name).get_password(SERVICE, USER)
    except (KeyringError, RuntimeError, OSError) as error:
        raise _unreachable(name, error) from None


def write_secret(name: str, secret: str) -> None:
    """Puts a secret into a keyring. Raises VaultError."""
    try:
        _backend(name).set_password(SERVICE, USER, secret)
    except (KeyringError, RuntimeError, OSError) as error:
        raise _unreachable(name, error) from None


def _backend(name: str) -> KeyringBackend:
    module, backend = BACKENDS[name]
    found: KeyringBackend = getattr(import_module(module), backend)()
    return found


def _unreachable(name: str, error: Exception) -> VaultError:
    return VaultError(
        f"The keyring {name} can't be reached ({type(error).__name__}).", "Unlock it, or set vault.keyring to none."
    )
