"""The command line: reads flags and settings, runs a command, reports errors as sentences.

Exit codes: 0 success, 1 failure, 2 wrong usage.
"""

from __future__ import annotations

import errno
import gc
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from partnertui.commands import COMMANDS, DEVELOPER_ARGUMENTS, load_command
from partnertui.config import ConfigError, Folders, Settings, find_folders, load_settings
from partnertui.errors import UserError
from partnertui.kit.terminal.ascii_fallback import HANDLER
from partnertui.log import Unexpected, redact, start_log

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

SUCCESS, FAILED, WRONG_USAGE = 0, 1, 2
FLAGS = {
    "database": ("database", "url"),
    "operator": ("operator",),
    "account": ("operator",),
    "theme": ("theme",),
    "timezone": ("timezone",),
    "log_level": ("log_level",),
    "mouse": ("mouse",),
    "ascii": ("ascii",),
}
"""Flags that set a setting, with its path."""
log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and returns the exit code; argparse exits by itself."""
    os.umask(0o077)  # whatever is written names customers: it is for its owner alone
    replace_unencodable_output()
    arguments = list(sys.argv[1:] if argv is None else argv)
    with Unexpected(log, "the command ended unexpectedly") as unexpected:
        return run_reporting(arguments)
    if unexpected.error is not None and DEVELOPER_ARGUMENTS.intersection(arguments):
        print_traceback(unexpected.error)
        return FAILED
    print(f"partnertui: something went wrong ({type(unexpected.error).__name__}).", file=sys.stderr)
    print("The details are in the log file; partnertui doctor shows its path.", file=sys.stderr)
    return FAILED


def print_traceback(error: Exception) -> None:
    """Prints a traceback to standard error, without secrets and control characters."""
    import traceback  # here, because start-up doesn't need it

    from partnertui.kit.terminal.safe_text import block

    print(block(redact("".join(traceback.format_exception(error)).rstrip())), file=sys.stderr)


def run_reporting(arguments: list[str]) -> int:
    """Runs the command and reports expected errors."""
    try:
        code = run(arguments)
        sys.stdout.flush()  # so that a full disk is noticed here
    except ConfigError as error:
        return report(error, WRONG_USAGE)
    except UserError as error:
        log.info("%s: %s", type(error).__name__, error)
        return report(error, FAILED)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        discard_output()
        return FAILED
    except (FileNotFoundError, PermissionError, FileExistsError, IsADirectoryError, NotADirectoryError) as error:
        if error.filename is None or DEVELOPER_ARGUMENTS.intersection(arguments):
            raise
        log.exception("a file can't be used")
        return report(UserError(f"{error.filename}: {error.strerror}."), FAILED)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        discard_output()
        print("partnertui: the output can't be written: the disk is full.", file=sys.stderr)
        return FAILED
    else:
        return code


def discard_output() -> None:
    """Discards buffered output, so that the interpreter doesn't fail on it when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def replace_unencodable_output() -> None:
    """Makes characters that the locale can't encode come out as the nearest ASCII, instead of raising."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=HANDLER)


def report(error: UserError, code: int) -> int:
    """Prints an error and its advice to standard error, without control characters; returns the exit code."""
    from partnertui.kit.terminal.safe_text import block

    advice = f"\n{error.advice}" if error.advice else ""
    print(block(f"partnertui: {error}{advice}"), file=sys.stderr)
    return code


def run(arguments: list[str]) -> int:
    """Reads the settings and runs the command; raises UserError, and whatever the command raises."""
    from argparse import Namespace  # here, because start-up without arguments needs nothing else of it

    args = parser(arguments).parse_args(arguments) if arguments else Namespace(command="")
    if args.command:
        gc.enable()
        if sys.stdout.isatty():
            from partnertui.terminal_safe_output import clean_terminal_output  # the screens have walls of their own

            clean_terminal_output(HANDLER)
        gc.set_threshold(50_000, 20, 100)  # collecting rarely saves a sixth of the time of a long list
    folders = find_folders(getattr(args, "dir", None), os.environ)
    settings = read_settings(folders, args)
    folders.make()
    start_log(folders.log_file, settings.log_level)
    prepare(settings)
    return load_command(args.command).run(args, settings, folders)


def read_settings(folders: Folders, args: Namespace) -> Settings:
    """The settings with the flags of this run; `doctor` also runs with settings that aren't valid, to report them."""
    given = {path: getattr(args, name) for name, path in FLAGS.items() if hasattr(args, name)}
    try:
        settings = load_settings(folders, os.environ, given)
        return connecting_as(settings, args.account) if hasattr(args, "account") else settings
    except ConfigError as error:
        if args.command != "doctor":
            raise
        args.broken = error
        return Settings()


def connecting_as(settings: Settings, login: str) -> Settings:
    """The settings with the operator's own login to a PostgreSQL database: one of another user's would decide."""
    from partnertui.db.database_url_logins import url_of_user  # SQLAlchemy's URLs

    return replace(settings, database=replace(settings.database, url=url_of_user(settings.database_url, login)))


def prepare(settings: Settings) -> None:
    """Sets the time zone, and removes the variables that control Textual, one of which runs code."""
    if settings.timezone:
        import time

        os.environ["TZ"] = settings.timezone
        time.tzset()
    if not settings.development:
        for name in [name for name in os.environ if name.startswith("TEXTUAL_")]:
            del os.environ[name]


def full_parser() -> ArgumentParser:
    """The parser with the arguments of every command, for completions and the man page."""
    return parser(tuple(COMMANDS))


def parser(arguments: Sequence[str]) -> ArgumentParser:
    """The parser; imports only the modules of commands named in the arguments."""
    from argparse import SUPPRESS, ArgumentParser  # here, because start-up without arguments doesn't need it

    from partnertui.config.settings import theme_names  # reads the themes' folder

    common = ArgumentParser(add_help=False, argument_default=SUPPRESS)
    common.add_argument("--dir", metavar="D", help="folder for settings, embedded database, cache and state")
    common.add_argument("--database", metavar="URL", help="database, such as sqlite:///FILE or postgresql://…")
    common.add_argument("--operator", metavar="LOGIN", help="operator's login")
    common.add_argument(
        "--as",
        dest="account",
        metavar="LOGIN",
        help="owner of the key or account (for SSH forced commands)",
    )
    common.add_argument("--theme", metavar="NAME", help=f"one of {', '.join(theme_names())}")
    common.add_argument("--timezone", metavar="ZONE", help="time zone, such as Europe/London")
    common.add_argument("--log-level", metavar="LEVEL", help="debug, info, warning or error")
    common.add_argument(
        "--no-mouse", dest="mouse", action="store_const", const="no", help="leave the mouse to the terminal"
    )
    common.add_argument("--ascii", action="store_const", const="yes", help="draw with ASCII characters only")
    program = ArgumentParser(
        prog="partnertui",
        description="A support desk in the terminal for VoIP providers. Without a command, it opens the program.",
        parents=[common],
        epilog="Settings can also be given in settings.toml and as PARTNERTUI_* variables; "
        "partnertui doctor shows where the file is.",
    )
    program.add_argument("--version", action="store_true", help="print the version and exit")
    program.set_defaults(command="")
    commands = program.add_subparsers(dest="command", metavar="COMMAND")
    for name, about in COMMANDS.items():
        if name in arguments:
            from partnertui.domain.capital_letter import capital

            sub = commands.add_parser(name, help=about, description=capital(about), parents=[common])
            load_command(name).arguments(sub)
        else:
            commands.add_parser(name, help=about, add_help=False)  # named in the help only: no arguments to parse
    return program
