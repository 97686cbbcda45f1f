"""The decoder's child process: reads an MP3 from standard input, answers with a line of JSON, then samples.

It runs with an empty environment and limits; whatever it says is checked by its parent.
"""

from __future__ import annotations

import json
import sys
from array import array

from partnertui.audio.loudness_normalization import adjust
from partnertui.audio.mp3_samples import decode, measure, scan_short
from partnertui.audio.mpeg_frames import Refused
from partnertui.domain.sounds import MOST_BYTES, PLAYED_HZ, Measurement

CHUNK = 16_000
"""Frames."""


def main(operation: str, target: str) -> None:
    """Does what is asked with standard input: measure, adjust or samples."""
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    out = sys.stdout.buffer
    try:
        if operation == "samples":
            scan_short(data)
            _answer({"samples": PLAYED_HZ})
            for samples in decode(data, 1, PLAYED_HZ, CHUNK):
                out.write(array("h", [int(32767 * max(-1.0, min(1.0, sample))) for sample in samples]).tobytes())
        else:
            before = measure(data)[1].result()
            after = adjust(data, int(target)) if operation == "adjust" and before.level is not None else None
            _answer({"before": _facts(before), "after": _facts(after.measurement) if after else None})
            out.write(after.content if after else b"")
    except Refused as error:
        _answer({"refused": error.code, "figures": error.figures})
    out.flush()


def _facts(found: Measurement) -> dict[str, object]:
    return {
        "duration_ms": found.duration_ms,
        "level": found.level,
        "true_peak": found.true_peak,
        "waveform": found.waveform.hex(),
    }


def _answer(answer: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
