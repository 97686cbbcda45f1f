"""Seals (encrypts) values for one column of one row; moved to another, they can't be opened (NIST SP 800-38D)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from partnertui.vault.errors import VaultError

VERSION = b"\x01"
KEY_ID_BYTES, NONCE_BYTES, KEY_BYTES = 4, 12, 32


@dataclass(frozen=True)
class Place:
    """Where a sealed value is stored."""

    table: str
    column: str
    primary_key: str


@dataclass(frozen=True)
class Vault:
    """The data keys by ID, and the ID of the one that seals. Its repr shows no key."""

    keys: Mapping[str, bytes] = field(repr=False)
    current: str
    find: Callable[[str], bytes | None] = field(default=lambda key_id: None, repr=False)
    """Looks for a key that isn't among them: a customer's own, or one that was made since the program began."""
    wrapping: Vault | None = field(default=None, repr=False)
    """What wraps new keys, with the master key; None where none can be made."""

    def seal(self, place: Place, value: bytes) -> bytes:
        """The value as `version | key id | nonce | ciphertext`."""
        # With random nonces one key may seal 2^32 values (NIST SP 800-38D, section 8.3).
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, value, bound_to(place, self.current))
        return VERSION + bytes.fromhex(self.current) + nonce + sealed

    def open(self, place: Place, sealed: bytes) -> bytes:
        """The value. Raises VaultError if it belongs elsewhere, was altered, or its key isn't there."""
        key_id, nonce_at = sealed[1 : 1 + KEY_ID_BYTES].hex(), 1 + KEY_ID_BYTES
        key = self.keys.get(key_id) or self.find(key_id)
        if sealed[:1] != VERSION or key is None:
            raise VaultError("This was encrypted with a key that this database lacks.", "Run “partnertui keys status”.")
        nonce, rest = sealed[nonce_at : nonce_at + NONCE_BYTES], sealed[nonce_at + NONCE_BYTES :]
        try:
            return AESGCM(key).decrypt(nonce, rest, bound_to(place, key_id))
        # ValueError: a value that was cut has no whole nonce.
        except (InvalidTag, ValueError):
            raise VaultError("An encrypted value was altered or moved; it isn't shown.", "Tell an admin.") from None


def bound_to(place: Place, key_id: str) -> bytes:
    """The associated data: each part behind its length, so that no two places give the same bytes."""
    parts = [part.encode() for part in (place.table, place.column, place.primary_key, key_id)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
