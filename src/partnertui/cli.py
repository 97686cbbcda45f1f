"""The command line: reads flags and settings, runs one command, turns every error into a sentence.

Exit codes: 0 done, 1 failed, 2 wrong use.
"""

from __future__ import annotations

import errno
import gc
import logging
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from partnertui.commands import COMMANDS, load_command
from partnertui.config import ConfigError, Folders, Settings, find_folders, load_settings
from partnertui.errors import UserError
from partnertui.kit.terminal.ascii_fallback import HANDLER
from partnertui.log import Unexpected, start_log

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

DONE, FAILED, WRONG_USE = 0, 1, 2
FLAGS = {
    "database": ("database", "url"),
    "operator": ("operator",),
    "theme": ("theme",),
    "timezone": ("timezone",),
    "log_level": ("log_level",),
    "mouse": ("mouse",),
    "ascii": ("ascii",),
}
"""Flags that are settings, with the path of the setting."""
log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit code; only argparse ends the program itself."""
    readable_output()
    words = list(sys.argv[1:] if argv is None else argv)
    with Unexpected(log, "the command ended unexpectedly") as unexpected:
        return run_known(words)
    print(f"partnertui: something went wrong ({type(unexpected.error).__name__}).", file=sys.stderr)
    print("What happened is in the log file; partnertui doctor says where it is.", file=sys.stderr)
    return FAILED


def run_known(words: list[str]) -> int:
    """Runs the command; what can be expected to go wrong becomes a sentence."""
    try:
        code = run(words)
        sys.stdout.flush()  # a full disk is to be noticed here
    except ConfigError as error:
        return say(error, WRONG_USE)
    except UserError as error:
        log.info("%s: %s", type(error).__name__, error)
        return say(error, FAILED)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        drop_output()
        return FAILED
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        drop_output()
        print("partnertui: what it prints cannot be written: the disk is full.", file=sys.stderr)
        return FAILED
    else:
        return code


def drop_output() -> None:
    """What is still to be printed goes nowhere, so that the interpreter's end does not fail on it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def readable_output() -> None:
    """A character that the locale cannot show becomes the nearest one that it can, instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=HANDLER)


def say(error: Exception, code: int) -> int:
    """One sentence and an advice on standard error; untrusted text in it cleaned."""
    from partnertui.kit.terminal.safe_text import block

    advice = getattr(error, "advice", "")
    print(block(f"partnertui: {error}" + (f"\n{advice}" if advice else "")), file=sys.stderr)
    return code


def run(words: list[str]) -> int:
    """Reads the settings and runs the command; raises what it raises."""
    from argparse import Namespace

    args = Namespace(command="") if not words else parser(words).parse_args(words)
    if args.command:
        gc.enable()
        gc.set_threshold(50_000, 20, 100)  # many calls at a time are no garbage: a sixth of the time of a long list
    folders = find_folders(getattr(args, "dir", None), os.environ)
    settings = read_settings(folders, args)
    folders.make()
    start_log(folders.log_file, settings.log_level)
    prepare(settings)
    return load_command(args.command or "open").run(args, settings, folders)


def read_settings(folders: Folders, args: Namespace) -> Settings:
    """The settings with the flags of this run. `doctor` takes broken ones too and reports them."""
    given = {path: getattr(args, name) for name, path in FLAGS.items() if hasattr(args, name)}
    try:
        return load_settings(folders, os.environ, given)
    except ConfigError as error:
        if args.command != "doctor":
            raise
        args.broken = error
        return Settings()


def prepare(settings: Settings) -> None:
    """Sets the time zone and clears variables that steer Textual: one of them runs code."""
    if settings.timezone:
        import time

        os.environ["TZ"] = settings.timezone
        time.tzset()
    if not settings.development:
        for name in [name for name in os.environ if name.startswith("TEXTUAL_")]:
            del os.environ[name]


def parser(words: Sequence[str]) -> ArgumentParser:
    """The parser; only the modules of commands that are named are imported."""
    from argparse import SUPPRESS, ArgumentParser

    common = ArgumentParser(add_help=False, argument_default=SUPPRESS)
    common.add_argument("--dir", metavar="D", help="keep settings, embedded database, cache and state in D")
    common.add_argument("--database", metavar="URL", help="the database, as sqlite:///FILE or postgresql://…")
    common.add_argument("--operator", metavar="LOGIN", help="who is working")
    common.add_argument("--theme", metavar="NAME", help="auto, dark, light, high-contrast or ansi16")
    common.add_argument("--timezone", metavar="ZONE", help="time zone of times, as Europe/London")
    common.add_argument("--log-level", metavar="LEVEL", help="debug, info, warning or error")
    common.add_argument("--no-mouse", dest="mouse", action="store_const", const="no", help="without the mouse")
    common.add_argument("--ascii", action="store_const", const="yes", help="draw with ASCII alone")
    whole = ArgumentParser(
        prog="partnertui",
        description="The terminal a VoIP provider's support agents live in. Without a command it opens.",
        parents=[common],
        epilog="Settings can be given in settings.toml and as PARTNERTUI_* variables, too; "
        "partnertui doctor says where the file is.",
    )
    whole.add_argument("--version", action="store_true", help="show the version and end")
    whole.set_defaults(command="")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND")
    for name, about in COMMANDS.items():
        sub = commands.add_parser(name, help=about, description=about[0].upper() + about[1:], parents=[common])
        if name in words:
            load_command(name).arguments(sub)
    return whole
