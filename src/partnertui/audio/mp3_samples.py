"""Decodes an MP3 to samples in chunks, without trusting the length that its header promises."""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterator
from math import log10

import miniaudio
import pyebur128

from partnertui.audio.mpeg_frames import Refused, Stream, scan
from partnertui.domain.sounds import MOST_MS, SHORTEST_MS, WAVEFORM_STEPS, Measurement

BLOCK_SECONDS = 0.005
"""What true peaks are measured for, and what the limiter sets its gain for."""
BLOCKS_PER_CHUNK = 100
DECODED_PART = 0.9
"""How much of the frames must decode: the first few of a stream that was cut out of another one can't."""
WHENCE = {"START": 0, "CURRENT": 1, "END": 2}


class _Source:
    """A file in memory, as miniaudio's StreamableSource, which has no types to derive from."""

    def __init__(self, data: bytes) -> None:
        self.file = io.BytesIO(data)
        self.ffi_handle: object = None
        self.error_in_readcallback: Exception | None = None

    def read(self, num_bytes: int) -> bytes:
        return self.file.read(num_bytes)

    def seek(self, offset: int, origin: miniaudio.SeekOrigin) -> bool:
        try:
            self.file.seek(offset, WHENCE[origin.name])
        except ValueError:  # before the beginning
            return False
        return True


def block_frames(rate: int) -> int:
    """Frames of a block at a sample rate."""
    return max(16, round(rate * BLOCK_SECONDS))


def scan_short(data: bytes) -> Stream:
    """What `scan` finds; raises Refused for what plays longer than a sound may, too."""
    stream = scan(data)
    if stream.duration_ms > MOST_MS:
        raise Refused("too-long", stream.duration_ms)
    return stream


def decode(data: bytes, channels: int, rate: int, frames: int) -> Iterator[array[float]]:
    """Interleaved samples from -1 to 1, in chunks of so many frames; the last one is shorter. Raises Refused."""
    try:
        yield from miniaudio.stream_any(
            _Source(data),
            miniaudio.FileFormat.MP3,
            miniaudio.SampleFormat.FLOAT32,
            channels,
            rate,
            frames_to_read=frames,
        )
    except miniaudio.MiniaudioError:
        raise Refused("no-mpeg") from None


class Meter:
    """Measures what it is fed: loudness, true peaks block by block, and the waveform."""

    def __init__(self, rate: int, channels: int, expected_frames: int) -> None:
        self.rate, self.channels, self.block = rate, channels, block_frames(rate)
        mode = pyebur128.MeasurementMode.MODE_I | pyebur128.MeasurementMode.MODE_TRUE_PEAK
        self.state = pyebur128.R128State(channels, rate, mode)
        self.frames = 0
        self.peaks: list[float] = []
        self.steps = [0.0] * WAVEFORM_STEPS
        self.per_step = max(1, -(-expected_frames // WAVEFORM_STEPS))

    def feed(self, samples: array[float]) -> None:
        """Takes the next chunk: whole blocks, unless it is the last one."""
        width, channels = self.block * self.channels, range(self.channels)
        for at in range(0, len(samples), width):
            part = samples[at : at + width]
            self.state.add_frames(part, len(part) // self.channels)
            self.peaks.append(max(pyebur128.get_previous_true_peak(self.state, channel) for channel in channels))
            step = min(self.frames // self.per_step, WAVEFORM_STEPS - 1)
            self.steps[step] = max(self.steps[step], max(part), -min(part))
            self.frames += len(part) // self.channels

    def result(self) -> Measurement:
        """What was measured so far."""
        duration = self.frames * 1000 // self.rate
        loudness = pyebur128.get_loudness_global(self.state) if duration >= SHORTEST_MS else float("-inf")
        peak = max(self.peaks, default=0.0)
        steps = bytes(min(255, round(step * 255)) for step in self.steps)
        return Measurement(
            duration,
            round(loudness * 100) if loudness > float("-inf") else None,
            round(2000 * log10(peak)) if peak > 0 else None,
            self._stretched(steps),
        )

    def _stretched(self, steps: bytes) -> bytes:
        """Short sounds have fewer blocks than steps: each step shows the block that it is in."""
        blocks = len(self.peaks)
        if self.block <= self.per_step or not blocks:
            return steps
        filled = [at for at in range(blocks) if at * self.block // self.per_step < WAVEFORM_STEPS]
        found = bytearray(steps)
        for at in filled:
            begin = at * self.block // self.per_step
            end = min(WAVEFORM_STEPS, (at + 1) * self.block // self.per_step)
            found[begin:end] = steps[begin : begin + 1] * (end - begin)
        return bytes(found)


def measure(data: bytes) -> tuple[Stream, Meter]:
    """Decodes a whole file. Raises Refused for what isn't an MP3 that plays as long as its headers say."""
    stream = scan_short(data)
    meter = Meter(stream.rate, stream.channels, stream.frames * stream.samples_per_frame)
    for samples in decode(data, stream.channels, stream.rate, meter.block * BLOCKS_PER_CHUNK):
        meter.feed(samples)
        if meter.frames > MOST_MS * stream.rate // 1000:
            raise Refused("too-long", meter.frames * 1000 // stream.rate)
    decoded = meter.frames * 1000 // stream.rate
    if meter.frames < stream.frames * stream.samples_per_frame * DECODED_PART - 4 * stream.samples_per_frame:
        raise Refused("damaged", decoded, stream.duration_ms)
    if not meter.frames:
        raise Refused("no-mpeg")
    return stream, meter
