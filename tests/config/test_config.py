"""Settings come from file, environment and flags; a mistake is named with line and key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.config import ConfigError, Folders, find_folders, load_settings, without_password
from partnertui.config.load import all_settings
from partnertui.config.sample import sample_toml
from partnertui.config.toml_line_numbers import key_lines


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders.inside(tmp_path)


def wrong(folders: Folders, text: str) -> str:
    folders.settings_file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_settings(folders, {})
    return str(caught.value)


def test_without_anything_the_embedded_database_is_used(folders: Folders) -> None:
    settings = load_settings(folders, {})
    assert settings.database_url == f"sqlite:///{folders.data}/partnertui.db"
    assert settings.kamailio_url == settings.database_url
    assert settings.theme == "auto"
    assert settings.mouse is True


def test_flags_win_over_environment_over_file(folders: Folders) -> None:
    folders.settings_file.write_text(
        'theme = "light"\noperator = "ann"\nascii = true\n[database]\nurl = "postgresql://db/a"\n'
        '[sip_test]\ndeadline = 5\nallow = ["10.0.0.0/8"]\n[keys]\n"list.filter" = "ctrl+l"\nlist.sort = ["s", "S"]\n'
    )
    environment = {"PARTNERTUI_THEME": "dark", "PARTNERTUI_MOUSE": "no", "PARTNERTUI_DATABASE_URL": "sqlite:///b"}
    settings = load_settings(folders, environment, {("database", "url"): "sqlite:///c"})
    assert (settings.theme, settings.operator, settings.mouse, settings.ascii) == ("dark", "ann", False, True)
    assert settings.database_url == "sqlite:///c"
    assert settings.sip_test.deadline == 5.0
    assert [str(network) for network in settings.sip_test.allow] == ["10.0.0.0/8"]
    assert dict(settings.keys) == {"list.filter": ("ctrl+l",), "list.sort": ("s", "S")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\n\n\n\n\noperator = "a"\ntheem = 1', "line 7: “theem” isn't a setting; did you mean “theme”?"),
        ("[kamailio]\n\nurll = 1", "line 3: “kamailio.urll” isn't a setting; did you mean “kamailio.url”?"),
        ("[kamalio]\nurl = 1", "settings.toml line 1: “kamalio” isn't a setting; did you mean “kamailio”?"),
        ("mouse = 1", "settings.toml line 1: “mouse” can't be 1; expected true or false."),
        ('\ntheme = "pink"', 'settings.toml line 2: “theme” can\'t be "pink"; expected one of auto, ansi16, dark'),
        ("[sip_test]\ndeadline = 900", "line 2: “sip_test.deadline” can't be 900; expected a number from 0.5 to 64."),
        ('sip_test = { allow = ["10.0.0.0/99"] }', "line 1: “sip_test.allow” can't be"),
        ('timezone = "Europe/Londn"', "expected a time zone"),
        ('default_country = "England"', "expected a country code of two letters"),
        ("theme", "settings.toml line 1: this isn't valid TOML (expected"),
        ('a = 1\ntheme = "dark', "settings.toml line 2, at “theme”: this isn't valid TOML"),
        ('[keys]\n"list.filter" = 3', "line 2: “list.filter” needs a key or a list of keys"),
        ("keys = 3", "“keys” is a table"),
        ("database = 3", "“database” is a table; write [database]"),
        ('url = "sqlite:///x"', "“url” isn't a setting; did you mean “"),
    ],
)
def test_a_mistake_names_line_key_and_what_was_expected(folders: Folders, text: str, said: str) -> None:
    assert said in wrong(folders, text)


def test_a_wrong_url_is_refused_without_showing_its_password(folders: Folders) -> None:
    words = wrong(folders, '[database]\nurl = "mysql://ann:hunter2@db/x"')
    assert "line 2: “database.url” can't be this value; expected a URL that begins with sqlite://" in words
    assert "hunter2" not in words


def test_an_unknown_variable_of_the_environment_is_named(folders: Folders) -> None:
    with pytest.raises(ConfigError, match="PARTNERTUI_THEEM isn't a setting; did you mean “PARTNERTUI_THEME”"):
        load_settings(folders, {"PARTNERTUI_THEEM": "dark"})
    with pytest.raises(ConfigError, match='PARTNERTUI_MOUSE "maybe" isn\'t valid: expected true or false'):
        load_settings(folders, {"PARTNERTUI_MOUSE": "maybe"})


def test_a_file_that_is_not_text_is_said(folders: Folders) -> None:
    folders.settings_file.write_bytes(b"theme = \xff")
    with pytest.raises(ConfigError, match="n't UTF-8"):
        load_settings(folders, {})


def test_passwords_never_show(folders: Folders) -> None:
    url = "postgresql://ann:hunter2@db/x?sslpassword=abc"
    settings = load_settings(folders, {"PARTNERTUI_DATABASE_URL": url, "PARTNERTUI_KAMAILIO_URL": url})
    assert "hunter2" not in repr(settings)
    assert without_password(url) == "postgresql://ann:***@db/x?sslpassword=***"
    assert without_password("postgresql://ann:p@ss@db/x") == "postgresql://ann:***@db/x"
    assert without_password("sqlite:////home/x.db") == "sqlite:////home/x.db"


def test_folders(tmp_path: Path) -> None:
    one = find_folders(str(tmp_path / "d"), {})
    assert one.config == one.data == tmp_path / "d"
    assert one.state.is_relative_to(tmp_path / "d")
    assert one.cache.is_relative_to(tmp_path / "d")
    assert find_folders(None, {"PARTNERTUI_DIR": str(tmp_path)}).config == tmp_path
    assert find_folders(None, {}).config.name == "partnertui"
    one.make()
    assert one.state.stat().st_mode & 0o77 == 0
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="can't be created"):
        Folders.inside(tmp_path / "file" / "x").make()


def test_the_sample_has_every_setting_with_its_default(folders: Folders) -> None:
    text = sample_toml()
    plain = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE)
    folders.settings_file.write_text(plain)
    assert load_settings(folders, {}) == load_settings(Folders.inside(folders.data), {})
    for path in all_settings():
        assert path[-1] in plain
    folders.settings_file.write_text(text)
    load_settings(folders, {})


def test_text_in_triple_quotes_is_no_key() -> None:
    assert key_lines('a = """\nb = 1\n"""\nc = 2') == {("a",): 1, ("c",): 4}


@given(st.text())
def test_any_file_is_settings_or_a_config_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folders = Folders.inside(tmp_path_factory.getbasetemp())
    folders.settings_file.write_text(text, "utf-8", "replace")
    said = "settings.toml line "
    try:
        load_settings(folders, {})
    except ConfigError as error:
        said = str(error)
    assert said.startswith("settings.toml line ")
