"""Checks that a logo can be printed: PNG or JPEG of a reasonable size."""

from __future__ import annotations

import struct
from io import BytesIO

from fpdf import FPDF

from partnertui.domain.errors import DomainError

MOST_BYTES, MOST_PIXELS = 300 * 1024, 3000
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG's markers of a frame, whose segment begins with height and width."""


def checked_logo(content: bytes) -> bytes:
    """The content, if it can be printed. Raises DomainError(field="logo")."""
    if len(content) > MOST_BYTES:
        raise DomainError(
            f"The logo is larger than {MOST_BYTES >> 10} kB.", field="logo", advice="Save a smaller version of it."
        )
    try:
        width, height = _size(content)
    except (struct.error, IndexError):
        raise DomainError("The logo is truncated.", field="logo", advice="Export it again.") from None
    if not 0 < width <= MOST_PIXELS or not 0 < height <= MOST_PIXELS:
        raise DomainError(
            f"The logo is {width} by {height} pixels; the limit is {MOST_PIXELS} by {MOST_PIXELS}.",
            field="logo",
            advice="Save a smaller version of it.",
        )
    _require_drawable(content)
    return content


def _size(content: bytes) -> tuple[int, int]:
    if content.startswith(PNG):
        width, height = struct.unpack_from(">II", content, 16)
        return width, height
    if not content.startswith(JPEG):
        raise DomainError("The logo is neither PNG nor JPEG.", field="logo", advice="Export it as PNG.")
    # Behind SOI, every segment up to the frame begins with a marker and its length (ISO/IEC 10918-1, B.1.1.4).
    at = 2
    while content[at + 1] not in FRAMES:
        at += 2 + struct.unpack_from(">H", content, at + 2)[0]
    height, width = struct.unpack_from(">HH", content, at + 5)
    return width, height


def _require_drawable(content: bytes) -> None:
    pdf = FPDF()
    pdf.add_page()
    try:
        pdf.image(BytesIO(content), w=10)
    except (OSError, ValueError, SyntaxError):  # what Pillow raises for broken pictures
        raise DomainError("The logo can't be decoded.", field="logo", advice="Export it again as PNG.") from None
