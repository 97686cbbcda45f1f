"""Writes the completions for bash and zsh and the man page into deploy/shell, or checks that they are current.

`python tests/shell_files.py [--check]`; `make docs` and `make check` run it. The man page is made here, from the same
parser, because argparse-manpage comes as source alone: building it would run code that no hash pins.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import shtab

from partnertui import __version__
from partnertui.cli import full_parser

FOLDER = Path(__file__).parent.parent / "deploy" / "shell"


def man_page(parser: argparse.ArgumentParser) -> str:
    """The man page in roff: synopsis, options, one section a command."""
    return "\n".join(
        [
            f'.TH PARTNERTUI 1 "" "partnertui {__version__}" "User Commands"',
            ".SH NAME",
            f"partnertui \\- {roff(parser.description or '')}",
            ".SH SYNOPSIS",
            ".B partnertui",
            "[\\fIoptions\\fR] [\\fICOMMAND\\fR ...]",
            ".SH OPTIONS",
            *options(parser),
            *(line for name, command in commands(parser).items() for line in section(name, command)),
            ".SH EXIT STATUS",
            "0 done, 1 failed, 2 wrong use.",
            "",
        ]
    )


def section(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    """A command with its own options."""
    yield f".SH {name.upper()}"
    yield roff(parser.description or "")
    yield ".PP"
    yield f".B partnertui {name}"
    yield from options(parser)


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Options and arguments with their help; those that every command shares are listed once, by the program itself."""
    shared = set() if parser.prog == "partnertui" else {action.dest for action in full_parser()._actions}
    for action in parser._actions:
        if action.help is None or action.dest in shared or isinstance(action, argparse._SubParsersAction):
            continue
        names = ", ".join(action.option_strings) or str(action.metavar or action.dest)
        yield ".TP"
        yield f".B {roff(names)}"
        yield roff(action.help)


def commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parsers of the commands, by name."""
    found = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(next(found).choices)


def roff(text: str) -> str:
    """Text with what roff would take as its own escaped."""
    escaped = " ".join(text.replace("%%", "%").split()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


def main() -> int:
    """Writes the files; with --check returns 1 if one differs."""
    parser = full_parser()
    files = {
        "partnertui.bash": shtab.complete(parser, "bash"),
        "_partnertui": shtab.complete(parser, "zsh"),
        "partnertui.1": man_page(parser),
    }
    stale = [name for name, text in files.items() if not (path := FOLDER / name).exists() or path.read_text() != text]
    if "--check" in sys.argv:
        for name in stale:
            print(f"deploy/shell/{name} is out of date: run “make docs”.")
        return bool(stale)
    FOLDER.mkdir(exist_ok=True)
    for name, text in files.items():
        (FOLDER / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
