"""F1: explains the column or line under the cursor, and how it is filtered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.capital_letter import capital
from partnertui.kit.declare.kinds import Choice, Number
from partnertui.kit.declare.page import Column, Page, typed_name, words_of
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.widgets.record_lines import field_lines, title_line, wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from partnertui.kit.declare.actions import ActionContext


def explain_field(context: ActionContext) -> None:
    """Explains the current column of a list, then the filter language on this screen."""
    services = context.services
    page = services.catalog.loaded(context.screen)
    if page is None:
        services.notify("Nothing to explain here; {key:app.help} shows what you can do.", "")
        return
    column = page.column(context.column) or next((c for c in page.columns if c.heading == context.column), None)
    rule = services.symbols.line

    def lines(width: int) -> list[Line]:
        found = [*column_lines(page, column, width, rule), BLANK] if column is not None else []
        found.append(title_line(services.keymap.fill("Filter (press {key:list.search})"), width, rule))
        for example, meaning in filter_help(page):
            found += field_lines(example, meaning, "", width)
        return found

    services.show_dialog(
        LinesDialog(services, f"Explain: {column.heading if column else 'filter'}", lines), services.open
    )


def explain_filter(context: ActionContext) -> None:
    """Explains the filter language on this screen, and the values of the column that is being typed."""
    services = context.services
    page = services.catalog.loaded(context.screen)
    if page is None:
        return
    rule, column = services.symbols.line, _typed_column(page, getattr(context.focused, "value", ""))

    def lines(width: int) -> list[Line]:
        found = [*column_lines(page, column, width, rule), BLANK] if column is not None else []
        found.append(title_line("What you can type", width, rule))
        for example, meaning in filter_help(page):
            found += field_lines(example, meaning, "", width)
        known = words_of(page.asked)
        found += [BLANK, title_line("Columns", width, rule)]
        return [*found, *wrapped(", ".join(typed_name(each, known) for each in page.asked), width)]

    services.show_dialog(LinesDialog(services, "Filter", lines), services.open)


def _typed_column(page: Page, text: str) -> Column | None:
    """The column that the last term of a filter names."""
    from partnertui.kit.declare.query import split  # the filter language, which other help doesn't need

    terms = split(text)
    return words_of(page.asked).get(terms[-1].column.lower()) if terms else None


def column_lines(page: Page, column: Column, width: int, rule: str) -> list[Line]:
    """What a column shows and how it is filtered and sorted."""
    known = words_of(page.asked)
    lines = [title_line(column.heading, width, rule)]
    if column.about:
        lines += wrapped(capital(column.about).rstrip(".") + ".", width)
    if column.sortable:
        lines += field_lines("Filter by", f"{typed_name(column, known)}:…", "", width)
    else:
        lines += wrapped("This column can't be sorted or filtered: it isn't part of the query.", width, "muted")
    if isinstance(column.kind, Choice):
        lines += field_lines("Values", ", ".join(column.kind.suggestions("")), "", width)
    return lines


def filter_help(page: Page) -> Iterator[tuple[str, str]]:
    """Examples that can be typed on this very screen."""
    known = words_of(page.asked)
    names: dict[str, str] = {}
    for column in page.asked:
        names.setdefault(type(column.kind).__name__, typed_name(column, known))
        names.setdefault("ordered" if column.kind.ordered else "plain", typed_name(column, known))
    if page.search:
        headings = (found.heading for name in page.search if (found := page.column(name)) is not None)
        if all(isinstance(column.kind, Number) for column in page.asked if column.name in page.search):
            yield "191498", f"rows with these digits in {' or '.join(headings)}"
        else:
            yield "word", f"rows with this word in {' or '.join(headings)}"
            yield '"two words"', "this exact phrase"
        yield "word or word", "either word; “or” joins the terms on either side of it"
    choice, kind = next(
        ((column, column.kind) for column in page.asked if isinstance(column.kind, Choice)), (None, None)
    )
    if choice is not None and kind is not None:
        first, *more = kind.suggestions("")
        name = typed_name(choice, known)
        yield f"{name}:{first}", f"only this value; -{name}:{first} excludes it"
        if more:
            yield f"{name}:{first},{more[0]}", "any of these values"
        for group, _ in kind.groups:
            yield f"{name}:{group}", f"{kind.remark(group)}; {name}={group} matches only that value"
    yield from _more_examples(names)


def _more_examples(names: dict[str, str]) -> Iterator[tuple[str, str]]:
    number, text = names.get("Number", ""), names.get("Text", "")
    amount = names.get("Money") or names.get("Seconds") or names.get("Integer", "")
    when = names.get("Time") or names.get("Age", "")
    if number:
        yield f"{number}:+44", "numbers that begin with this; digits without + match anywhere"
        yield f"{number}:0191 498", "as dialled in the customer's country, in any notation"
    if text:
        yield f"{text}:smith", f"contains it; {text}:smi* starts with it, {text}=Smith matches it exactly"
        yield f"{text}:-", "has no value"
    if amount:
        yield f"{amount}>1.50" if "Money" in names else f"{amount}>90", "also >= < <="
    if when:
        yield f"{when}:today", "also yesterday, monday, last week, this month, 2026-11, 2026-11-20 14:30"
        yield f"{when}:yesterday 14:00..16:00", f"part of a day; {when}:2h is the last two hours"
        yield f"{when}:2026-11-01..", "a range; either end may be left out"
