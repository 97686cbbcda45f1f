"""Names of files that others chose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.file_names import LONGEST, safe_file_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\cmd.exe", "cmd.exe"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("a\nb\x1b[31m.txt", "ab_31m.txt"),
        ("fdp.\u202eexe", "fdp.exe"),
        ("CON.txt", "_CON.txt"),
        ("", "attachment"),
        ("...", "attachment"),
        ("$(reboot).sh", "_(reboot).sh"),
        ("Übersicht März.pdf", "Übersicht März.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_names(name: str, safe: str) -> None:
    assert safe_file_name(name) == safe


@given(st.text(max_size=300))
def test_any_name_is_one_file(name: str) -> None:
    safe = safe_file_name(name)
    assert 0 < len(safe) <= LONGEST
    assert not set(safe) & set("/\\\0\n\r\x1b")
    assert safe[0] not in ".-"
