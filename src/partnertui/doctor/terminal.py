"""Checks the terminal: type, colours, size, UTF-8, mouse, clipboard, tmux, SSH."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from partnertui.doctor.check_result import Finding, fail, look, ok
from partnertui.kit.terminal import FOLD_BELOW, LEAST
from partnertui.kit.terminal.clipboard import DEAF, Tmux, osc52, tmux_options

if TYPE_CHECKING:
    from partnertui.config import Folders, Settings

COMFORTABLE = (FOLD_BELOW, 30)


def check(settings: Settings, folders: Folders) -> Iterator[Finding]:
    """What the environment says about the terminal, and what the program makes of it."""
    env = dict(os.environ)
    yield kind(env)
    yield colours(env)
    yield size(*shutil.get_terminal_size())
    yield encoding(sys.stdout.encoding or "ascii", settings.ascii)
    yield mouse(env, settings.mouse)
    yield clipboard(env, tmux_options() if env.get("TMUX") else None)
    if env.get("SSH_CONNECTION") or env.get("SSH_TTY"):
        yield ok("ssh", "over SSH: no animations; ssh -C cuts the traffic to a fraction")


def kind(env: Mapping[str, str]) -> Finding:
    """TERM."""
    term = env.get("TERM", "")
    if term in {"", "dumb"}:
        return fail("terminal", f"TERM is “{term}”", "Set TERM to the terminal's type, such as xterm-256color.")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        words = f"{term}, but input or output is a file or a pipe"
        return look("terminal", words, "Run partnertui doctor in a terminal.")
    return ok("terminal", term)


def colours(env: Mapping[str, str]) -> Finding:
    """How many colours there are."""
    term = env.get("TERM", "")
    if env.get("NO_COLOR"):
        return ok("colours", "none, because NO_COLOR is set")
    if env.get("COLORTERM") in {"truecolor", "24bit"} or term.endswith("-direct"):
        return ok("colours", "16 million")
    if "256" in term:
        return ok("colours", "256; set COLORTERM=truecolor if the terminal supports more")
    advice = 'Set TERM=xterm-256color if the terminal supports more; otherwise theme = "ansi16" is used.'
    return look("colours", f"{term}: 16 at most" if term else "TERM isn't set: 16 at most", advice)


def size(width: int, height: int) -> Finding:
    """Columns and rows."""
    words = f"{width}x{height}"
    if width < LEAST[0] or height < LEAST[1]:
        return fail("size", f"{words} is too small", f"Make the terminal {LEAST[0]}x{LEAST[1]} or larger.")
    if width < COMFORTABLE[0]:
        return ok("size", f"{words}; the menu is shown at {COMFORTABLE[0]} columns or more")
    return ok("size", words)


def encoding(name: str, ascii_wanted: bool) -> Finding:
    """UTF-8."""
    if name.lower().replace("-", "") == "utf8":
        return ok("characters", "UTF-8" + (", drawn in ASCII as configured" if ascii_wanted else ""))
    advice = "Set LANG=C.UTF-8, and the terminal to UTF-8; until then, lines are drawn in ASCII."
    return look("characters", f"the locale uses {name}, not UTF-8", advice)


def mouse(env: Mapping[str, str], wanted: bool) -> Finding:
    """Whether the mouse is used."""
    if not wanted:
        return ok("mouse", "left to the terminal, as configured")
    if env.get("TERM", "") in DEAF:
        return ok("mouse", "not supported here; everything can be done with keys")
    return ok("mouse", "used; Shift+drag selects text as usual")


def clipboard(env: Mapping[str, str], tmux: Tmux | None) -> Finding:
    """Whether copying reaches the agent's own clipboard."""
    if env.get("TMUX"):
        if tmux is None:
            return look("clipboard", "tmux isn't responding", "Unset TMUX if it was set on another host.")
        words = f"tmux: set-clipboard {tmux.set_clipboard}, allow-passthrough {tmux.allow_passthrough}"
        if tmux.set_clipboard == "off" and osc52("x", env, tmux) is None:
            return look(
                "clipboard",
                words,
                "Add “set -s set-clipboard on” to ~/.tmux.conf; until then, copied text is shown in a box.",
            )
        return ok("clipboard", words)
    if env.get("STY"):
        return ok("clipboard", "OSC 52 through GNU screen")
    if osc52("x", env) is None:
        return look(
            "clipboard", "this terminal doesn't support OSC 52", "Copied text is shown in a box, to be selected there."
        )
    if env.get("XTERM_VERSION"):
        advice = "Put “XTerm*disallowedWindowOps: 20,21,SetXprop” into ~/.Xresources."
        return look("clipboard", "OSC 52; xterm refuses it unless it is allowed", advice)
    return ok("clipboard", "OSC 52")
