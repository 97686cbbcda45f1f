"""The command line: exit codes, sentences instead of tracebacks, one folder for all with --dir."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from partnertui.cli import main
from partnertui.commands import COMMANDS, load_command

FORBIDDEN = {
    "sqlalchemy",
    "alembic",
    "psycopg",
    "pyshark",
    "cryptography",
    "icmplib",
    "phonenumbers",
    "babel",
    "stdnum",
    "tomlkit",
    "lxml",
}
Captured = pytest.CaptureFixture[str]


def test_every_command_has_a_module_and_help(capsys: Captured) -> None:
    for name in COMMANDS:
        assert callable(load_command(name).run)
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0
        assert "--dir D" in capsys.readouterr().out


def test_version(tmp_path: Path, capsys: Captured) -> None:
    assert main(["--dir", str(tmp_path), "--version"]) == 0
    assert capsys.readouterr().out.startswith("partnertui 0.")


@pytest.mark.parametrize("words", [["frobnicate"], ["--frobnicate"], ["shot"], ["demo", "--customers", "many"]])
def test_wrong_use_is_2(words: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: partnertui" in capsys.readouterr().err


def test_a_mistake_in_the_settings_is_2_and_named(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "settings.toml").write_text("\ntheem = 1\n")
    assert main(["--dir", str(tmp_path), "screens"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("partnertui: settings.toml line 2: “theem” isn't a setting; did you mean “theme”?\n")
    assert str(tmp_path / "settings.toml") in error
    assert main(["--dir", str(tmp_path), "--theme", "pink", "screens"]) == 2
    (tmp_path / "settings.toml").unlink()
    assert main(["--dir", str(tmp_path), "--theme", "pink", "screens"]) == 2
    assert '--theme "pink" isn\'t valid: expected one of auto, ansi16' in capsys.readouterr().err


def test_without_a_terminal_it_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "partnertui", "--dir", str(tmp_path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("partnertui: partnertui needs a terminal")
    assert "partnertui shot SCREEN" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_screen_is_1_with_a_list(tmp_path: Path, capsys: Captured) -> None:
    assert main(["--dir", str(tmp_path), "shot", "nosuch"]) == 1
    assert "There is no screen “nosuch”.\nAvailable screens: customers" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "file").write_text("")
    assert main(["--dir", str(tmp_path / "file" / "x"), "screens"]) == 2
    assert "can't be created" in capsys.readouterr().err


def test_what_nobody_expected_is_a_sentence_and_a_log_line(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    from partnertui.commands import screens

    def broken(*args: object) -> int:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(screens, "run", broken)
    assert main(["--dir", str(tmp_path), "screens"]) == 1
    error = capsys.readouterr().err
    assert "something went wrong (RuntimeError)" in error
    assert "Traceback" not in error
    line = json.loads((tmp_path / "state" / "partnertui.log").read_text().splitlines()[-1])
    assert line["error"] == "RuntimeError"
    assert "hunter2" not in json.dumps(line)


def test_developers_see_the_traceback(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    from partnertui.commands import screens

    def broken(*args: object) -> int:
        raise RuntimeError("password=hunter2 \x1b[2J")

    monkeypatch.setattr(screens, "run", broken)
    assert main(["--dir", str(tmp_path), "screens", "--check"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("Traceback (most recent call last):\n")
    assert "RuntimeError" in error
    assert "hunter2" not in error
    assert "\x1b" not in error


def test_screens_as_json(tmp_path: Path, capsys: Captured) -> None:
    assert main(["screens", "--json", "--dir", str(tmp_path)]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"id", "title", "group", "key", "about", "roles"} <= set(rows[0])
    assert "customers" in [row["id"] for row in rows]


def test_keys_are_written_and_checked(tmp_path: Path, capsys: Captured) -> None:
    page = tmp_path / "keys.md"
    assert main(["--dir", str(tmp_path), "keymap", "-o", str(page)]) == 0
    assert main(["--dir", str(tmp_path), "keymap", "--check", str(page)]) == 0
    page.write_text(page.read_text() + "x")
    assert main(["--dir", str(tmp_path), "keymap", "--check", str(page)]) == 1
    assert "isn't up to date. Run: partnertui keymap -o" in capsys.readouterr().err


def test_settings_are_written_once_and_for_their_owner(tmp_path: Path, capsys: Captured) -> None:
    assert main(["--dir", str(tmp_path), "settings"]) == 0
    assert '# theme = "auto"' in capsys.readouterr().out
    assert main(["--dir", str(tmp_path), "settings", "--write"]) == 0
    assert (tmp_path / "settings.toml").stat().st_mode & 0o777 == 0o600
    assert main(["--dir", str(tmp_path), "settings", "--write"]) == 1
    assert "already exists" in capsys.readouterr().err


def test_migrate_makes_the_tables_in_the_chosen_folder(tmp_path: Path, capsys: Captured) -> None:
    assert main(["--dir", str(tmp_path), "migrate"]) == 0
    assert (tmp_path / "partnertui.db").exists()
    assert "up to date" in capsys.readouterr().out
    assert main(["--dir", str(tmp_path), "migrate"]) == 0


def test_demo_builds_once_and_then_opens_what_is_there(tmp_path: Path, capsys: Captured) -> None:
    small = ["--customers", "5", "--cdrs", "50", "--no-open"]
    assert main(["--dir", str(tmp_path), "demo", *small]) == 0
    assert f"partnertui --dir {tmp_path}" in capsys.readouterr().out
    assert main(["--dir", str(tmp_path), "demo", "--no-open"]) == 0
    assert "already has data" in capsys.readouterr().err
    assert main(["--dir", str(tmp_path), "demo", *small]) == 1
    assert "already has customers" in capsys.readouterr().err
    assert main(["--dir", str(tmp_path / "b"), "demo", "--customers", "0", "--no-open"]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_variables_that_steer_textual_are_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_DRIVER", "os:system")
    assert main(["--dir", str(tmp_path), "screens"]) == 0
    assert "TEXTUAL_DRIVER" not in os.environ
    monkeypatch.setenv("TEXTUAL_SHOW_RETURN", "1")
    (tmp_path / "settings.toml").write_text("development = true\n")
    assert main(["--dir", str(tmp_path), "screens"]) == 0
    assert "TEXTUAL_SHOW_RETURN" in os.environ


def test_the_environment_alone_does_not_open_development(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PARTNERTUI_DEVELOPMENT", "yes")
    assert main(["--dir", str(tmp_path), "screens"]) != 0
    assert "can only be set in the settings file" in capsys.readouterr().err


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    code = "import sys, partnertui.cli, partnertui.commands.open_app, partnertui.app; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {name.split(".")[0] for name in done.stdout.split()} & FORBIDDEN


def test_the_command_line_alone_imports_no_textual() -> None:
    code = "import sys, partnertui.cli; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"textual", "rich", "argparse", "platformdirs"} & {name.split(".")[0] for name in done.stdout.split()}


def test_a_locale_without_utf8_gives_a_sentence_and_no_error(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "partnertui", "--dir", str(tmp_path), "shot", "nosuch"],
        env=env,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b'There is no screen "nosuch".' in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "partnertui", "--dir", str(tmp_path), "screens"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr == "partnertui: the output can't be written: the disk is full.\n"
