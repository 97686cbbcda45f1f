"""Copies to the clipboard of the operator's terminal, also over SSH and inside tmux or screen.

OSC 52 is xterm's sequence for it (ctlseqs, "Manipulate Selection Data"): `ESC ] 52 ; c ; base64 BEL`.
tmux takes it only with `set-clipboard on`, hands it on only with `allow-passthrough on`, and by itself
sets the clipboard with `load-buffer -w`. GNU screen hands on what is wrapped in DCS, 768 bytes at a time.
"""

from __future__ import annotations

import base64
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_BYTES = 74_994
"""Bytes of text: terminals silently drop a sequence of more than 100,000 bytes."""
# Below the 768 bytes of GNU screen, as a BEL may be added to the last chunk (`_through_screen`).
SCREEN_CHUNK = 700
DEAF = frozenset({"", "dumb", "linux", "vt100", "vt102", "vt220", "ansi", "cons25"})
"""Terminals that have no clipboard."""
BASE64 = "[A-Za-z0-9+/]*={0,2}"
COPY = re.compile(
    rf"(?:\x1b\]52;c;{BASE64}\x07|\x1bPtmux;\x1b\x1b\]52;c;{BASE64}\x07\x1b\\"
    rf"|\x1bP\x1b\]52;c;{BASE64}(?:\x1b\\\x1bP{BASE64})*\x07\x1b\\)+"
)


class TooLarge(ValueError):
    """The text does not fit into what terminals take."""


@dataclass(frozen=True)
class Tmux:
    """tmux's options that decide about copying: each as tmux prints it."""

    set_clipboard: str = "external"
    allow_passthrough: str = "off"


def osc52(text: str, env: Mapping[str, str], tmux: Tmux | None = None) -> str | None:
    """The sequence that copies a text; None where the terminal has no way, and the text must be shown in a box.

    tmux: its options where they are known. Where they are not, both ways through tmux are sent: it drops
    what it does not allow. Raises TooLarge.
    """
    data = text.encode("utf-8", "replace")
    if len(data) > MOST_BYTES:
        raise TooLarge(
            f"The text is {len(data):,} bytes; a terminal's clipboard takes at most {MOST_BYTES:,}. "
            "Save or export it to a file instead."
        )
    plain = f"\x1b]52;c;{base64.b64encode(data).decode('ascii')}\x07"
    if env.get("TMUX") or env.get("TERM", "").startswith("tmux"):
        return _through_tmux(plain, tmux)
    if env.get("STY"):
        return _through_screen(plain)
    # Apple's Terminal says TERM=xterm-256color, but knows no OSC 52; TERM_PROGRAM tells it apart.
    if env.get("TERM", "") in DEAF or env.get("TERM_PROGRAM") == "Apple_Terminal":
        return None
    return plain


def _through_tmux(plain: str, tmux: Tmux | None) -> str | None:
    # inside the passthrough every ESC is doubled
    wrapped = "\x1bPtmux;" + plain.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if tmux is None:
        return plain + wrapped
    if tmux.set_clipboard == "on":
        return plain
    return wrapped if tmux.allow_passthrough in {"on", "all"} else None


def _through_screen(plain: str) -> str:
    chunks = [plain[place : place + SCREEN_CHUNK] for place in range(0, len(plain), SCREEN_CHUNK)]
    if len(chunks) > 1 and chunks[-1] == "\x07":
        chunks[-2:] = [chunks[-2] + "\x07"]
    return "".join(f"\x1bP{chunk}\x1b\\" for chunk in chunks)


def is_copy(data: str) -> bool:
    """True where a write is nothing but copying; the driver's filter lets it through."""
    return COPY.fullmatch(data) is not None


def tmux_options() -> Tmux | None:
    """The options of the tmux around us; None where it does not answer."""
    found = (_tmux("show-options", "-gv", "set-clipboard"), _tmux("show-options", "-gwv", "allow-passthrough"))
    return None if found[0] is None else Tmux(found[0], found[1] or "off")


def _tmux(*words: str, text: str = "") -> str | None:
    try:
        # This runs on the event loop: a tmux that hangs may hold it up for a second at most.
        done = subprocess.run(
            ["tmux", *words], input=text.encode("utf-8", "replace"), capture_output=True, timeout=1, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None


def put(text: str, env: Mapping[str, str], write: Callable[[str], None]) -> bool:
    """Copies a text; False where it must be shown in a box instead. Raises TooLarge.

    write: takes a sequence to the terminal, as it is.
    """
    sequence = osc52(text, env)
    if env.get("TMUX"):
        # tmux 3.2 and newer can set the outer clipboard by themselves
        if _tmux("load-buffer", "-w", "-", text=text) is not None:
            return True
        sequence = osc52(text, env, tmux_options())
    if sequence is None:
        return False
    write(sequence)
    return True
