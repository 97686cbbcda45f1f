"""Whether every role of a theme can be read on every ground that it is drawn on (WCAG 2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.color import ColorParseError

from partnertui.kit.theme import Palette, load_palette

GROUNDS = {
    "text": ("text", "muted", "value", "key", "title", "link", "accent", "good", "warn", "bad", "info"),
    "header": ("header", "header-key", "muted", "accent", "good", "warn", "bad", "info"),
    "menu": ("menu", "muted"),
    "input": ("input", "muted", "accent", "bad"),
    "input-bad": ("input-bad", "bad"),
}
OWN = ("menu-current", "cursor", "cursor-blurred", "selection", "mark", "chip")
"""Roles with a ground of their own."""
EDGES = {"border-focus": 3.0, "border": 1.4}
"""Lines, and the contrast that they need."""
ROLES = {role for roles in GROUNDS.values() for role in roles} | set(OWN) | set(EDGES)
LEAST, HIGH = 4.5, 7.0
"""Contrast of text: of every theme (level AA), and of those called high-contrast (AAA)."""


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def pairs(palette: Palette) -> Iterator[tuple[str, str, float]]:
    """Every role on every ground that it is drawn on, with the contrast that it needs."""
    least = HIGH if palette.name.startswith("high-contrast") else LEAST
    for ground, roles in GROUNDS.items():
        yield from ((role, ground, least) for role in roles)
    yield from ((role, role, least) for role in OWN)
    yield from ((role, "text", least) for role, least in EDGES.items())


def theme_problems(path: Path) -> Iterator[str]:
    """What is wrong with a theme's file, a sentence each; the terminal's own 16 colours can't be measured."""
    here = f"themes/{path.name}"
    try:
        palette = load_palette(path.stem)
        for role in palette.roles:
            palette.style(role)
    except (KeyError, ValueError, ColorParseError) as error:
        yield f"{here} can't be read: {error}"
        return
    if palette.title in {"", path.stem}:
        yield f"{here} has no title, which the list of themes shows"
    if absent := ", ".join(sorted(ROLES - set(palette.roles))):
        yield f"{here} lacks the roles {absent}"
        return
    if palette.ansi:
        return
    for role, ground, least in pairs(palette):
        ratio = contrast(palette.colour(role), palette.colour(ground, "bg"))
        if ratio < least:
            yield f"{here}: {role} on {ground} has a contrast of {ratio:.2f}, at least {least} is needed"
