"""Every text can be read on its ground, in every theme."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.contrast import theme_problems

from partnertui.config.settings import THEMES
from partnertui.kit import theme
from partnertui.kit.theme import load_palette, theme_names


@pytest.mark.parametrize("name", theme_names())
def test_every_role_can_be_read(name: str) -> None:
    assert list(theme_problems(THEMES / f"{name}.toml")) == []
    palette = load_palette(name)
    assert palette.title
    palette.textual()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('good = { fg = "#69cf94" }', 'good = { fg = "#20402d" }', "good on text has a contrast of"),
        ('chip = { fg = "#0d1420", bg = "#6fb5fa" }', "", "lacks the roles chip"),
        ('title = "Dark"', 'title = ""', "has no title"),
        ('bad = { fg = "#ff8079" }', 'bad = { fg = "reddish" }', "can't be read"),
    ],
)
def test_a_theme_that_cannot_be_read_is_refused(
    old: str, new: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (THEMES / "dark.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "dark.toml").write_text(text.replace(old, new, 1), "utf-8")
    monkeypatch.setattr(theme, "THEMES", tmp_path)
    assert problem in next(theme_problems(tmp_path / "dark.toml"))


def test_the_sixteen_colours_are_the_terminals_own() -> None:
    palette = load_palette("ansi16")
    assert palette.ansi
    for look in palette.roles.values():
        assert all(str(look[part]).startswith("ansi_") for part in ("fg", "bg") if part in look)


def test_there_are_the_four_themes() -> None:
    assert set(theme_names()) >= {"dark", "light", "high-contrast", "ansi16"}
