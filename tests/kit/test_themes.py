"""Every text can be read on its ground, in every theme."""

from __future__ import annotations

import pytest

from partnertui.kit.theme import Palette, load_palette, theme_names

GROUNDS = {
    "text": ("text", "muted", "value", "key", "title", "link", "accent", "good", "warn", "bad", "info", "sticky"),
    "stripe": ("text", "muted", "value", "link", "accent", "good", "warn", "bad", "info"),
    "header": ("header", "header-key", "muted", "accent", "good", "warn", "bad", "info"),
    "menu": ("menu", "muted"),
    "input": ("input", "muted", "accent", "bad"),
    "input-bad": ("input-bad", "bad"),
}
OWN = ("menu-current", "cursor", "cursor-blurred", "selection", "mark", "chip")
EDGES = {"border-focus": 3.0, "border": 1.4}
ROLES = {role for roles in GROUNDS.values() for role in roles} | set(OWN) | set(EDGES) | {"stripe"}


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.1)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.1)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def pairs(palette: Palette) -> list[tuple[str, str, float]]:
    """Every role on every ground that it is drawn on, with its contrast."""
    found = [
        (role, ground, contrast(palette.colour(role), palette.colour(ground, "bg")))
        for ground, roles in GROUNDS.items()
        for role in roles
    ]
    return found + [(role, role, contrast(palette.colour(role), palette.colour(role, "bg"))) for role in OWN]


@pytest.mark.parametrize("name", ["dark", "light", "high-contrast"])
def test_contrast(name: str) -> None:
    palette, least = load_palette(name), 7.0 if name == "high-contrast" else 4.5
    poor = [f"{role} on {ground}: {ratio:.2f}" for role, ground, ratio in pairs(palette) if ratio < least]
    assert not poor
    for edge, wanted in EDGES.items():
        assert contrast(palette.colour(edge), palette.colour("text", "bg")) >= wanted, edge


@pytest.mark.parametrize("name", theme_names())
def test_every_role_is_declared_and_can_be_drawn(name: str) -> None:
    palette = load_palette(name)
    assert set(palette.roles) >= ROLES
    assert palette.title
    for role in palette.roles:
        assert palette.style(role).color is not None
    palette.textual()


def test_the_sixteen_colours_are_the_terminals_own() -> None:
    palette = load_palette("ansi16")
    assert palette.ansi
    for look in palette.roles.values():
        assert all(str(look[part]).startswith("ansi_") for part in ("fg", "bg") if part in look)


def test_there_are_the_four_themes() -> None:
    assert set(theme_names()) >= {"dark", "light", "high-contrast", "ansi16"}
