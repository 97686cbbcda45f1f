"""Sounds on screen: added, edited, replaced, played; what is wrong is said at the field, and nothing typed is lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import miniaudio
import pytest
from sqlalchemy import func, insert, select
from syrupy.assertion import SnapshotAssertion
from tests.audio.made_sounds import PEAKY, SPEECH, TONE, ebur128, mp3, other_format, with_claim
from tests.screens.conftest import NOW
from tests.screens.driving import Agent, agent_at
from tests.screens.test_every_screen import ScreenText

from partnertui.audio import player
from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.models import History, Ivr, Sound, SoundCopy
from partnertui.domain.pbx_enums import SoundUse
from partnertui.screens.sounds.play_dialog import PlayDialog

SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["80x24", "140x40"])
SMALL = (80, 24)


def read(settings: Settings, statement: Any) -> list[Any]:
    database = open_database(settings.database_url)
    found = database.read(lambda connection: list(connection.execute(statement).mappings()))
    database.close()
    return found


def stored(settings: Settings, name: str) -> Any:
    return read(settings, select(Sound.__table__).where(Sound.name == name))[0]


def store(settings: Settings, content: bytes | None, name: str = "Test sound", **more: Any) -> int:
    """Puts a sound of customer 1 into the database."""
    waveform = bytes(40 + 200 * (at % 40 < 25) * (at % 7) // 7 for at in range(200))
    row = {"customer_id": 1, "name": name, "use": "ivr", "duration_ms": 4000, "size": 32_000, "created_at": NOW}
    values = (
        row | {"level": -1800, "content": content, "waveform": waveform, "adjusted": False, "true_peak": -600} | more
    )
    database = open_database(settings.database_url)
    key = database.write(
        lambda connection: connection.execute(insert(Sound).values(**values).returning(Sound.id)).scalar_one()
    )
    database.close()
    return int(key)


def text_of(agent: Agent) -> str:
    return " ".join(agent.screen.replace("│", " ").split())


async def begin(agent: Agent) -> None:
    """Opens the form, for the customer that comes first."""
    await agent.press("a")
    await agent.press("enter")


async def find(agent: Agent, name: str) -> None:
    await agent.press("slash")
    await agent.type(f'"{name}"')
    await agent.press("enter")


async def wait(agent: Agent, condition: Callable[[], bool]) -> None:
    """Lets the program run until a condition holds."""
    for _ in range(400):
        if condition():
            return
        await agent.pilot.pause(0.05)
    raise AssertionError(agent.screen)


@pytest.fixture(autouse=True)
def short_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are typed without a folder: each key takes its time."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host with an audio device: miniaudio's null device."""
    monkeypatch.setattr(player, "REAL", [miniaudio.Backend.NULL])
    monkeypatch.setattr(player, "no_device_words", lambda: "")


@pytest.fixture
def over_ssh(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session over SSH, by a user of a fixed name."""
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.9 2222")
    monkeypatch.setenv("LOGNAME", "ann")


@SIZES
async def test_looks_as_it_did(
    size: tuple[int, int], settings: Settings, folders: Folders, over_ssh: None, snapshot: SnapshotAssertion
) -> None:
    pictures = snapshot.use_extension(ScreenText)
    store(settings, mp3(TONE, 4), adjusted=True, original_level=-3120, original_content=mp3(TONE, 4))
    async with agent_at(settings, folders, "sounds", size) as agent:
        await begin(agent)
        await agent.type("~/Music/opening_hours.mp3")
        await agent.press("tab", "tab", "tab", "space")
        assert agent.screen == pictures(name="add")
        await agent.press("escape", "y", "C")  # the customer that was picked has become the scope
        await find(agent, "Test sound")
        await agent.press("e")
        assert agent.screen == pictures(name="edit")
        await agent.press("escape", "tilde")
        assert agent.screen == pictures(name="replace")
        await agent.press("escape", "p")
        assert agent.screen == pictures(name="over-ssh")
        await agent.press("ctrl+s")
        assert "MP3, as callers hear it" in agent.screen


async def test_added_with_its_level_adjusted(settings: Settings, folders: Folders, tmp_path: Path) -> None:
    path = tmp_path / "office_hours.mp3"
    path.write_bytes(mp3(PEAKY, 6, bit_rate="128k"))
    async with agent_at(settings, folders, "sounds", SMALL) as agent:
        await begin(agent)
        await agent.type(path.name)
        await agent.press("tab", "tab", "tab", "space", "ctrl+s")
        await wait(agent, lambda: "Level adjusted from" in agent.message)
        assert "Original LUFS" in agent.screen  # its record is open, with both levels
    row = stored(settings, "office hours")
    loudness, peak = ebur128(row["content"])
    assert abs(loudness - -23.0) <= 0.5
    assert peak <= -1.0
    assert row["original_content"] == path.read_bytes()
    assert (row["use"], row["adjusted"], row["level"]) == (SoundUse.IVR, True, round(loudness * 100, -1)) or abs(
        row["level"] - loudness * 100
    ) <= 15
    who = read(settings, select(History.operator_name).where(History.object_table == "sounds"))
    assert [row["operator_name"][:3] for row in who] == ["Ann"]


UNMEASURED = {"short": (mp3(TONE, 0.3), "too short to measure"), "silent": (mp3("0", 2), "silent")}


@pytest.mark.parametrize("kind", UNMEASURED)
async def test_too_short_or_silent_is_added_unchanged(
    kind: str, settings: Settings, folders: Folders, tmp_path: Path
) -> None:  # C6a
    content, words = UNMEASURED[kind]
    path = tmp_path / "beep.mp3"
    path.write_bytes(content)
    async with agent_at(settings, folders, "sounds", SMALL) as agent:
        await begin(agent)
        await agent.type(path.name)
        await agent.press("tab", "tab", "tab", "space", "ctrl+s")
        await wait(agent, lambda: agent.message != "")
        assert agent.message == f"Saved. Level unchanged: the sound is {words}."
        assert words in agent.screen
    row = stored(settings, "beep")
    assert (row["content"], row["level"], row["adjusted"]) == (content, None, False)


def bad_files(folder: Path) -> dict[str, str]:
    """Files that can't be added, and what is said."""
    contents = {
        "large.mp3": (bytes(2_100_000), "This file is 2.1 MB; the limit is 2 MB."),
        "wave.mp3": (other_format("-f", "wav"), "This is a WAV file, not an MP3"),
        "lies.mp3": (with_claim(mp3(), 0xFFFFFFFF), "it says over 100 hours, but the file holds 2.0 s"),
        "empty.mp3": (b"", "This file is empty."),
    }
    for name, (content, _) in contents.items():
        (folder / name).write_bytes(content)
    os.mkfifo(folder / "fifo")
    (folder / "folder").mkdir()
    found = {str(folder / name): words for name, (_, words) in contents.items()}
    found[str(folder / "fifo")] = "is a pipe, not a file"
    found[str(folder / "folder")] = "is a folder, not a file"
    found[str(folder / "gone.mp3")] = "There is no file"
    return found


async def test_bad_files_are_refused_at_the_field(settings: Settings, folders: Folders, tmp_path: Path) -> None:
    before = read(settings, select(func.count(Sound.id).label("n")))
    async with agent_at(settings, folders, "sounds", (140, 40)) as agent:
        await begin(agent)
        await agent.press("tab")
        await agent.type("My greeting")
        await agent.press("shift+tab")
        for path, words in bad_files(tmp_path).items():
            typed = Path(path).name
            await agent.press("ctrl+u")
            await agent.type(typed)
            await agent.press("ctrl+s")
            await wait(agent, lambda: "1 field needs correcting" in agent.screen)
            assert words in text_of(agent), typed
            assert typed in agent.screen
            assert "My greeting" in agent.screen
        assert agent.app.services.jobs.saving == []
    assert read(settings, select(func.count(Sound.id).label("n"))) == before


async def test_a_file_that_vanishes_and_one_without_permission(
    settings: Settings, folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.mp3"
    path.write_bytes(mp3(TONE, 1))
    async with agent_at(settings, folders, "sounds", (140, 40)) as agent:
        await begin(agent)
        await agent.type(path.name)
        path.unlink()
        await agent.press("ctrl+s")
        assert "There is no file" in text_of(agent)
        path.write_bytes(mp3(TONE, 1))

        def refuse(path: Path) -> Any:
            raise PermissionError(13, "Permission denied")

        with monkeypatch.context() as patched:  # root may read everything
            patched.setattr("partnertui.audio.sound_file_reader.open_regular", refuse)
            await agent.press("ctrl+s")
            assert "You don't have permission to read" in text_of(agent)
        await agent.press("ctrl+s")
        await wait(agent, lambda: "Its level is" in agent.message)
    assert stored(settings, "x")["content"] == mp3(TONE, 1)


async def test_edited_adjusted_and_restored(settings: Settings, folders: Folders) -> None:
    content = mp3(SPEECH, 4)
    store(settings, content)
    async with agent_at(settings, folders, "sounds", SMALL) as agent:
        await find(agent, "Test sound")
        await agent.press("e")
        await agent.press("tab", "tab", "space", "ctrl+s")
        await wait(agent, lambda: "Level adjusted from" in agent.message)
        row = stored(settings, "Test sound")
        assert abs(ebur128(row["content"])[0] + 23) <= 0.5
        assert row["original_content"] == content
        await agent.press("e")
        assert "originally" in agent.screen
        await agent.press("tab", "tab", "space", "ctrl+s")
        await wait(agent, lambda: "restored" in agent.message)
    row = stored(settings, "Test sound")
    assert (row["content"], row["original_content"], row["adjusted"]) == (content, None, False)


async def test_replaced(settings: Settings, folders: Folders, tmp_path: Path) -> None:
    key = store(settings, mp3(TONE, 4))
    path = tmp_path / "new.mp3"
    path.write_bytes(mp3(SPEECH, 6))
    async with agent_at(settings, folders, "sounds", SMALL) as agent:
        await find(agent, "Test sound")
        await agent.press("tilde")
        await agent.type(path.name)
        await agent.press("ctrl+s")
        await wait(agent, lambda: "Its level is" in agent.message)
    row = stored(settings, "Test sound")
    assert (row["id"], row["content"]) == (key, mp3(SPEECH, 6))
    assert row["version"] == 2


async def test_played_paused_sought_and_stopped(settings: Settings, folders: Folders, heard: None) -> None:
    store(settings, mp3(TONE, 20), duration_ms=20_000)
    async with agent_at(settings, folders, "sounds", SMALL) as agent:
        await find(agent, "Test sound")
        await agent.pilot.press("p")
        await wait(agent, lambda: isinstance(agent.app.screen, PlayDialog) and agent.app.screen.player is not None)
        dialog = agent.app.screen
        assert isinstance(dialog, PlayDialog)
        playing = dialog.player
        assert playing is not None
        await wait(agent, lambda: playing.position > 0.2)
        assert "Playing" in agent.screen
        await agent.pilot.press("space")
        at = playing.position
        await wait(agent, lambda: "Paused" in agent.screen)
        assert playing.position == at
        await agent.pilot.press("right", "right")
        assert playing.position == pytest.approx(at + 10)
        await agent.pilot.press("left")
        assert playing.position == pytest.approx(at + 5)
        region = dialog.body.region
        await agent.pilot.click(offset=(region.x + region.width * 3 // 4, region.y + 4))
        assert 13 < playing.position < 17
        await agent.pilot.press("comma")
        assert (playing.position, playing.playing) == (0, False)
        await wait(agent, lambda: "Stopped" in agent.screen)
        await agent.pilot.press("space")
        await wait(agent, lambda: playing.position > 0.2)
        await agent.pilot.press("escape")
        await wait(agent, lambda: not playing.playing)
        await wait(agent, lambda: not agent.app.services.jobs.working)


@SIZES
async def test_playing_looks_as_it_did(
    size: tuple[int, int], settings: Settings, folders: Folders, heard: None, snapshot: SnapshotAssertion
) -> None:
    store(settings, mp3(TONE, 20), duration_ms=20_000)
    async with agent_at(settings, folders, "sounds", size) as agent:
        await find(agent, "Test sound")
        await agent.pilot.press("p")
        await wait(agent, lambda: isinstance(agent.app.screen, PlayDialog) and agent.app.screen.player is not None)
        await agent.pilot.press("comma", "right", "right")  # stopped, so that the position is known
        await wait(agent, lambda: "0:10 of 0:20" in agent.screen)
        assert agent.screen == snapshot.use_extension(ScreenText)


async def test_over_ssh_it_is_saved_or_copied(
    settings: Settings, folders: Folders, over_ssh: None, tmp_path: Path
) -> None:
    content = mp3(TONE, 4)
    store(settings, content, name="Büro geöffnet?")
    async with agent_at(settings, folders, "sounds", SMALL) as agent:
        await find(agent, "geöffnet")
        await agent.press("p")
        assert "You're connected over SSH" in agent.screen
        await agent.press("y")
        await wait(agent, lambda: "sounds get --once" in text_of(agent))
        assert "ssh -p 2222 " in text_of(agent)
        assert "@192.0.2.9 'partnertui" in text_of(agent)
        assert read(settings, select(SoundCopy.id)) != []
        for _ in range(3):
            if not isinstance(agent.app.screen, PlayDialog):  # a terminal that takes no copies shows it
                await agent.press("escape")
        await agent.press("ctrl+s", "tab", "ctrl+u")
        await agent.type("saved")
        await agent.press("ctrl+s")
        await wait(agent, lambda: (tmp_path / "saved.mp3").exists())
    assert (tmp_path / "saved.mp3").read_bytes() == content


async def test_without_audio_that_is_said(settings: Settings, folders: Folders) -> None:
    store(settings, None)
    async with agent_at(settings, folders, "sounds", SMALL) as agent:
        await find(agent, "Test sound")
        await agent.press("p")
        assert "No audio is stored for this sound. Replace it with an MP3 file." in text_of(agent)


async def test_removal_says_where_it_is_used(settings: Settings, folders: Folders) -> None:
    key = store(settings, mp3(TONE, 1))
    database = open_database(settings.database_url)
    menu = {"customer_id": 1, "name": "Night menu", "extension": "799", "welcome_sound_id": key}
    database.write(lambda connection: connection.execute(insert(Ivr).values(**menu)))
    database.close()
    store(settings, mp3(TONE, 1), "Unused sound")
    async with agent_at(settings, folders, "sounds", SMALL) as agent:
        await find(agent, "Test sound")
        await agent.press("delete")
        assert "IVR Night menu, as welcome message" in agent.screen
        await agent.press("escape", "f4")
        await find(agent, "Unused sound")
        await agent.press("delete")
        assert "Remove the sound?" in agent.screen
        await agent.press("y")
        await wait(agent, lambda: "Removed Unused sound." in agent.message)
    assert len(read(settings, select(Sound.id).where(Sound.name.in_(["Test sound", "Unused sound"])))) == 1
