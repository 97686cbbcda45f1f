"""A sound is brought to its target: measured by ffmpeg, on what was encoded."""

from __future__ import annotations

from array import array
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.audio.made_sounds import BETWEEN, PEAKY, SPEECH, TONE, ebur128, mp3

from partnertui.audio.limiter import ATTACK, RELEASE, amplify, envelope
from partnertui.audio.loudness_normalization import adjust
from partnertui.audio.mp3_samples import measure
from partnertui.audio.sandboxed_decoder import measure_and_adjust
from partnertui.domain.sounds import MOST_BYTES, Measurement, adjust_words

SOUNDS = {
    "tone": mp3(TONE, 4),
    "loud": mp3("0.99*sin(2*PI*300*t)", 4),
    "quiet": mp3(f"0.01*({SPEECH})", 6),
    "speech, 8 kHz": mp3(SPEECH, 6, rate=8_000, bit_rate="16k"),
    "speech, stereo": mp3(SPEECH, 6, bit_rate="128k", channels=2),
    "peaky": mp3(PEAKY, 6, bit_rate="128k"),
    "between the samples": mp3(BETWEEN, 4, bit_rate="128k"),
}


@pytest.mark.parametrize("target", [-2300, -1600])
@pytest.mark.parametrize("name", SOUNDS)
def test_within_half_a_lu_and_peaks_below_the_limit(name: str, target: int) -> None:
    found = adjust(SOUNDS[name], target)
    assert found is not None
    loudness, peak = ebur128(found.content)
    assert abs(loudness * 100 - target) <= 50
    assert peak <= -1.0
    assert abs((found.measurement.level or 0) - loudness * 100) <= 15
    assert len(found.content) <= MOST_BYTES


def test_the_limiter_was_needed() -> None:
    before = measure(SOUNDS["peaky"])[1].result()
    assert before.level is not None
    assert before.true_peak is not None
    assert before.true_peak + (-1600 - before.level) > -100  # a gain alone would pass -1 dBTP


def test_our_measurement_is_that_of_ffmpeg() -> None:
    for content in SOUNDS.values():
        ours, (loudness, peak) = measure(content)[1].result(), ebur128(content)
        assert abs((ours.level or 0) - loudness * 100) <= 15
        assert abs((ours.true_peak or 0) - peak * 100) <= 60 or peak > 0  # 16 bits end at 0


def test_short_and_silent_sounds_are_left_as_they_are() -> None:
    for content, words in ((mp3(TONE, 0.3), "too short to measure"), (mp3("0", 2), "silent")):
        before, after = measure_and_adjust(content, -2300)
        assert (before.level, after) == (None, None)
        assert words in adjust_words(before, None, -2300)


def test_a_target_out_of_reach_is_said() -> None:
    before, after = Measurement(9000, -4000, -100, b""), Measurement(9000, -2500, -120, b"")
    words = adjust_words(before, after, -2300)
    assert words == (
        "Level adjusted from -40.0 to -25.0 LUFS."
        " -23.0 can't be reached without distortion: the sound's peaks are too high."
    )


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.floats(0, 2, allow_nan=False), min_size=1, max_size=60),
    st.floats(0.1, 30, allow_nan=False),
    st.floats(0.1, 0.9, allow_nan=False),
)
def test_no_block_passes_the_ceiling_and_the_gain_moves_smoothly(
    peaks: list[float], gain: float, ceiling: float
) -> None:
    borders = envelope(peaks, gain, ceiling)
    assert len(borders) == len(peaks) + 1
    for peak, (begin, end) in zip(peaks, pairwise(borders), strict=True):
        assert peak * max(begin, end) <= ceiling * 1.000001
        assert max(begin, end) <= gain
        assert -ATTACK * gain * 1.000001 <= end - begin <= RELEASE * gain * 1.000001


def test_samples_are_multiplied_by_the_ramp() -> None:
    assert list(amplify(array("f", [0.5] * 4), 1, [1.0, 1.0, 1.0], 2)) == [16383] * 4
    ramp = amplify(array("f", [1.0] * 8), 2, [1.0, 0.5, 0.5], 2)
    assert list(ramp) == [32767, 28671, 24575, 20479, 16383, 16383, 16383, 16383]
