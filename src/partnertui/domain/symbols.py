"""Non-ASCII symbols of screens and ladders, with ASCII replacements for terminals without UTF-8."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Symbols:
    """One symbol a meaning; every symbol is one cell wide."""

    ascii: bool = False
    up: str = "▲"
    down: str = "▼"
    arrow: str = "▾"
    mark: str = "●"
    note: str = "✎"
    cursor: str = "▌"
    cut: str = "…"
    dot: str = "·"
    online: str = "●"
    offline: str = "○"
    more_left: str = "‹"
    more_right: str = "›"
    line: str = "─"
    bar: str = "│"
    scope: str = "⌂"
    folded: str = "≡"
    job: str = "↻"
    # in a ladder
    gap: str = "┆"
    """A bar while nothing happens."""
    right: str = "▸"
    left: str = "◂"
    sound: str = "═"
    turn: str = "┐"
    turn_left: str = "┌"
    times: str = "×"
    evidence: str = "●"


UNICODE = Symbols()
ASCII = Symbols(
    ascii=True,
    up="^",
    down="v",
    arrow="v",
    mark="*",
    note="n",
    cursor=">",
    cut="~",
    dot=".",
    online="*",
    offline="o",
    more_left="<",
    more_right=">",
    line="-",
    bar="|",
    scope="@",
    folded="=",
    job="%",
    gap=":",
    right=">",
    left="<",
    sound="=",
    turn="+",
    turn_left="+",
    times="x",
    evidence="*",
)
