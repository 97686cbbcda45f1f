"""The master key in a keyring: the named backend alone is asked, whatever the environment says."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from partnertui.vault import keyring_source
from partnertui.vault.errors import VaultError
from partnertui.vault.master_key import VARIABLE, find_master_key, make_keyring_master_key


class Drawer(KeyringBackend):
    """A backend whose secrets live as long as the test."""

    priority = 1
    secrets: dict[tuple[str, str], str] = {}
    locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked")
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.secrets[service, username]


@pytest.fixture(autouse=True)
def drawer(monkeypatch: pytest.MonkeyPatch) -> type[Drawer]:
    module = ModuleType("drawer_backend")
    vars(module)["Drawer"] = Drawer
    monkeypatch.setitem(sys.modules, "drawer_backend", module)
    monkeypatch.setitem(keyring_source.BACKENDS, "secret-service", ("drawer_backend", "Drawer"))
    monkeypatch.setattr(Drawer, "secrets", {})
    return Drawer


def test_a_key_is_made_and_found(tmp_path: Path) -> None:
    made = make_keyring_master_key("secret-service")
    found = find_master_key((), tmp_path / "master.key", {VARIABLE: "ab" * 32}, "secret-service")
    assert found is not None
    assert (found.key, found.source) == (made.key, "keyring secret-service")
    assert made.key.hex() not in repr(found)


def test_an_empty_keyring_has_no_key(tmp_path: Path) -> None:
    """Neither is another source asked instead: a key from elsewhere would be a surprise."""
    assert find_master_key((), tmp_path / "master.key", {VARIABLE: "ab" * 32}, "secret-service") is None


def test_a_locked_keyring_is_said(drawer: type[Drawer], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(drawer, "locked", True)
    with pytest.raises(VaultError, match="secret-service can't be reached"):
        find_master_key((), tmp_path / "master.key", {}, "secret-service")


def test_the_environment_names_no_backend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """keyring's own get_keyring() would import this module, whatever it does."""
    (tmp_path / "evil_backend.py").write_text("raise SystemExit('code from outside ran')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "evil_backend.Keyring")
    make_keyring_master_key("secret-service")
    assert find_master_key((), tmp_path / "master.key", {}, "secret-service") is not None
    assert "evil_backend" not in sys.modules
