"""Gets the master key, which wraps the data keys: from a command, a keyring, a private file, or the environment."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from partnertui.atomic_files import PRIVATE, read_regular
from partnertui.vault.errors import VaultError
from partnertui.vault.keyring_source import read_secret, write_secret
from partnertui.vault.sealed_values import KEY_BYTES

NO_KEYRING = "none"
VARIABLE = "PARTNERTUI_MASTER_KEY"
COMMAND_SECONDS = 20
TRIES, PAUSE_SECONDS = 20, 0.05
"""How often a key file is read that is still empty: another program may be about to write it."""
HEX_KEY = re.compile(rf"[0-9a-fA-F]{{{2 * KEY_BYTES}}}")


@dataclass(frozen=True)
class MasterKey:
    """A key and where it came from; its repr shows only the latter."""

    source: str
    key: bytes

    def __repr__(self) -> str:
        return f"MasterKey({self.source})"


def find_master_key(
    command: Sequence[str], file: Path, environment: Mapping[str, str], keyring: str = NO_KEYRING
) -> MasterKey | None:
    """The master key from the first source that is set up, None if there is none.

    Raises VaultError for a command or keyring that fails, a file that others can read, or a value that isn't a key.
    """
    if command:
        return MasterKey("command", read_key(_output(command), f"the output of {command[0]}"))
    if keyring != NO_KEYRING:
        secret = read_secret(keyring)
        return MasterKey(f"keyring {keyring}", read_key(secret, f"keyring {keyring}")) if secret is not None else None
    if file.exists():
        return MasterKey(str(file), read_key(_text_once_written(file), str(file)))
    if VARIABLE in environment:
        return MasterKey(VARIABLE, read_key(environment[VARIABLE], VARIABLE))
    return None


def make_keyring_master_key(keyring: str) -> MasterKey:
    """Puts a new master key into a keyring. Raises VaultError."""
    key = os.urandom(KEY_BYTES)
    write_secret(keyring, key.hex())
    return MasterKey(f"keyring {keyring}", key)


def make_master_key(file: Path) -> MasterKey:
    """Writes a new master key to a new file that only its owner can read.

    Raises VaultError if that isn't possible. Another program may make it at the same moment: then its key counts.
    """
    key = os.urandom(KEY_BYTES)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w") as opened:
            opened.write(key.hex() + "\n")
            opened.flush()
            # Should a crash lose the key, all that it wrapped meanwhile could never be read again.
            os.fsync(opened.fileno())
    except FileExistsError:
        return MasterKey(str(file), read_key(_text_once_written(file), str(file)))
    except OSError as error:
        raise VaultError(
            f"The master key can't be written to {file}: {error.strerror}.",
            "Choose another file (vault.file or --master).",
        ) from None
    return MasterKey(str(file), key)


def _text_once_written(file: Path) -> str:
    """The text of a key file; "" if it stays empty. Raises VaultError."""
    for _ in range(TRIES):
        if text := _private_text(file):
            return text
        time.sleep(PAUSE_SECONDS)
    return ""


def read_key(text: str, source: str) -> bytes:
    """The key that a source holds; raises VaultError if it isn't 64 hexadecimal digits."""
    word = text.strip()
    if not HEX_KEY.fullmatch(word):
        raise VaultError(f"The master key in {source} isn't 64 hexadecimal digits.", "Restore it from a copy.")
    return bytes.fromhex(word)


def _output(command: Sequence[str]) -> str:
    try:
        # Without a standard input of its own, the command would take the keys typed into this program.
        done = subprocess.run(
            list(command), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise VaultError(
            f"The command for the master key failed ({type(error).__name__}).", "Check vault.command in the settings."
        ) from None  # its output may hold the key
    return done.stdout


def _private_text(file: Path) -> str:
    try:
        mode, text = file.stat().st_mode & 0o777, read_regular(file).decode("ascii", "replace")
    except OSError as error:
        raise VaultError(
            f"The master key can't be read from {file}: {error.strerror}.", "Check the file's owner and permissions."
        ) from None
    if mode & 0o077:
        raise VaultError(f"The master key in {file} can be read by others.", f"Run: chmod 600 {file}")
    return text
