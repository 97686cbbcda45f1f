"""Where the master key comes from, and what is refused."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from partnertui.vault.errors import VaultError
from partnertui.vault.master_key import VARIABLE, find_master_key, make_master_key

KEY = "ab" * 32


def test_the_sources_are_asked_in_order(tmp_path: Path) -> None:
    file, environment = tmp_path / "master.key", {VARIABLE: "cd" * 32}
    assert find_master_key((), file, {}) is None
    assert find_master_key((), file, environment).key == bytes.fromhex("cd" * 32)  # type: ignore[union-attr]
    made = make_master_key(file)
    found = find_master_key((), file, environment)
    assert found is not None
    assert (found.key, found.source) == (made.key, str(file))
    command = (sys.executable, "-c", f"print('{KEY}')")
    assert find_master_key(command, file, environment).key.hex() == KEY  # type: ignore[union-attr]


def test_a_new_file_is_for_its_owner_alone_and_is_not_replaced(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        first = make_master_key(tmp_path / "deep" / "master.key")
    finally:
        os.umask(before)
    assert (tmp_path / "deep" / "master.key").stat().st_mode & 0o777 == 0o600
    assert make_master_key(tmp_path / "deep" / "master.key").key == first.key


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "master.key"
    file.write_text(KEY)
    file.chmod(mode)
    with pytest.raises(VaultError, match="can be read by others") as caught:
        find_master_key((), file, {})
    assert "chmod 600" in caught.value.advice


@pytest.mark.parametrize("text", ["", "short", KEY[:-1] + "g", KEY + "00"])
def test_what_is_no_key_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(VaultError, match="64 hexadecimal digits") as caught:
        find_master_key((), Path("/nonexistent"), {VARIABLE: text})
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("program", ["import sys; sys.exit(3)", "raise SystemExit('secret')"])
def test_a_command_that_fails_is_told_without_its_output(program: str) -> None:
    with pytest.raises(VaultError, match="command for the master key failed") as caught:
        find_master_key((sys.executable, "-c", program), Path("/nonexistent"), {})
    assert "secret" not in str(caught.value) + caught.value.advice
