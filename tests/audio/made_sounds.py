"""Sounds that ffmpeg makes, and what ffmpeg measures on sounds."""

from __future__ import annotations

import re
import subprocess
import tempfile
from functools import cache
from pathlib import Path

TONE = "0.3*sin(2*PI*440*t)"
SPEECH = "0.25*sin(2*PI*300*t)*(0.6+0.4*sin(2*PI*4*t))*lt(mod(t\\,1.3)\\,1)+0.02*sin(2*PI*2900*t)"
PEAKY = "0.03*sin(2*PI*300*t)+0.9*sin(2*PI*997*t)*lt(mod(t\\,1)\\,0.004)"
"""Short loud clicks in something quiet: a gain alone would clip them."""
BETWEEN = "0.95*sin(2*PI*11025*t+0.785398)*lt(mod(t\\,1)\\,0.5)"
"""Samples at 0.67 whose curve reaches 0.95 between them (ITU-R BS.1770-4, annex 2)."""


@cache
def mp3(
    expression: str = TONE, seconds: float = 2.0, *, rate: int = 44_100, bit_rate: str = "64k", channels: int = 1
) -> bytes:
    """An MP3 of an expression of ffmpeg's aevalsrc; with a Xing header, without tags."""
    source = f"aevalsrc=exprs={'|'.join([expression] * channels)}:s={rate}:d={seconds}"
    return _ffmpeg("-f", "lavfi", "-i", source, "-b:a", bit_rate, "-id3v2_version", "0", "-f", "mp3")


@cache
def other_format(*options: str) -> bytes:
    """A tone in another format, such as `-f wav`."""
    return _ffmpeg("-f", "lavfi", "-i", f"aevalsrc={TONE}:d=1", *options)


def _ffmpeg(*words: str) -> bytes:
    with tempfile.NamedTemporaryFile() as out:  # a pipe can't have the frame count written into its beginning
        command = ["ffmpeg", "-v", "error", "-y", *words, out.name]
        subprocess.run(command, check=True, timeout=60, stdin=subprocess.DEVNULL)
        return Path(out.name).read_bytes()


def ebur128(content: bytes) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP, as ffmpeg's ebur128 measures them."""
    command = ["ffmpeg", "-nostats", "-i", "pipe:0", "-filter_complex", "ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(command, input=content, capture_output=True, check=True, timeout=60).stderr.decode()
    summary = said[said.rindex("Summary") :]
    loudness, peak = re.search(r"I:\s+(\S+) LUFS", summary), re.search(r"Peak:\s+(\S+) dBFS", summary)
    assert loudness is not None
    assert peak is not None
    return float(loudness[1]), float(peak[1])


def with_claim(content: bytes, frames: int) -> bytes:
    """The file with another frame count in its Xing or Info header."""
    at = max(content.find(b"Xing", 0, 200), content.find(b"Info", 0, 200))
    assert at > 0
    return content[: at + 8] + frames.to_bytes(4, "big") + content[at + 12 :]
