"""The doctor finds what is wrong and says for each what to do."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url

from partnertui.captures import tshark
from partnertui.config import ConfigError, Folders, Settings, load_settings
from partnertui.db.database import Database
from partnertui.db.kamailio import TableVersion
from partnertui.doctor import database, files, key_map, terminal, tshark_and_sockets
from partnertui.doctor.check_result import Finding
from partnertui.doctor.checks import as_json, as_lines, examine
from partnertui.kit.terminal.clipboard import Tmux

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    folders = Folders.inside(tmp_path)
    folders.make()
    return folders


def state(findings: list[Finding], name: str) -> str:
    return next(finding.state for finding in findings if finding.name == name)


def test_an_empty_database_is_told_to_be_migrated(folders: Folders) -> None:
    found = examine(load_settings(folders, {}), folders)
    assert state(found, "database") == "ok"
    assert state(found, "schema") == "fail"
    lines = as_lines(found).splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("fail  schema"))
    assert "partnertui migrate" in lines[place + 1]
    assert {finding["name"] for finding in json.loads(as_json(found))} >= {"settings", "tshark", "terminal", "keys"}


def test_every_finding_that_is_not_ok_says_what_to_do(folders: Folders) -> None:
    for finding in examine(load_settings(folders, {}), folders):
        assert finding.state == "ok" or finding.advice, finding


def test_after_migrating_the_schema_is_well(folders: Folders) -> None:
    from partnertui.db.database import open_database
    from partnertui.db.migrate import upgrade

    fresh = open_database(folders.database_url)
    upgrade(fresh)
    fresh.close()
    assert state(examine(load_settings(folders, {}), folders), "schema") == "ok"


def test_tables_of_kamailio() -> None:
    tables = (TableVersion("location", 9, 9), TableVersion("dialog", None, 7), TableVersion("acc", 4, 5))
    found = list(database.versions(tables))
    assert [(finding.state, finding.text.split()[0]) for finding in found] == [
        ("ok", "location"),
        ("look", "dialog"),
        ("fail", "acc"),
    ]


def test_a_switch_that_is_not_set_is_worth_a_look_and_one_that_is_away_fails(folders: Folders) -> None:
    assert state(examine(load_settings(folders, {}), folders), "kamailio") == "look"
    away = {"PARTNERTUI_KAMAILIO_URL": "postgresql://127.0.0.1:1/kamailio"}
    assert state(examine(load_settings(folders, away), folders), "kamailio") == "fail"


def test_a_database_that_is_away_fails_without_its_password(folders: Folders) -> None:
    url = "postgresql://ann:hunter2@127.0.0.1:1/x"
    found = examine(load_settings(folders, {"PARTNERTUI_DATABASE_URL": url}), folders)
    assert state(found, "database") == "fail"
    assert "hunter2" not in as_lines(found) + as_json(found)
    assert "ann:***@127.0.0.1" in as_lines(found)


def test_broken_settings_are_a_finding_and_the_rest_is_checked(folders: Folders) -> None:
    folders.settings_file.write_text("theem = 1")
    with pytest.raises(ConfigError) as caught:
        load_settings(folders, {})
    found = examine(load_settings(Folders.inside(folders.state), {}), folders, caught.value)
    assert found[0].state == "fail"
    assert "“theem” isn't a setting" in found[0].text
    assert state(found, "database") == "ok"


def test_a_settings_file_that_others_can_read(folders: Folders) -> None:
    folders.settings_file.write_text("")
    folders.settings_file.chmod(0o644)
    (first, *_) = files.check(Settings(), folders)
    assert (first.state, "chmod 600" in first.advice) == ("look", True)


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    assert files.writable("data", tmp_path / "gone").state == "fail"


def test_own_keys_with_an_unknown_action_or_a_conflict_are_reported(folders: Folders) -> None:
    settings = replace(Settings(), keys={"list.serch": ("x",), "app.help": ("slash",)})
    found = list(key_map.check(settings, folders))
    assert any(f.state == "fail" and "Did you mean “list.search”?" in f.advice for f in found)
    assert any(f.state == "look" and "“slash” runs list.search, so it never reaches app.help" in f.text for f in found)
    assert [f.state for f in key_map.check(Settings(), folders)] == ["ok"]


def test_without_tshark_captures_cannot_be_read(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tshark, "SYSTEM_PATH", "/nowhere")
    (found,) = tshark_and_sockets.check_tshark(Settings(), folders)
    assert found.state == "look"
    assert "apt-get install tshark" in found.advice


def test_rights_for_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tshark_and_sockets, "may_open", lambda kind: False)
    found = tshark_and_sockets.path_rights()
    assert found.state == "look"
    assert "MTR uses UDP" in found.text
    assert str(os.getgid()) in found.text
    monkeypatch.setattr(tshark_and_sockets, "may_open", lambda kind: kind == 2)
    assert tshark_and_sockets.path_rights().state == "ok"


XTERM = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (terminal.kind({}), "fail"),
        (terminal.kind({"TERM": "dumb"}), "fail"),
        (terminal.colours(XTERM), "ok"),
        (terminal.colours({"TERM": "xterm"}), "look"),
        (terminal.colours({"TERM": "xterm", "COLORTERM": "truecolor"}), "ok"),
        (terminal.size(60, 14), "fail"),
        (terminal.size(59, 40), "fail"),
        (terminal.size(60, 15), "ok"),
        (terminal.encoding("utf-8", False), "ok"),
        (terminal.encoding("iso8859-1", False), "look"),
        (terminal.clipboard(XTERM, None), "ok"),
        (terminal.clipboard({"TERM": "linux"}, None), "look"),
        (terminal.clipboard({**XTERM, "XTERM_VERSION": "XTerm(379)"}, None), "look"),
        (terminal.clipboard({**XTERM, "TMUX": "x"}, None), "look"),
        (terminal.clipboard({**XTERM, "TMUX": "x"}, Tmux("off", "off")), "look"),
        (terminal.clipboard({**XTERM, "TMUX": "x"}, Tmux("external", "off")), "ok"),
        (terminal.clipboard({"TERM": "screen", "STY": "1"}, None), "ok"),
    ],
)
def test_terminals(found: Finding, wanted: str) -> None:
    assert found.state == wanted


@pytest.mark.postgresql
@pytest.mark.owner
def test_rights_that_came_back_are_told_and_taken(postgres_database: Database) -> None:
    """As after CREATE DATABASE … TEMPLATE."""

    def run(statement: str) -> None:
        postgres_database.write(lambda connection: connection.exec_driver_sql(statement))

    name = make_url(postgres_database.url).database
    run(f"GRANT TEMPORARY ON DATABASE {name} TO PUBLIC")
    run("GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC")
    [found] = database.rights_of_everybody(postgres_database)
    assert (found.state, found.text) == ("look", "partners can use large objects, temporary tables")
    for statement in (ROOT / "deploy/rights.sql").read_text().split(";\n\n"):
        run(statement.replace("%", "%%"))
    [found] = database.rights_of_everybody(postgres_database)
    assert found.state == "ok"
