"""Sealed files: only the passphrase opens them, and no byte of them can be altered."""

from __future__ import annotations

import pytest

from partnertui.vault.errors import VaultError
from partnertui.vault.passphrase_encryption import HEAD, MAGIC, open_sealed, seal

SECRET = "violet tram under nine maples"
SEALED = seal(b"what was seen", SECRET)


def test_opens_with_its_passphrase_alone() -> None:
    assert open_sealed(SEALED, SECRET) == b"what was seen"
    with pytest.raises(VaultError, match="passphrase is wrong, or the file was altered"):
        open_sealed(SEALED, SECRET.upper())
    assert b"what was seen" not in SEALED
    assert seal(b"what was seen", SECRET) != SEALED


@pytest.mark.parametrize("place", [8, 12, 16, 17, HEAD.size - 1, HEAD.size, len(SEALED) - 1])
def test_an_altered_byte_is_refused(place: int) -> None:
    altered = bytearray(SEALED)
    altered[place] ^= 1
    with pytest.raises(VaultError, match="altered"):
        open_sealed(bytes(altered), SECRET)


@pytest.mark.parametrize(
    "content", [b"", MAGIC, SEALED[: HEAD.size - 1], b"PK\x03\x04 a zip"], ids=["empty", "magic", "cut", "zip"]
)
def test_what_is_not_sealed_is_said(content: bytes) -> None:
    with pytest.raises(VaultError, match="isn't an evidence bundle"):
        open_sealed(content, SECRET)


def test_a_file_that_asks_for_all_memory_is_refused() -> None:
    greedy = HEAD.pack(MAGIC, 3, 2**32 - 1, 4, bytes(16), bytes(12)) + bytes(64)
    with pytest.raises(VaultError, match="altered"):
        open_sealed(greedy, SECRET)
