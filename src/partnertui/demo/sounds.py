"""Demo sounds of customers with loudness and waveform."""

from __future__ import annotations

from math import cos, pi, sin

from partnertui.db.models import Sound
from partnertui.demo.collected_rows import Row
from partnertui.demo.pbx_names import PbxNames
from partnertui.demo.shared_state import Company, World
from partnertui.demo.sound_audio import audio

STEPS = 200
WITH_AUDIO, LONGEST_AUDIO = 12, 20_000
"""The customers, by ID, whose sounds can be played, and how many milliseconds: making them takes time."""
_QUIET, _LOUD = -3100, -900
"""Hundredths of LUFS of the sounds that are wrong on purpose."""


def make_sounds(world: World, company: Company, names: PbxNames) -> Row:
    """Greetings, music on hold and now and then a word for those who queue; returns the greeting of the main menu."""
    greetings = world.random.sample(names.welcome.split("|"), world.pick((1, 1, 2)))
    made = [_sound(world, company, name, "ivr", world.random.randrange(4_000, 19_000)) for name in greetings]
    if world.chance(65):
        _sound(
            world, company, world.pick(names.hold.split("|")), "music on hold", world.random.randrange(60, 240) * 1000
        )
    if world.chance(25):
        _sound(world, company, world.pick(names.queue.split("|")), "queue", world.random.randrange(2_000, 7_000))
    return made[0]


def _sound(world: World, company: Company, name: str, use: str, length: int) -> Row:
    """16 kHz or 8 kHz of 16 bits after a WAV header, or an MP3; some were never brought to the right level."""
    adjusted = world.chance(80)
    level = -world.random.randrange(1_850, 2_150) if adjusted else world.pick((_QUIET, _LOUD, -1_400, -2_600))
    peak = 235 if adjusted else max(40, min(255, 235 + (level + 2_000) // 8))
    size = 44 + length * world.pick((16, 16, 32))
    created_at = max(company.row["created_at"], world.ago(700))
    curve = music(world, peak) if use == "music on hold" else speech(world, length, peak)
    can_be_heard = company.row["id"] <= WITH_AUDIO and length <= LONGEST_AUDIO
    content = audio(length, curve, level) if can_be_heard else None
    return world.rows.add(
        Sound,
        **company.owner,
        name=name,
        use=use,
        duration_ms=length,
        size=len(content) if content is not None else size,
        level=level,
        adjusted=adjusted,
        created_at=created_at,
        waveform=curve,
        content=content,
    )


def speech(world: World, length: int, peak: int) -> bytes:
    """Words of a third of a second, short gaps between them, a longer pause after a sentence."""
    random, found = world.random, bytearray([2, 3])
    a_second = max(STEPS * 1000 / length, 1.0)
    left = random.randrange(3, 9)
    while len(found) < STEPS:
        size = max(2, round(a_second * random.uniform(0.2, 0.6)))
        loud = peak * random.uniform(0.55, 1.0)
        for at in range(size):
            syllables = 0.75 + 0.25 * cos(2 * pi * at / max(a_second * 0.2, 2))
            found.append(max(3, min(255, int(loud * sin(pi * (at + 0.7) / (size + 0.4)) ** 0.5 * syllables))))
        left -= 1
        gap = a_second * (0.06 if left else random.uniform(0.4, 0.9))
        found += bytes(random.randrange(2, 6) for _ in range(max(1, round(gap))))
        left = left or random.randrange(3, 9)
    return bytes(found[: STEPS - 2]) + b"\x03\x02"


def music(world: World, peak: int) -> bytes:
    """Bars of three or four beats that swell and fade, in at the start and out at the end."""
    random, beats = world.random, world.pick((3, 4))
    phrase = world.pick((24, 36, 48))
    found = bytearray()
    for step in range(STEPS):
        swell = 0.68 + 0.2 * sin(2 * pi * step / phrase) + (0.14 if step % beats == 0 else 0)
        ends = min(1.0, (step + 1) / 8, (STEPS - step) / 14)
        found.append(max(2, min(255, int(peak * ends * (swell - random.random() * 0.1)))))
    return bytes(found)
