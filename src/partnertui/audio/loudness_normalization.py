"""Changes the loudness of an MP3: applies gain and limiter, encodes it again, and measures the result."""

from __future__ import annotations

import time
from array import array

import lameenc

from partnertui.audio.limiter import amplify, envelope
from partnertui.audio.mp3_samples import BLOCKS_PER_CHUNK, Meter, decode, measure
from partnertui.audio.mpeg_frames import BIT_RATES, Stream
from partnertui.domain.sounds import MOST_BYTES, MOST_TRUE_PEAK, Adjusted

ATTEMPTS = 6
SECONDS = 60.0
"""No further attempt is begun after this."""
CLOSE = 20
"""Hundredths of LU: near enough that another attempt is not worth its time."""
MARGIN = 40
"""Hundredths of dB that the true peak stays below the limit: meters differ by as much."""
FIRST_MARGIN = 100
"""Hundredths of dB more for what encoding adds to peaks; corrected once that is measured."""
LOW_RATE = 24_000
"""Hz from which down MPEG-2 allows 8 kbit/s: at that, 2 MB last for over 30 minutes."""
QUALITY = 5
"""Of LAME: 0 is slow and best, 9 fast."""


def adjust(data: bytes, target: int) -> Adjusted | None:
    """The file at the target level (hundredths of LUFS); None if it has no level.

    The result's true peak never passes the limit; where that keeps it from the target, it is as near as it can be.
    """
    stream, meter = measure(data)
    before = meter.result()
    if before.level is None:
        return None
    started, best = time.monotonic(), None
    gain, ceiling = float(target - before.level), float(MOST_TRUE_PEAK - MARGIN - FIRST_MARGIN)
    for _ in range(ATTEMPTS):
        content = _encoded(data, stream, _scaled(meter.peaks, gain, ceiling), meter)
        measurement = measure(content)[1].result()
        level, peak = measurement.level, measurement.true_peak
        if level is None or peak is None:
            break
        over = peak - (MOST_TRUE_PEAK - MARGIN)
        if over <= 0 and len(content) <= MOST_BYTES:
            found = Adjusted(content, measurement)
            if best is None or abs(level - target) < abs((best.measurement.level or 0) - target):
                best = found
            if abs(level - target) <= CLOSE:
                break
        if time.monotonic() - started > SECONDS:
            break
        gain += target - level
        ceiling -= max(0, over)
    return best


def _scaled(peaks: list[float], gain: float, ceiling: float) -> list[float]:
    # Hundredths of dB of an amplitude: 20 · log10.
    return envelope(peaks, 10 ** (gain / 2000), 10 ** (ceiling / 2000))


def _encoded(data: bytes, stream: Stream, borders: list[float], meter: Meter) -> bytes:
    """The file with the gain between the borders of its blocks."""
    encoder = lameenc.Encoder()
    encoder.silence()
    rate, bit_rate = _format(len(data), stream)
    encoder.set_in_sample_rate(stream.rate)
    encoder.set_out_sample_rate(rate)
    encoder.set_channels(stream.channels)
    encoder.set_bit_rate(bit_rate)
    encoder.set_quality(QUALITY)
    found, at = bytearray(), 0
    for samples in decode(data, stream.channels, stream.rate, meter.block * BLOCKS_PER_CHUNK):
        gains = borders[at : at + BLOCKS_PER_CHUNK + 1]
        at += BLOCKS_PER_CHUNK
        louder: array[int] = amplify(samples, stream.channels, gains, meter.block)
        found += encoder.encode(louder.tobytes())
    return bytes(found + encoder.flush())


def _format(size: int, stream: Stream) -> tuple[int, int]:
    """Sample rate in Hz and kbit/s to encode with: the file's own, or the next better ones that fit into 2 MB."""
    average = stream.frame_bytes * 8 / max(1, stream.duration_ms)
    most = (MOST_BYTES - 4_000) * 8 / max(1, stream.duration_ms)
    rate = stream.rate
    rates = BIT_RATES[1 if rate > LOW_RATE else 2][1:]
    if rates[0] > most:
        rate, rates = LOW_RATE, BIT_RATES[2][1:]
    fitting = [one for one in rates if one <= most] or [rates[0]]
    return rate, next((one for one in fitting if one >= average - 1), fitting[-1])
