"""Commands of operators and services with their own logins: what their role may do is done, else it says who may."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.db.security.conftest import Office
from tests.row_security import make_login

from partnertui.cli import main

pytestmark = pytest.mark.postgresql


@pytest.fixture
def as_login(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., int]:
    """Runs a command with a login; returns its exit code."""
    urls = {**office.urls, "sec_service": make_login(office.database.url, "sec_service", "service")}

    def run(login: str, *words: str) -> int:
        monkeypatch.setenv("PARTNERTUI_DATABASE_URL", urls[login])
        return main(["--dir", str(tmp_path), *words])

    return run


@pytest.mark.parametrize("words", [("maintain", "--dry-run"), ("maintain",), ("rate",), ("metrics",)], ids=" ".join)
def test_services_do_their_work(
    as_login: Callable[..., int], words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert as_login("sec_service", *words) == 0, capsys.readouterr().err


@pytest.mark.parametrize("login", ["sec_admin", "sec_support", "sec_pat"])
@pytest.mark.parametrize("action", ["export", "erase"])
def test_only_the_owner_reaches_all_of_a_customer(
    as_login: Callable[..., int], login: str, action: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert as_login(login, "privacy", action, "1") == 1
    assert "Only the owner of the tables" in capsys.readouterr().err


def test_an_admin_verifies_history(as_login: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert as_login("sec_admin", "audit", "verify") in (0, 1)
    assert "compared" in capsys.readouterr().out


def test_the_owner_exports_and_plans(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PARTNERTUI_DATABASE_URL", office.database.url)
    words = ("--dir", str(tmp_path), "--operator", "sec_admin", "privacy")
    assert main([*words, "export", "1", "-o", str(tmp_path / "one.zip")]) == 1  # its chat opens with no key here
    assert (tmp_path / "one.zip").stat().st_size > 0
    assert main([*words, "erase", "1"]) == 1  # refused: it isn't cancelled
