"""The few signs beyond ASCII that the interface uses, and what stands for them where there is no UTF-8."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Symbols:
    """One sign a meaning; every sign is one cell wide."""

    up: str = "▲"
    down: str = "▼"
    arrow: str = "▾"
    mark: str = "●"
    note: str = "✎"
    cursor: str = "▌"
    cut: str = "…"
    dot: str = "·"
    live: str = "●"
    away: str = "○"
    more_left: str = "‹"
    more_right: str = "›"
    line: str = "─"
    bar: str = "│"
    scope: str = "⌂"
    folded: str = "≡"
    tab: str = "▏"
    job: str = "↻"


UNICODE = Symbols()
ASCII = Symbols(
    up="^",
    down="v",
    arrow="v",
    mark="*",
    note="n",
    cursor=">",
    cut="~",
    dot=".",
    live="*",
    away="o",
    more_left="<",
    more_right=">",
    line="-",
    bar="|",
    scope="@",
    folded="=",
    tab="|",
    job="%",
)
