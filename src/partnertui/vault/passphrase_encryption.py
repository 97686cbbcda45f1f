"""Encrypts a file with a passphrase: AES-256-GCM (NIST SP 800-38D), argon2id (RFC 9106).

The file is `magic | iterations | memory in KiB | lanes | salt | nonce | ciphertext`; all before the ciphertext is
associated data, so that nothing of it can be altered.
"""

from __future__ import annotations

import os
import struct

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from partnertui.vault.errors import VaultError

MAGIC = b"PTSEAL\x00\x01"
HEAD = struct.Struct(">8sIIB16s12s")
ITERATIONS, MEMORY_KIB, LANES = 3, 65_536, 4
"""RFC 9106, section 4, the second recommended choice: 64 MiB."""
MOST_ITERATIONS, MOST_MEMORY_KIB, MOST_LANES = 10, 1_048_576, 16
"""What a file may ask for at most: it comes from outside."""
LARGEST = 1_000_000_000
"""Bytes that are sealed at once."""
WRONG = "The passphrase is wrong, or the file was altered; nothing was unpacked."


def seal(content: bytes, passphrase: str) -> bytes:
    """The sealed bytes; takes some 100 ms and 64 MiB. Raises VaultError if there is too much of it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # both only for those who seal something

    if len(content) > LARGEST:
        raise VaultError("This is too large for one file.", f"The limit is {LARGEST // 1_000_000:,} MB.")
    head = HEAD.pack(MAGIC, ITERATIONS, MEMORY_KIB, LANES, os.urandom(16), os.urandom(12))
    key = _key(passphrase, head)
    return head + AESGCM(key).encrypt(head[-12:], content, head)


def open_sealed(sealed: bytes, passphrase: str) -> bytes:
    """What was sealed. Raises VaultError for another passphrase, an altered file, or one that isn't sealed."""
    if not sealed.startswith(MAGIC) or len(sealed) < HEAD.size:
        raise VaultError("This file isn't an evidence bundle.", "Use a file written by “partnertui bundle”.")
    head = sealed[: HEAD.size]
    try:
        return AESGCM(_key(passphrase, head)).decrypt(head[-12:], sealed[HEAD.size :], head)
    except InvalidTag:
        raise VaultError(WRONG, "Enter the passphrase again, or ask for a new copy of the file.") from None


def _key(passphrase: str, head: bytes) -> bytes:
    _, iterations, memory, lanes, salt, _ = HEAD.unpack(head)
    within = 1 <= iterations <= MOST_ITERATIONS and 1 <= lanes <= MOST_LANES
    # Argon2 needs 8 KiB for each lane (RFC 9106, section 3.1).
    if not within or not 8 * lanes <= memory <= MOST_MEMORY_KIB:
        raise VaultError(WRONG, "Ask for a new copy of the file.")
    return hash_secret_raw(passphrase.encode(), salt, iterations, memory, lanes, 32, Type.ID)
