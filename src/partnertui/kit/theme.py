"""Themes as files: colours by role, read from themes/*.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from rich.color import Color as RichColor
from rich.style import Style
from textual.theme import BUILTIN_THEMES
from textual.theme import Theme as TextualTheme

from partnertui.config.settings import THEMES

Look = dict[str, Any]
VARIABLES = {
    "border": ("border", "fg"),
    "block-cursor-background": ("cursor", "bg"),
    "block-cursor-foreground": ("cursor", "fg"),
    "input-selection-background": ("selection", "bg"),
    "input-cursor-background": ("accent", "fg"),
    "role-muted": ("muted", "fg"),
    "role-bad": ("bad", "fg"),
    "role-input": ("input", "bg"),
    "role-input-bad": ("input-bad", "bg"),
    "role-border": ("border", "fg"),
    "role-border-focus": ("border-focus", "fg"),
    "role-title": ("title", "fg"),
    "role-header": ("header", "bg"),
    "role-menu": ("menu", "bg"),
}


@dataclass(frozen=True)
class Palette:
    """The looks of one theme by role; styles are made once and kept."""

    name: str
    title: str
    dark: bool
    roles: dict[str, Look]
    _styles: dict[tuple[str, str], Style] = field(default_factory=dict, compare=False)

    def style(self, role: str, over: str = "text") -> Style:
        """The Rich style of a role on the background of another role."""
        known = self._styles.get((role, over))
        if known is None:
            known = self._styles[role, over] = self._make(role, over)
        return known

    def _make(self, role: str, over: str) -> Style:
        base, look, under = self.roles["text"], self.roles.get(role, {}), self.roles.get(over, {})
        fg = look.get("fg") or under.get("fg") or base["fg"]
        bg = (look.get("bg") if over in {"text", role} else None) or under.get("bg") or base["bg"]
        return Style(
            color=RichColor.parse(plain(fg)),
            bgcolor=RichColor.parse(plain(bg)),
            bold=look.get("bold") or under.get("bold") or None,
            underline=look.get("underline"),
            reverse=look.get("reverse") or under.get("reverse"),
        )

    def colour(self, role: str, which: str = "fg") -> str:
        """The foreground or background of a role, as Textual's CSS names it."""
        return str(self.roles.get(role, {}).get(which) or self.roles["text"][which])

    @cached_property
    def ansi(self) -> bool:
        """True where the theme uses the terminal's own 16 colours."""
        return self.colour("text").startswith("ansi")

    def _variables(self) -> dict[str, str]:
        known = BUILTIN_THEMES["ansi-dark"].variables if self.ansi else {}
        return {**known, **{key: self.colour(*where) for key, where in VARIABLES.items()}}

    def textual(self) -> TextualTheme:
        """The theme as Textual's style sheets see it."""
        return TextualTheme(
            name=f"partnertui-{self.name}",
            primary=self.colour("accent"),
            secondary=self.colour("info"),
            warning=self.colour("warn"),
            error=self.colour("bad"),
            success=self.colour("good"),
            accent=self.colour("accent"),
            foreground=self.colour("text"),
            background=self.colour("text", "bg"),
            surface=self.colour("text", "bg"),
            panel=self.colour("header", "bg"),
            dark=self.dark,
            ansi=self.ansi,
            variables=self._variables(),
        )


REVERSED = frozenset({"cursor", "menu-current", "chip", "selection"})
STRONG = frozenset({"title", "header-key", "accent", "bad", "warn", "mark"})


def colourless(palette: Palette) -> Palette:
    """The theme without colours, for NO_COLOR (no-color.org): the selection is reversed, emphasis is bold."""
    plain_look = {"fg": "ansi_default", "bg": "ansi_default"}
    roles = {
        name: {**plain_look, "reverse": name in REVERSED or None, "bold": name in STRONG or None}
        for name in (*palette.roles, *REVERSED)
    }
    return Palette(f"{palette.name}-plain", palette.title, palette.dark, roles)


def plain(colour: str) -> str:
    """A colour as Rich names it: `ansi_bright_blue` is `bright_blue`."""
    return colour.removeprefix("ansi_")


def theme_names() -> tuple[str, ...]:
    """The themes there are, by file name."""
    return tuple(sorted(path.stem for path in THEMES.glob("*.toml")))


def load_palette(name: str) -> Palette:
    """Reads themes/NAME.toml; raises KeyError if there is no such theme."""
    path = THEMES / f"{name}.toml"
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise KeyError(name) from None
    return Palette(name, data.get("title", name), bool(data.get("dark", True)), data["roles"])
