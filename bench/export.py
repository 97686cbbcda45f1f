"""Exports calls of a database in all formats: rows a second, and the most memory that it took.

    python bench/export.py sqlite:///FILE [--rows 1000000]

Every format is a `partnertui export` of its own. The calls are narrowed to those from the newest on, until there are so
many; the database is only read.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from partnertui.db.database import open_database


def since(url: str, rows: int) -> str:
    """A filter for calls since the start of the Nth newest call; empty if there are fewer."""
    from sqlalchemy import select

    from partnertui.db.models import Cdr

    statement = select(Cdr.started_at).order_by(Cdr.started_at.desc()).offset(rows).limit(1)
    found = open_database(url, read_only=True).read(lambda c: c.execute(statement).scalar(), deadline=300)
    return "" if found is None else f"started_at:{found.astimezone().isoformat(timespec='seconds')}.."


def peak(pid: int) -> int:
    """The most memory that a process has had so far, in kB."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM")), "0 0")
    return int(line.split()[1])


def measured(words: list[str]) -> tuple[float, int, str]:
    """Seconds, peak memory in kB, and the command's output."""
    begun, most = time.monotonic(), 0
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            most = max(most, peak(process.pid))
            time.sleep(0.05)
        seconds = time.monotonic() - begun
        said = process.stderr.read() if process.stderr else ""
    if process.returncode:
        raise SystemExit(said)
    return seconds, most, said


def main() -> None:
    """Prints a line a format and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--rows", type=int, default=1_000_000)
    args = parser.parse_args()
    print(f"{'format':<8}{'rows':>12}{'seconds':>9}{'rows/s':>9}{'MB/file':>9}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for rows in (args.rows // 100, args.rows):
            narrowed = since(args.url, rows)
            for form in ("csv", "jsonl", "xml"):
                path = Path(folder) / f"calls.{form}"
                command = [sys.executable, "-m", "partnertui", "--dir", folder, "--database", args.url, "export", "cdr"]
                seconds, most, said = measured([*command, "--filter", narrowed, "-o", str(path)])
                written, size = int(said.split()[0].replace(",", "")), path.stat().st_size
                os.unlink(path)
                figures = f"{seconds:>9.1f}{written / seconds:>9,.0f}{size / 1e6:>9.1f}{most / 1024:>9.1f}"
                print(f"{form:<8}{written:>12,}{figures}", flush=True)


if __name__ == "__main__":
    main()
