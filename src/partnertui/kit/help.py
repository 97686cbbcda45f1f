"""`?`: what can be done here and now, made from the registry."""

from __future__ import annotations

from partnertui.kit.actions import Action, key_words
from partnertui.kit.context import Here
from partnertui.kit.records.lines import BLANK, Line, title_line
from partnertui.kit.table.paint import fit

FILTER_HELP = (
    ("word", "rows with that word in their main columns"),
    ('"two words"', "these words together"),
    ("status:active", "the column has that value (text: contains it)"),
    ("status:active,trial", "one of several"),
    ("-status:blocked", "not that"),
    ("destination:44*", "begins with; a number also as +44"),
    ("name:=Smith", "exactly"),
    ("charge>1.50", "also >= < <="),
    ("start:2026-11-01..2026-11-20", "a range; either end may be left out"),
    ("start:today  start>2h", "days, times and ages"),
    ("user:-", "has no value"),
)


def show_help(here: Here) -> None:
    """What can be done here: keys, actions, why some cannot be done now, and the filter language."""
    from partnertui.kit.text_box import LinesBox

    desk = here.desk
    title = desk.catalog.screens[here.screen].entry.title if here.screen in desk.catalog.screens else "partnertui"

    def lines(width: int) -> list[Line]:
        return help_lines(here, desk.actions(), width)

    desk.ask(LinesBox(desk, f"What can be done here: {title}", lines), lambda answer: None)


def help_lines(here: Here, actions: tuple[Action, ...], width: int) -> list[Line]:
    """Actions by group with their keys, then moving, then the filter language."""
    rule = here.desk.glyphs.line
    groups: dict[str, list[Line]] = {}
    for action, keys in here.desk.keymap.pairs(actions):
        refusal = action.refusal(here)
        groups.setdefault(action.group, []).append(_line(keys, action.title, refusal or action.about, bool(refusal)))
    lines: list[Line] = []
    entry = here.desk.catalog.screens.get(here.screen)
    if entry is not None and entry.entry.about:
        lines += [Line(((entry.entry.about, "muted"),)), BLANK]
    for name, found in groups.items():
        lines += [title_line(name, width, rule), *found, BLANK]
    lines.append(title_line("Move", width, rule))
    for keys_text, words in (
        ("↑ ↓ PgUp PgDn", "rows"),
        ("← →", "columns; the marked heading is the current one"),
    ):
        lines.append(_row(keys_text, words, "", False))
    lines += [BLANK, title_line("Filter, after /", width, rule)]
    lines += [_row(example, words, "", False, 32) for example, words in FILTER_HELP]
    return lines


def _line(keys: tuple[str, ...], title: str, about: str, refused: bool) -> Line:
    shown = dict.fromkeys(key_words(key) for key in keys)
    return _row("  ".join(shown), title, about, refused)


def _row(keys: str, title: str, about: str, refused: bool, wide: int = 16) -> Line:
    pieces = [(fit(keys, wide, "left", "…") + " ", "header-key" if not refused else "muted")]
    pieces.append((title, "muted" if refused else ""))
    if about:
        pieces.append((f"  ({about})" if refused else f"  {about}", "muted"))
    return Line(tuple(pieces), copy=f"{keys} {title}")
