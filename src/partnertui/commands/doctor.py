"""`partnertui doctor`: checks everything that partnertui needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.doctor.checks import as_json, as_lines, examine

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Prints one line per check; returns 1 if a check failed."""
    findings = examine(settings, folders, getattr(args, "broken", None))
    print(as_json(findings) if args.json else as_lines(findings))
    return int(any(finding.state == "fail" for finding in findings))
