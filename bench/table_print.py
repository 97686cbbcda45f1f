"""One printed table: medians, and ratios against a peer of the same run."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Sequence


def machine() -> str:
    """Date, processor count and Python, for docs/benchmarks.md."""
    import os

    return f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Python {platform.python_version()}"


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints a Markdown table."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(head))]
    print(f"\n{title} ({machine()})\n")
    for place, row in enumerate(cells):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
        if place == 0:
            print("| " + " | ".join("-" * width for width in widths) + " |")
