"""Playing, pausing, seeking and stopping on miniaudio's null device, which takes samples as a real one does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import miniaudio
import pytest

from partnertui.audio.player import Player, no_device_words
from partnertui.domain.errors import DomainError
from partnertui.domain.sounds import PLAYED_HZ


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def player() -> Iterator[Player]:
    """Ten seconds."""
    found = Player(b"\1\0" * PLAYED_HZ * 10, [miniaudio.Backend.NULL])
    yield found
    found.close()


def test_it_waits_plays_and_pauses(player: Player) -> None:
    assert player.duration == 10
    assert (player.playing, player.position) == (False, 0)
    player.play()
    until(lambda: player.position > 0.2)
    player.pause()
    at = player.position
    player.play()
    until(lambda: player.position > at)


def test_it_seeks_stops_and_ends(player: Player) -> None:
    player.seek(9.7)
    assert player.position == pytest.approx(9.7)
    player.play()
    until(lambda: not player.playing)
    assert player.position == 10
    player.play()  # again, from the beginning
    assert player.position < 5
    player.seek(-3)
    player.stop()
    assert (player.playing, player.position) == (False, 0)
    player.seek(99)
    assert player.position == 10


def test_without_a_device_it_is_an_error_of_ours() -> None:
    with pytest.raises(DomainError):
        Player(b"\0\0", [])


def test_over_ssh_nothing_is_tried(tmp_path: Path) -> None:
    assert "SSH" in no_device_words({"SSH_CONNECTION": "192.0.2.1 5000 192.0.2.2 22"})
    assert no_device_words({"PULSE_SERVER": "unix:/x"}) == ""
    (tmp_path / "pipewire-0").touch()
    assert no_device_words({"XDG_RUNTIME_DIR": str(tmp_path)}) == ""
