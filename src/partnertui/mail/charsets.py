"""Decodes the text of a mail, whatever its charset is called."""

from __future__ import annotations

import codecs
import re

FALLBACK = "cp1252"
"""What undeclared 8-bit text is, if it isn't UTF-8."""
# Browsers read these names in the same way (WHATWG Encoding Standard), so mailers get away with them.
ALIASES = {
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "x-utf-8": "utf-8",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "x-gbk": "gb18030",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "x-windows-1252": "cp1252",
    "iso-8859-1": FALLBACK,
    "latin1": FALLBACK,
    "latin-1": FALLBACK,
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "unknown-8bit": "utf-8",
    "x-unknown": "utf-8",
}
"""Names that Python doesn't know, or that are written for a larger charset than they name."""
REFUSED = frozenset(
    {"utf-7", "unicode-1-1-utf-7", "idna", "punycode", "raw_unicode_escape", "unicode_escape", "undefined"}
)
"""Charsets in which ASCII text may mean something else than it says."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._:-]{0,39}")


def decode_bytes(content: bytes, charset: str | None) -> str:
    """The text; what can't be decoded is read as UTF-8, then as Windows-1252. Never raises."""
    for name in (_codec(charset), "utf-8"):
        if name is None:
            continue
        try:
            return content.decode(name)
        except (UnicodeError, LookupError, ValueError):
            continue
    return content.decode(FALLBACK, "replace")


def storable(text: str) -> str:
    """Text that both databases store: no NUL, no half of a surrogate pair, `\\n` at the end of each line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return text.encode("utf-8", "replace").decode("utf-8")


def _codec(charset: str | None) -> str | None:
    """Python's name of a text charset; None for one that is unknown or refused."""
    name = (charset or "").strip().strip("\"'").lower()
    if not _NAME.fullmatch(name) or name in REFUSED:
        return None
    name = ALIASES.get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # there are codecs that aren't charsets, such as zip or rot13
    return found.name if found._is_text_encoding and found.name not in REFUSED else None
