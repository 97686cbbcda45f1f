"""Finds the frames of an MP3 (ISO/IEC 11172-3, 13818-3) behind tags and stray bytes, and reads their headers.

Decoders believe the frame count in a Xing, Info or VBRI header; here the frames themselves are counted.
"""

from __future__ import annotations

from dataclasses import dataclass

BIT_RATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""kbit/s of layer III by MPEG version (2.5 has those of 2) and index; index 0 is the free format."""
SAMPLE_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
"""Hz by the version bits and index."""
LAYER_3, LAYER_2, LAYER_1 = 1, 2, 3
"""The layer bits."""
FIRST_FRAMES = 3
"""Frames that must follow each other before the first is believed: noise looks like a header now and then."""
SLACK_FRAMES = 3
SLACK = 0.02
"""How far a claimed frame count may be off: encoders count the header's own frame or padding differently."""
CUT_OFF = 20
"""How many times as much a header may claim and still count as that of a longer file."""


class Refused(Exception):
    """The file isn't what it says; `code` is a key of the sentences, `figures` go into them."""

    def __init__(self, code: str, *figures: int) -> None:
        super().__init__(code)
        self.code, self.figures = code, figures


@dataclass(frozen=True)
class Header:
    """One frame header: sizes in bytes, samples per channel."""

    version: int
    rate: int
    channels: int
    length: int
    samples: int

    def goes_with(self, other: Header) -> bool:
        """Whether a frame with this header can follow the other in one stream."""
        return (self.version, self.rate) == (other.version, other.rate)


@dataclass(frozen=True)
class Stream:
    """The frames that were found; `claimed` is the count of the Xing, Info or VBRI header, None without one."""

    rate: int
    channels: int
    frames: int
    samples_per_frame: int
    frame_bytes: int
    claimed: int | None

    @property
    def duration_ms(self) -> int:
        """The playing time of the frames."""
        return self.frames * self.samples_per_frame * 1000 // self.rate


def header_at(data: bytes, at: int) -> Header | None:
    """The frame header at an offset; None if these four bytes aren't one of layer III."""
    if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return None
    version, layer = data[at + 1] >> 3 & 3, data[at + 1] >> 1 & 3
    bit_rate, rate = data[at + 2] >> 4, data[at + 2] >> 2 & 3
    # Version 1, bit rate 15 and sample rate 3 are reserved; a frame of the free format (0) doesn't tell its length.
    if version == 1 or layer != LAYER_3 or bit_rate in {0, 15} or rate == 3:
        return None
    mpeg_1 = version == 3
    hertz = SAMPLE_RATES[version][rate]
    kilobits = BIT_RATES[1 if mpeg_1 else 2][bit_rate]
    # 1,152 or 576 samples are 144 or 72 bytes for each kbit/s and kHz; the last bit is the padding byte.
    length = (144_000 if mpeg_1 else 72_000) * kilobits // hertz + (data[at + 2] >> 1 & 1)
    return Header(version, hertz, 1 if data[at + 3] >> 6 == 3 else 2, length, 1152 if mpeg_1 else 576)


def skip_tags(data: bytes) -> int:
    """Where the ID3v2 tags at the beginning end. Raises Refused for one that is longer than the file."""
    at = 0
    while data[at : at + 3] == b"ID3" and at + 10 <= len(data):
        size = 0
        for byte in data[at + 6 : at + 10]:
            # Seven bits a byte, so that a size never looks like the beginning of a frame (ID3v2.4, section 6.2).
            size = size << 7 | byte & 0x7F
        # Flag 0x10: the header is repeated behind the tag (ID3v2.4, section 3.4).
        end = at + 10 + size + (10 if data[at + 5] & 0x10 else 0)
        if end > len(data):
            raise Refused("tag-lies", end, len(data))
        at = end
    return at


def without_end_tags(data: bytes) -> bytes:
    """The file without an ID3v1 and an APEv2 tag at its end, which may hold a picture larger than the audio."""
    end = len(data)
    if data[end - 128 : end - 125] == b"TAG":
        end -= 128
    if data[end - 32 : end - 24] == b"APETAGEX":
        size, flags = (int.from_bytes(data[end + at : end + at + 4], "little") for at in (-20, -12))
        end -= size + (32 if flags >> 31 else 0)  # the size includes the footer, not the header
    return data[: max(end, 0)]


def scan(file: bytes) -> Stream:
    """Counts the frames of a file. Raises Refused where there are none, or where its headers lie."""
    data = without_end_tags(file)
    start = skip_tags(data)
    at = _first(data, start)
    if at < 0:
        raise Refused(what_it_is(file))
    first = header_at(data, at)
    assert first is not None
    claimed = claimed_frames(data[at : at + first.length])
    if claimed is not None:
        at += first.length
    frames = frame_bytes = 0
    while 0 <= at < len(data):
        header = header_at(data, at)
        if header is None or not header.goes_with(first):
            at = _next(data, at + 1, first)
            continue
        frames += 1
        frame_bytes += header.length
        at += header.length
    stream = Stream(first.rate, first.channels, frames, first.samples, frame_bytes, claimed)
    _check(stream, len(data) - start)
    return stream


def _check(stream: Stream, size: int) -> None:
    claimed, frames = stream.claimed, stream.frames
    if claimed and abs(claimed - frames) > max(SLACK_FRAMES, SLACK * frames):
        said = claimed * stream.samples_per_frame * 1000 // stream.rate
        is_cut = frames < claimed <= CUT_OFF * frames  # one that claims a thousand times as much never was longer
        raise Refused("cut-off" if is_cut else "header-lies", said, stream.duration_ms)
    if stream.frame_bytes * 2 < size:
        raise Refused("mostly-other", stream.frame_bytes, size)


def _first(data: bytes, at: int) -> int:
    """The offset of the first frame that others follow; -1 for none."""
    at = data.find(b"\xff", at)
    while at >= 0:
        found, follows = header_at(data, at), at
        count = 0
        header = found
        while found is not None and header is not None and header.goes_with(found) and count < FIRST_FRAMES:
            count += 1
            follows += header.length
            header = header_at(data, follows)
        if count == FIRST_FRAMES or (count > 1 and follows == len(data)):
            return at
        at = data.find(b"\xff", at + 1)
    return -1


def _next(data: bytes, at: int, first: Header) -> int:
    """The offset of the next frame behind stray bytes, which another one or the end follows; -1 for none."""
    at = data.find(b"\xff", at)
    while at >= 0:
        header = header_at(data, at)
        if header is not None and header.goes_with(first):
            after = header_at(data, at + header.length)
            if at + header.length == len(data) or (after is not None and after.goes_with(first)):
                return at
        at = data.find(b"\xff", at + 1)
    return -1


def claimed_frames(frame: bytes) -> int | None:
    """The frame count that the first frame claims in a Xing, Info or VBRI header; 0 if it has one without a count."""
    for name in (b"Xing", b"Info"):
        # Behind the header and 9 to 32 bytes of side information, or 2 more with a CRC; by version and channels.
        at = frame.find(name, 4, 4 + 32 + 6)
        if at >= 0:
            has_count = len(frame) >= at + 12 and frame[at + 7] & 1
            return int.from_bytes(frame[at + 8 : at + 12], "big") if has_count else 0
    # VBRI is always 32 bytes behind the header.
    if frame[36:40] == b"VBRI" and len(frame) >= 54:
        return int.from_bytes(frame[50:54], "big")
    return None


def what_it_is(data: bytes) -> str:
    """The code of a file without MP3 frames, by its first bytes."""
    begins = (
        (b"fLaC", "is-flac"),
        (b"OggS", "is-ogg"),
        (b"FORM", "is-aiff"),
        (b"MThd", "is-midi"),
        (b"%PDF", "is-pdf"),
        (b"PK\x03\x04", "is-zip"),
    )
    # RIFF is the container of AVI and WebP, too: behind its size stands what it holds
    if data.startswith(b"RIFF") and data[8:12] == b"WAVE":
        return "is-wav"
    for magic, code in begins:
        if data.startswith(magic):
            return code
    if data[4:8] == b"ftyp":
        return "is-m4a"
    if data[:1] == b"\xff" and len(data) > 1 and data[1] & 0xE0 == 0xE0:
        layer = data[1] >> 1 & 3
        return (
            "is-aac"
            if layer == 0 and data[1] & 0xF0 == 0xF0
            else "is-layer-2"
            if layer in {LAYER_2, LAYER_1}
            else "no-mpeg"
        )
    return "no-mpeg"
