"""A sealed value opens where it was sealed, and nowhere else."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.vault.errors import VaultError
from partnertui.vault.sealed_values import Place, Vault, bound_to

KEYS = {"00000001": os.urandom(32), "00000002": os.urandom(32)}
VAULT = Vault(KEYS, "00000001")
PLACE = Place("credit_cards", "number", "7")


@given(st.binary(max_size=500))
def test_it_opens_where_it_was_sealed(value: bytes) -> None:
    assert VAULT.open(PLACE, VAULT.seal(PLACE, value)) == value


def test_two_seals_of_one_value_differ() -> None:
    assert VAULT.seal(PLACE, b"4111") != VAULT.seal(PLACE, b"4111")


PLACES = [Place(*parts) for parts in product(("credit_cards", "chats"), ("number", "body"), ("7", "8"))]


@pytest.mark.parametrize("other", [place for place in PLACES if place != PLACE])
def test_moved_to_another_table_column_or_row_it_does_not_open(other: Place) -> None:
    with pytest.raises(VaultError, match="altered or moved"):
        VAULT.open(other, VAULT.seal(PLACE, b"4111"))


def test_under_another_key_id_it_does_not_open() -> None:
    sealed = VAULT.seal(PLACE, b"4111")
    with pytest.raises(VaultError, match="altered or moved"):
        VAULT.open(PLACE, sealed[:1] + bytes.fromhex("00000002") + sealed[5:])
    with pytest.raises(VaultError, match="a key that this database lacks"):
        Vault({"00000002": KEYS["00000002"]}, "00000002").open(PLACE, sealed)


@given(st.data())
def test_altered_or_cut_it_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(VAULT.seal(PLACE, b"4111 1111 1111 1111"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    if data.draw(st.booleans()):
        sealed[at] ^= data.draw(st.integers(1, 255))
    else:
        del sealed[at:]
    with pytest.raises(VaultError):
        VAULT.open(PLACE, bytes(sealed))


def test_no_two_places_are_bound_to_the_same_bytes() -> None:
    assert bound_to(Place("ab", "c", "1"), "k") != bound_to(Place("a", "bc", "1"), "k")


def test_no_key_is_in_a_repr() -> None:
    assert "00000001" in repr(VAULT)
    assert all(key.hex() not in repr(VAULT) and repr(key) not in repr(VAULT) for key in KEYS.values())
    assert repr(replace(VAULT, current="00000002")) == "Vault(current='00000002')"
