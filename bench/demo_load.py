"""Demo data: rows a second, with all indexes, on SQLite and (with --url) PostgreSQL.

usage: python bench/demo_load.py [CDRS] [--url URL]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from table_print import show


def main() -> None:
    """Builds and prints."""
    parser = argparse.ArgumentParser()
    parser.add_argument("cdrs", nargs="?", type=int, default=100_000)
    parser.add_argument("--url", default="")
    arguments = parser.parse_args()
    from partnertui.demo import build

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.db"
        started = time.perf_counter()
        build(arguments.url or f"sqlite:///{path}", customers=200, cdrs=arguments.cdrs, seed=1)
        seconds = time.perf_counter() - started
        size = f"{path.stat().st_size / 1e6:,.0f} MB" if path.exists() else ""
    row = (f"{arguments.cdrs:,}", f"{seconds:.1f} s", f"{arguments.cdrs / seconds:,.0f}", size)
    show("Demo data, 200 customers", ("CDRs", "whole", "CDRs a second", "size"), [row])


if __name__ == "__main__":
    main()
