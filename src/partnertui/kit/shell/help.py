"""`?`: what can be done here and now, made from the registry."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

from partnertui.kit.declare.actions import Action, key_words
from partnertui.kit.declare.context import ActionContext
from partnertui.kit.declare.kinds import Choice
from partnertui.kit.declare.page import Page, typed_name, words_of
from partnertui.kit.widgets.styled_lines import BLANK, Line, field_lines, title_line, wrapped
from partnertui.kit.widgets.table.paint import fit

KEYS = 16
"""Cells of the keys."""
MOVES = (("↑ ↓ PgUp PgDn", "rows"), ("← →", "columns; the marked heading is the current one"))
"""Keys that move, where a view does not say otherwise (`moves` in `ActionContext.extra`)."""


def show_help(context: ActionContext) -> None:
    """What can be done here: keys, actions, why some cannot be done now, and the filter language."""
    from partnertui.kit.widgets.text_box import LinesBox

    services = context.services
    known = services.catalog.screens.get(context.screen)
    title = known.entry.title if known is not None else context.extra.get("title", "partnertui")

    def lines(width: int) -> list[Line]:
        return help_lines(context, services.actions(), width)

    services.show_dialog(LinesBox(services, f"What can be done here: {title}", lines), lambda answer: None)


def help_lines(context: ActionContext, actions: tuple[Action, ...], width: int) -> list[Line]:
    """Actions by group with their keys, then moving, then the filter language."""
    rule = context.services.symbols.line
    groups: dict[str, list[Line]] = {}
    for action, keys in context.services.keymap.pairs(actions):
        refusal = action.refusal(context)
        found_lines = _lines(keys, action.title, refusal or action.about, bool(refusal), width)
        groups.setdefault(action.group, []).extend(found_lines)
    lines: list[Line] = []
    entry = context.services.catalog.screens.get(context.screen)
    if entry is not None and entry.entry.about:
        lines += [Line(((entry.entry.about, "muted"),)), BLANK]
    for name, found in groups.items():
        lines += [title_line(name, width, rule), *found, BLANK]
    lines.append(title_line("Move", width, rule))
    for keys_text, words in context.extra.get("moves", MOVES):
        lines.append(_row(keys_text, words, False))
    page = context.services.catalog.loaded(context.screen)
    if page is not None:
        lines += [BLANK, title_line("Filter, after /", width, rule)]
        lines += [line for example, words in filter_help(page) for line in field_lines(example, words, "", width)]
    return lines


def _lines(keys: tuple[str, ...], title: str, about: str, refused: bool, width: int) -> list[Line]:
    shown = dict.fromkeys(key_words(key) for key in keys)
    first = _row("  ".join(shown), title, refused)
    room = width - KEYS - 1 - cell_len(title) - 2
    words = f"({about})" if refused and about else about
    if cell_len(words) <= room:
        return [Line((*first.pieces, (f"  {words}", "muted")), copy=first.copy)] if words else [first]
    return [first, *wrapped(words, width, "muted", indent=" " * (KEYS + 3))]


def _row(keys: str, title: str, refused: bool) -> Line:
    pieces = [(fit(keys, KEYS, "left", "…") + " ", "header-key" if not refused else "muted")]
    pieces.append((title, "muted" if refused else ""))
    return Line(tuple(pieces), copy=f"{keys} {title}")


def filter_help(page: Page) -> Iterator[tuple[str, str]]:
    """Examples that can be typed on this very screen."""
    known = words_of(page.asked)
    names: dict[str, str] = {}
    for column in page.asked:
        names.setdefault(type(column.kind).__name__, typed_name(column, known))
        names.setdefault("ordered" if column.kind.ordered else "plain", typed_name(column, known))
    if page.search:
        yield "word", f"rows with that word in {' or '.join(_headings(page))}"
        yield '"two words"', "these words together"
    choice = next((column for column in page.columns if isinstance(column.kind, Choice)), None)
    if choice is not None:
        first, *more = choice.kind.suggestions("")
        name = typed_name(choice, known)
        yield f"{name}:{first}", "that value; -" + f"{name}:{first} all others"
        if more:
            yield f"{name}:{first},{more[0]}", "one of several"
    yield from _more_help(names)


def _more_help(names: dict[str, str]) -> Iterator[tuple[str, str]]:
    number, words = names.get("Number", ""), names.get("Text", "")
    amount = names.get("Money") or names.get("Seconds") or names.get("Integer", "")
    when = names.get("Time") or names.get("Age", "")
    if number:
        yield f"{number}:+44", "a number that begins with that; bare digits are found anywhere inside"
    if words:
        yield f"{words}:smith", f"contains that; {words}:smi* begins with it, {words}:=Smith is just that"
        yield f"{words}:-", "has no value"
    if amount:
        yield f"{amount}>1.50" if "Money" in names else f"{amount}>90", "also >= < <="
    if when:
        yield f"{when}:today", f"also yesterday, 2026-11, 2026-11-20T14:30; {when}>2h the last two hours"
        yield f"{when}:2026-11-01..", "a range; either end may be left out"


def _headings(page: Page) -> list[str]:
    found = (page.column(name) for name in page.search)
    return [column.heading for column in found if column is not None]
