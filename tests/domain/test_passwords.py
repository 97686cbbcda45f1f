"""Passwords: what is impossible, what is too easy, what is generated."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnertui.domain.errors import DomainError
from partnertui.domain.passwords import check_password, generate_password, hash_password

KNOWN = ("Narrowboat Bakery Ltd", "ada.byron@narrowboat.example")


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "too short"),
        ("x" * 129, "too long"),
        ("tabs\tin it are odd", "control characters"),
        (" blanks around it ", "starts or ends with a space"),
        ("Password2026", "too easy to guess"),
        ("narrowboat1", "too easy to guess"),
        ("ada.byron1", "too easy to guess"),
        ("aaaaaaaaaaaaaaaaaaaa", "too easy to guess"),
    ],
)
def test_impossible_passwords(password: str, words: str) -> None:
    with pytest.raises(DomainError) as caught:
        check_password(password, KNOWN)
    assert words in str(caught.value)
    assert caught.value.field == "password"
    assert caught.value.advice
    assert password == "short" or password not in f"{caught.value} {caught.value.advice}"


@pytest.mark.parametrize(
    "password", ["nine plum trams sing", "Tz7!kq0wXm", "Größe-und-Mühle-73", "x9" * 4 + "word boat" * 12]
)
def test_good_passwords(password: str) -> None:
    check_password(password, KNOWN)


def test_generated_ones_are_good_and_differ() -> None:
    found = {generate_password() for _ in range(200)}
    assert len(found) == 200
    assert not set("".join(found)) & set("0O1lI")
    for password in list(found)[:20]:
        check_password(password, KNOWN)


def test_the_hash_is_argon2id() -> None:
    first, second = hash_password("nine plum trams sing"), hash_password("nine plum trams sing")
    assert first.startswith("$argon2id$v=19$")
    assert first != second


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=140))
def test_any_text_is_judged(password: str) -> None:
    """It raises nothing but DomainError: zxcvbn itself fails above 72 characters."""
    with suppress(DomainError):
        check_password(password, KNOWN)
