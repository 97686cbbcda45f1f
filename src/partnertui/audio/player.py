"""Plays samples on this host's audio device, with a position to read and to set."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock

import miniaudio

from partnertui.domain.errors import DomainError
from partnertui.domain.sounds import PLAYED_HZ

BYTES = 2
"""Of a sample: 16 bits, mono."""
BUFFER_MS = 100
REAL = tuple(one for one in miniaudio.Backend if one.name not in {"NULL", "CUSTOM", "JACK"})
"""Backends that can be heard; JACK writes to the terminal where it doesn't run."""


def no_device_words(environment: Mapping[str, str] = os.environ) -> str:
    """Why nothing can be heard here, as far as that is known without opening a device; "" if it may work."""
    if environment.get("SSH_CONNECTION"):
        return "You're connected over SSH, so sound would play on the server."
    if not sys.platform.startswith("linux") or environment.get("PULSE_SERVER"):
        return ""
    runtime = Path(environment.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    sockets = (runtime / "pulse" / "native", runtime / "pipewire-0")
    # asked first, because ALSA writes its complaints about a missing device to the terminal
    if any(Path("/dev/snd").glob("pcm*p")) or any(one.exists() for one in sockets):
        return ""
    return "This host has no audio device."


class Player:
    """Samples on an opened device, paused at first. The device runs until it is closed, so nothing else here waits."""

    def __init__(self, samples: bytes, backends: Sequence[miniaudio.Backend] = REAL) -> None:
        """Opens and starts the device, which takes a moment: do it in a job. Raises DomainError if there is none."""
        self._samples, self._at, self._playing = samples, 0, False
        self._lock = Lock()
        _silence_alsa()
        enabled = miniaudio.get_enabled_backends()
        frames = self._frames()
        # The device sends into the generator, which has to be at its first yield by then.
        next(frames)
        try:
            self._device = miniaudio.PlaybackDevice(
                miniaudio.SampleFormat.SIGNED16,
                1,
                PLAYED_HZ,
                BUFFER_MS,
                backends=[backend for backend in backends if backend in enabled],
                app_name="partnertui",
            )
            self._device.start(frames)
        except miniaudio.MiniaudioError as error:
            raise DomainError("This host's audio device can't be opened.") from error

    @property
    def duration(self) -> float:
        """Seconds in all."""
        return len(self._samples) / BYTES / PLAYED_HZ

    @property
    def position(self) -> float:
        """Seconds from the beginning."""
        with self._lock:
            return self._at / BYTES / PLAYED_HZ

    @property
    def playing(self) -> bool:
        """False while it is paused, and once everything was played."""
        with self._lock:
            return self._playing

    def play(self) -> None:
        """Goes on from the position; from the beginning where everything was played."""
        with self._lock:
            self._at = 0 if self._at >= len(self._samples) else self._at
            self._playing = True

    def pause(self) -> None:
        """Stays where it is."""
        with self._lock:
            self._playing = False

    def stop(self) -> None:
        """Goes back to the beginning and stays there."""
        with self._lock:
            self._at, self._playing = 0, False

    def seek(self, seconds: float) -> None:
        """Goes to a position; before the beginning is the beginning, behind the end is the end."""
        with self._lock:
            self._at = max(0, min(len(self._samples), int(seconds * PLAYED_HZ) * BYTES))

    def close(self) -> None:
        """Ends playing and gives the device back, which takes a moment, too."""
        with self._lock:
            self._playing = False
            device, self._device = self._device, None
        if device is not None:
            device.close()

    def _frames(self) -> Generator[bytes, int, None]:
        """What the device asks for, from its own thread: silence while nothing is played."""
        wanted = yield b""
        while True:
            with self._lock:
                part = self._samples[self._at : self._at + wanted * BYTES] if self._playing else b""
                self._at += len(part)
                self._playing = self._playing and self._at < len(self._samples)
            wanted = yield part.ljust(wanted * BYTES, b"\0")


@cache
def _silence_alsa() -> object:
    """Keeps ALSA from writing what it thinks of a device to the terminal; the answer must not be collected."""
    handler = ctypes.CFUNCTYPE(None, *(ctypes.c_char_p, ctypes.c_int) * 2, ctypes.c_char_p)(lambda *words: None)
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(handler)
    return handler
