"""E-mail addresses: usual ones are taken as they are, others refused with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.email_addresses import read_email
from partnertui.domain.errors import DomainError


@pytest.mark.parametrize(
    "typed", ["ann@example.org", " ann@EXAMPLE.org ", "anna.größe@example.org", "a+b@mail.example.co.uk"]
)
def test_usual_addresses(typed: str) -> None:
    assert read_email(typed) == typed.strip().replace("EXAMPLE", "example")


@pytest.mark.parametrize(
    "typed", ["x@y", "ann", "@example.org", "ann@", "a b@example.org", "ann@exa mple.org", "<ann@example.org>"]
)
def test_what_cannot_be_is_said(typed: str) -> None:
    with pytest.raises(DomainError, match="isn't an e-mail address"):
        read_email(typed)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(typed: str) -> None:
    try:
        assert "@" in read_email(typed)
    except DomainError as error:
        told = str(error)
        assert told
