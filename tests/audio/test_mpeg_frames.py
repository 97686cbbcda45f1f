"""Frames are counted, whatever the headers claim; tags and stray bytes are passed over."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.audio.made_sounds import mp3, other_format, with_claim

from partnertui.audio.mpeg_frames import Refused, scan, what_it_is

ID3 = b"ID3\x04\x00\x00\x00\x00\x02\x00" + bytes(256)
ART = b"cover" * 20_000
SIZES = (2000).to_bytes(4, "little") + (len(ART) + 32).to_bytes(4, "little") + (1).to_bytes(4, "little")
APE = b"APETAGEX" + SIZES + b"\0\0\0\xa0" + bytes(8) + ART + b"APETAGEX" + SIZES + b"\0\0\0\x80" + bytes(8)
"""With header and footer."""
ID3_V1 = b"TAG" + b"name".ljust(125, b"\0")


def code_of(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        scan(data)
    return refused.value.code


@pytest.mark.parametrize(
    ("rate", "bit_rate", "samples"), [(44_100, "64k", 1152), (22_050, "32k", 576), (8_000, "16k", 576)]
)
def test_frames_of_each_version_are_counted(rate: int, bit_rate: str, samples: int) -> None:
    found = scan(mp3(seconds=3, rate=rate, bit_rate=bit_rate))
    assert (found.rate, found.channels, found.samples_per_frame) == (rate, 1, samples)
    assert found.claimed == found.frames
    assert abs(found.duration_ms - 3000) < 200


@pytest.mark.parametrize(
    "data",
    [
        ID3 + mp3(),
        ID3 + ID3 + mp3(),
        mp3() + ID3_V1,
        mp3() + APE,
        mp3() + APE + ID3_V1,
        b"\0garbage" * 40 + mp3(),
        mp3() + b"\xff\xfbgarbage" * 40,
        b"\xff\xff\xfe" * 100 + mp3(),
    ],
)
def test_tags_and_stray_bytes_are_accepted(data: bytes) -> None:
    assert scan(data).frames == scan(mp3()).frames


def test_what_claims_more_or_less_than_there_is_is_refused() -> None:
    data, frames = mp3(), scan(mp3()).frames
    assert scan(with_claim(data, frames + 1)).frames == frames  # some encoders count the header's own frame
    assert code_of(with_claim(data, 0xFFFFFFFF)) == "header-lies"
    assert code_of(with_claim(data, frames // 3)) == "header-lies"
    assert code_of(data[: len(data) // 2]) == "cut-off"
    assert code_of(data + data) == "header-lies"
    assert code_of(b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + data) == "tag-lies"
    assert code_of(data + b"PK\x03\x04" * len(data)) == "mostly-other"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("-f", "wav"), "is-wav"),
        (("-f", "flac"), "is-flac"),
        (("-c:a", "aac", "-f", "adts"), "is-aac"),
        (("-c:a", "mp2", "-f", "mp2"), "is-layer-2"),
        (("-f", "aiff"), "is-aiff"),
        (("-c:a", "aac", "-movflags", "empty_moov", "-f", "mp4"), "is-m4a"),
    ],
)
def test_other_formats_are_named(options: tuple[str, ...], code: str) -> None:
    assert code_of(other_format(*options)) == code


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=3000))
def test_noise_is_refused_and_nothing_else_is_raised(data: bytes) -> None:
    assert what_it_is(data)
    with pytest.raises(Refused):
        scan(data)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_damaged_file_is_scanned_or_refused(data: st.DataObject) -> None:
    content = bytearray(mp3(seconds=0.5))
    for _ in range(data.draw(st.integers(1, 20))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = scan(bytes(content))
    except Refused:
        return
    assert 0 < found.frames <= len(content) // 24
