"""Makes file names from untrusted sources safe."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 100
_UNSAFE = re.compile(r"[^\w .()+,=@#-]+")
# Windows opens a device under these names, whatever the suffix.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def safe_file_name(name: str, fallback: str = "attachment") -> str:
    """A name without folders, control and bidirectional characters, leading points or hyphens; at most LONGEST."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    clean = " ".join(_UNSAFE.sub("_", kept).split()).lstrip(".-~ ").rstrip(". ")
    if not clean.strip("_"):
        return fallback
    if _RESERVED.match(clean):
        clean = f"_{clean}"
    stem, point, suffix = clean.rpartition(".")
    if not point or len(suffix) > 16:
        return clean[:LONGEST]
    return f"{stem[: LONGEST - len(suffix) - 1]}.{suffix}"
