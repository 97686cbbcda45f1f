"""A terminal without UTF-8 gets the nearest sign in as many cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from partnertui.domain.symbols import UNICODE
from partnertui.kit.terminal.ascii_fallback import HANDLER
from partnertui.kit.terminal.safe_text import one_line


@pytest.mark.parametrize(
    ("text", "ascii"),
    [("╭─ “Zoë” ─╮", '+- "Zoe" -+'), ("株式", "????"), ("e\u0301…", "e~"), ("Ελλάς", "?????"), ("●▾", "*v")],
)
def test_nearest_signs(text: str, ascii: str) -> None:
    assert text.encode("ascii", HANDLER).decode() == ascii


def test_what_the_encoding_has_stays() -> None:
    assert "Zoë …".encode("iso8859-1", HANDLER) == b"Zo\xeb ~"


def test_every_sign_of_the_interface_has_one() -> None:
    shown = "".join(vars(UNICODE).values())
    assert "?" not in shown.encode("ascii", HANDLER).decode()


@given(st.text(alphabet=st.characters(max_codepoint=0xFFFF)))
def test_columns_stay_in_line(text: str) -> None:
    clean = one_line(text)
    assert all(
        len(char.encode("ascii", HANDLER)) == cell_len(char) for char in clean if cell_len(char) and ord(char) < 0x3000
    )
