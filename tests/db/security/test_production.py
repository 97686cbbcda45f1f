"""Outside of development the program refuses a database user whom row security doesn't hold."""

from __future__ import annotations

from contextlib import closing

import pytest
from tests.db.security.conftest import Office

from partnertui.cli import main
from partnertui.db.database import Database, open_database
from partnertui.db.errors import LoginRefused

pytestmark = pytest.mark.postgresql


def test_the_owner_is_refused(office: Office) -> None:
    state = office.database.check()
    assert state.bypassed_by == "tests"
    with pytest.raises(LoginRefused, match="owns the tables or may bypass row security"):
        state.require(development=False)
    state.require(development=True)


@pytest.mark.parametrize("login", ["sec_support", "sec_pat"])
def test_an_operator_is_not(office: Office, login: str) -> None:
    with closing(open_database(office.urls[login])) as database:
        database.check().require(development=False)


def test_who_may_bypass_row_security_is_refused(office: Office) -> None:
    def allow(what: str) -> None:
        office.database.write(lambda connection: connection.exec_driver_sql(f"ALTER ROLE sec_qin {what}"))

    allow("BYPASSRLS")
    try:
        with closing(open_database(office.urls["sec_qin"])) as database, pytest.raises(LoginRefused):
            database.check().require(development=False)
    finally:
        allow("NOBYPASSRLS")


def test_a_service_says_so_and_ends(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNERTUI_DATABASE_URL", office.database.url)
    assert main(["wake"]) == 1
    assert "owns the tables or may bypass row security" in capsys.readouterr().err


def test_sqlite_has_no_such_user(sqlite_database: Database) -> None:
    sqlite_database.check().require(development=False)
