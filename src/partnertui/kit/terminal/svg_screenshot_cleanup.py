"""Cleans up Rich's SVG screenshots, so that every SVG viewer shows them alike."""

from __future__ import annotations

import re
from html import unescape

from rich.cells import cell_len

from partnertui.kit.terminal.safe_text import SUBSTITUTE

TEXT = re.compile(
    r'<text(?P<before>[^>]*?) x="(?P<x>[\d.]+)"(?P<between>[^>]*?) textLength="(?P<long>[\d.]+)"(?P<after>[^>]*)>'
    r"(?P<blanks>(?:&#160;)+)(?P<rest>[^<]*)</text>"
)
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 (section 2.2) doesn't have: one of them and no reader opens the picture."""
# Rich links Fira Code from a CDN: a picture would ask a server whenever it is opened.
FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def clean(svg: str) -> str:
    """The picture without fonts from elsewhere; whoever reads it has a monospaced one."""
    svg = TEXT.sub(_shifted, FONT.sub("", NOT_XML.sub(SUBSTITUTE, svg)).replace("Fira Code", "monospace"))
    return "\n".join(line.rstrip() for line in svg.splitlines() if line.strip()) + "\n"


def _shifted(match: re.Match[str]) -> str:
    """A text without blanks before it, moved by their width instead: some readers of SVG leave such blanks out."""
    blanks, rest = match["blanks"].count("&#160;"), match["rest"]
    cells = blanks + cell_len(unescape(rest))
    cell = float(match["long"]) / cells
    if not rest:
        return ""
    x, long = float(match["x"]) + blanks * cell, float(match["long"]) - blanks * cell
    return f'<text{match["before"]} x="{x:.1f}"{match["between"]} textLength="{long:.1f}"{match["after"]}>{rest}</text>'
