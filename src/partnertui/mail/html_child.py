"""The HTML converter's child process: turns HTML into text, frame by frame, until its input ends.

A frame is four bytes of length (big-endian) and UTF-8. It runs in a sandbox, with limits; nothing is fetched.
"""

from __future__ import annotations

import gc
import sys

import lxml.html
from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from lxml.etree import LxmlError

LENGTH_BYTES = 4
FAILED = "\0"
"""Answered where HTML can't be read."""


def main() -> None:
    """Answers each frame with one."""
    config = ParserConfig(css=CSS_PROFILES["strict"], display_links=False, display_images=False)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while len(header := source.read(LENGTH_BYTES)) == LENGTH_BYTES:
        html = source.read(int.from_bytes(header, "big")).decode("utf-8", "replace")
        try:
            text = text_of(html, config)
        except (
            RecursionError,
            ValueError,
            TypeError,
            AttributeError,
            LookupError,
            AssertionError,
            MemoryError,
            LxmlError,
        ):
            text = FAILED
        answer = text.encode("utf-8", "replace")
        target.write(len(answer).to_bytes(LENGTH_BYTES, "big") + answer)
        target.flush()
        gc.collect(0)


def text_of(html: str, config: ParserConfig) -> str:
    """The text of HTML; raises what the libraries raise for hostile HTML."""
    # without huge_tree, what is nested deeper than 255 tags would be left out in silence
    parser = lxml.html.HTMLParser(huge_tree=True, encoding="utf-8")
    tree = lxml.html.fromstring(html.encode("utf-8", "replace"), parser=parser)
    return str(Inscriptis(tree, config).get_text())
