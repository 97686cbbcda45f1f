"""The result of an import's dry run as text: dialect, columns that aren't read, the first problems by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnertui.db.imports.run import Checked


def lines_text(count: int) -> str:
    """So many lines, in words."""
    return f"{count:,} {'line' if count == 1 else 'lines'}"


def report_texts(checked: Checked) -> list[str]:
    """How the file is written, which columns aren't read, and the first problems, each with its line."""
    problems = checked.problems
    found = [f"The file is {checked.dialect.words()}."]
    if checked.unknown:
        names = ", ".join(f"“{name}”" for name in checked.unknown)
        found.append(f"Unknown column{'s' if len(checked.unknown) != 1 else ''}, ignored: {names}.")
    found += [problem.words() for problem in problems.first]
    if problems.count > len(problems.first):
        found.append(f"… and {problems.count - len(problems.first):,} more.")
    if problems.count:
        verb = "isn't" if problems.count == 1 else "aren't"
        found.append(f"{problems.count:,} of {lines_text(checked.lines)} {verb} valid, so nothing was imported.")
    return found
