"""Error messages for files that aren't accepted as a sound: one for each code of the decoder."""

from __future__ import annotations

from partnertui.domain.errors import DomainError

CONVERT, CHOOSE = "Convert it to MP3.", "Choose an MP3 file."
AGAIN = "Export it again."
OTHER_FORMATS = {
    "is-wav": "a WAV file",
    "is-flac": "a FLAC file",
    "is-ogg": "an Ogg file",
    "is-aiff": "an AIFF file",
    "is-midi": "a MIDI file",
    "is-m4a": "an MP4 or M4A file",
    "is-aac": "an AAC file",
    "is-layer-2": "MPEG audio layer I or II",
    "is-pdf": "a PDF document",
    "is-zip": "a ZIP archive",
}
NOT_AUDIO = frozenset({"is-pdf", "is-zip"})
LONGEST = 100 * 3_600_000
"""Milliseconds beyond which a claimed duration is shown as that."""


def refusal(code: object, figures: object) -> DomainError:
    """The error for a code and its figures, whatever the decoder sent."""
    numbers = [one for one in figures if isinstance(one, int)] if isinstance(figures, list) else []
    first, second = (*numbers, 0, 0)[:2]
    if isinstance(code, str) and code in OTHER_FORMATS:
        return _error(f"This is {OTHER_FORMATS[code]}, not an MP3.", CHOOSE if code in NOT_AUDIO else CONVERT)
    if code == "too-long":
        return _error(f"This sound is {clock(first)} long; the limit is 30 minutes.", "Shorten it.")
    if code == "cut-off":
        return _error(f"This file is truncated: its header says {clock(first)}, but it holds {clock(second)}.", AGAIN)
    if code == "header-lies":
        return _error(f"Wrong header: it says {clock(first)}, but the file holds {clock(second)}.", AGAIN)
    if code == "damaged":
        return _error(f"This file is damaged: only {clock(first)} of {clock(second)} can be decoded.", AGAIN)
    if code == "tag-lies":
        return _error(f"Wrong header: its tag says {first:,} bytes, but the file has {second:,}.", AGAIN)
    if code == "mostly-other":
        return _error(f"Only {first:,} of the {second:,} bytes in this file are MP3.", AGAIN)
    return _error("This isn't an MP3: no MPEG audio was found in it.", CHOOSE)


def _error(text: str, advice: str) -> DomainError:
    return DomainError(text, field="file", advice=advice)


def clock(milliseconds: int) -> str:
    """A duration as minutes and seconds, or tenths of a second below ten."""
    if milliseconds >= LONGEST:
        return "over 100 hours"
    if milliseconds < 10_000:
        return f"{milliseconds / 1000:.1f} s"
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes}:{seconds:02}"
