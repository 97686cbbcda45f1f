"""The guide: every screen has its chapter and its picture, and nothing in it comes from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from partnertui import screens
from partnertui.domain.errors import DomainError
from partnertui.guide import chapters
from partnertui.guide.write_guide import make, stale, write


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return make()


def test_every_screen_has_a_chapter_and_a_picture(files: dict[str, str]) -> None:
    for name, listed in screens.find().screens.items():
        assert f"### {listed.entry.title}\n" in files["screens.md"]
        assert f"({name}.svg)" in files["screens.md"]
        assert listed.entry.title.replace(" ", "&#160;") in files[f"{name}.svg"]


def test_every_picture_that_is_shown_is_there(files: dict[str, str]) -> None:
    shown = set(re.findall(r"\(([a-z-]+\.svg)\)", files["screens.md"] + files["README.md"]))
    assert shown == {name for name in files if name.endswith(".svg")}


def test_pictures_load_nothing_from_elsewhere(files: dict[str, str]) -> None:
    for name, text in files.items():
        assert "@font-face" not in text, name
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text), name
        assert set(re.findall(r"https?://([^/\s\"'<]+)", text)) <= {"www.w3.org", "www.textualize.io"}, name


def test_keys_are_filled_in(files: dict[str, str]) -> None:
    assert "`Ctrl+F` finds anything" in files["README.md"]
    assert not re.search(r"\{\w", files["README.md"])


def test_an_unknown_action_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    words = tmp_path / "start.md"
    words.write_text("press {list.fly}")
    monkeypatch.setattr(chapters, "START", words)
    with pytest.raises(DomainError, match=r"list\.fly"):
        chapters.start(screens.find())


def test_what_is_stale_is_named_and_written_again(tmp_path: Path) -> None:
    files = {"README.md": "new", "a.svg": "a"}
    (tmp_path / "README.md").write_text("old")
    (tmp_path / "gone.svg").write_text("x")
    assert stale(tmp_path, files) == ["README.md", "a.svg", "gone.svg"]
    write(tmp_path, files)
    assert stale(tmp_path, files) == []
    assert {path.name for path in tmp_path.iterdir()} == set(files)
