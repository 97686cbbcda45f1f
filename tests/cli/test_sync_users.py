"""`partnertui sync` writes users to the switch, if the settings say so."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine
from tests.db.users.makers import company, make_switch_file, new_user, on_switch

from partnertui.cli import main
from partnertui.config import Folders, load_settings
from partnertui.db.database import open_database
from partnertui.db.kamailio.subscriber_database import Switch
from partnertui.db.kamailio.tables import create_tables
from partnertui.db.vault_data_keys import make_data_key
from partnertui.doctor.provisioning import check
from partnertui.vault.master_key import make_master_key


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose database has a user that waits for the switch, and the keys to read the password."""
    url = f"sqlite:///{tmp_path / 'data.db'}"
    (tmp_path / "settings.toml").write_text(
        f'[database]\nurl = "{url}"\n'
        f'[kamailio]\nurl = "sqlite:///{tmp_path / "kamailio.sqlite"}"\nsubscribers = "write"\n'
        f'[vault]\nfile = "{tmp_path / "master.key"}"\n'
    )
    assert main(["--dir", str(tmp_path), "migrate"]) == 0
    database = open_database(url)
    vault = make_data_key(database, make_master_key(tmp_path / "master.key"))
    company(database)
    monkeypatch.setattr("tests.db.users.makers.VAULT", vault)
    new_user(database, "Ada", "201")
    database.close()
    return tmp_path


def accounts(folder: Path) -> list[str]:
    database = open_database(f"sqlite:///{folder / 'data.db'}")
    switch = Switch(database, f"sqlite:///{folder / 'kamailio.sqlite'}")
    try:
        return list(on_switch(switch))
    finally:
        switch.close()
        database.close()


def test_a_switch_that_is_away_then_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--dir", str(folder), "sync"]) != 0
    assert (
        "0 SIP accounts written to the switch; 1 waiting: Kamailio's database: the database file can't be opened."
        in (capsys.readouterr().out)
    )
    url = make_switch_file(folder / "kamailio.sqlite")
    engine = create_engine(url)
    with engine.begin() as connection:
        create_tables(connection)
    engine.dispose()
    main(["--dir", str(folder), "sync"])
    assert "1 SIP account written to the switch\n" in capsys.readouterr().out
    assert accounts(folder) == ["1001-201@nb.test"]
    main(["--dir", str(folder), "sync"])
    assert "0 SIP accounts written to the switch\n" in capsys.readouterr().out


def test_off_says_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = folder / "settings.toml"
    settings.write_text(settings.read_text().replace('subscribers = "write"\n', ""))
    main(["--dir", str(folder), "sync"])
    assert "SIP account" not in capsys.readouterr().out


def test_the_doctor_says_what_is_waiting(folder: Path) -> None:
    settings = load_settings(Folders.inside(folder), {})
    (away,) = check(settings, Folders.inside(folder))
    assert (away.state, away.name) == ("fail", "users")
    make_switch_file(folder / "kamailio.sqlite")
    fits, waiting = check(settings, Folders.inside(folder))
    assert fits.text == "are written to the switch: subscriber 7, dbaliases 1"
    assert (waiting.state, waiting.text) == ("look", "1 waiting to be written: not tried yet")
