"""MP3 audio of demo sounds: two tones with the loudness and waveform of the row."""

from __future__ import annotations

from array import array
from math import pi, sin

import lameenc
import pyebur128

RATE, BIT_RATE = 8_000, 16
LOW, HIGH = 220.0, 523.25
"""Hz."""
LOUDEST = 0.98


def audio(length: int, curve: bytes, level: int) -> bytes:
    """An MP3 of `length` milliseconds whose loudness is `level` (hundredths of LUFS), if no peak is in the way."""
    frames = length * RATE // 1000
    waves = [sin(2 * pi * LOW * at / RATE) + 0.4 * sin(2 * pi * HIGH * at / RATE) for at in range(RATE)]
    plain = array("f", [curve[at * len(curve) // frames] / 400 * waves[at % RATE] for at in range(frames)])
    meter = pyebur128.R128State(1, RATE, pyebur128.MeasurementMode.MODE_I)
    meter.add_frames(plain, frames)
    factor = 10 ** ((level / 100 - pyebur128.get_loudness_global(meter)) / 20) * 32767
    most = int(LOUDEST * 32767)
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_bit_rate(BIT_RATE)
    samples = array("h", [max(-most, min(most, int(sample * factor))) for sample in plain])
    return bytes(encoder.encode(samples.tobytes()) + encoder.flush())
