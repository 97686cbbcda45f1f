"""Saves a sound to a file on this host, or shows a command that fetches it once over SSH."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from partnertui.db.idempotent_writes import commit_once
from partnertui.db.portal_login_links import hash_token, new_token
from partnertui.db.sound_download_tokens import offer_copy
from partnertui.domain.errors import DomainError
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views import output_file
from partnertui.kit.views.save_dialog import FileChoice, SaveDialog
from partnertui.screens.shared.ssh_address_of_this_host import ssh_host

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from partnertui.db.query_cancellation import Cancel
    from partnertui.db.sounds import Stored
    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import ActionContext, Services

UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
ON_EVERY_PATH = ("/usr/bin", "/usr/local/bin", "/bin")
"""Where a command is found without a log-in shell."""


def file_stem(name: str) -> str:
    """A file name for a sound, without anything that a shell or file system minds."""
    # A leading dash would be read as an option, and a leading dot hides the file.
    return UNSAFE.sub("-", name).strip("-.")[:60] or "sound"


def save(services: Services, name: str, stored: Stored) -> None:
    """Asks for a file, and writes the sound there: as it is played, or as it was added."""
    contents = {"played": stored.content, "original": stored.original}
    labels = {"played": "MP3, as callers hear it"}
    if stored.original is not None:
        labels["original"] = "MP3, as originally uploaded"

    def target(typed: str, form: str) -> Path:
        if "\0" in typed:
            raise DomainError("A file name can't contain a null character.", field="file", advice="Enter another name.")
        path = Path(typed.strip()).expanduser()
        return path.with_suffix(".mp3") if path.name and not path.suffix else path

    def write(choice: FileChoice) -> None:
        content = contents[choice.format] or b""

        def work(cancel: Cancel, tell: Callable[[int, int], None]) -> None:
            with output_file.whole_file(choice.path, replace=choice.replace) as out:
                out.buffer.write(content)

        def done(result: None) -> None:
            services.notify(f"Saved {len(content):,} bytes to {one_line(str(choice.path), 200)}.", "good")

        def failed(error: UserError) -> None:
            dialog.ask_again(choice, error, "Not saved")

        services.jobs.long(f"Saving {one_line(choice.path.name, 40)}", work, done, failed)

    dialog = SaveDialog(services, "Save the sound", labels, target, write)
    proposed = Path(output_file.default_name("sound", "x", "mp3")).with_name(f"{file_stem(name)}.mp3")
    dialog.ask({"format": "played", "file": str(proposed)})


def copy_command(context: ActionContext, sound_id: int, name: str, then: Callable[[str], None]) -> None:
    """Makes a token that works once, and hands the command with it to `then`."""
    services, operator = context.services, context.operator
    assert operator is not None

    token = new_token()

    def run() -> None:
        # Whoever reads the table must not be able to use a token.
        hashed = hash_token(token)
        commit_once(services.database, operator, token_hex(16), lambda unit: offer_copy(unit, sound_id, hashed))

    def failed(error: UserError) -> None:
        services.notify(f"The command couldn't be created: {error} {error.advice}".strip(), "bad")

    def done(result: None) -> None:
        then(command_line(token, name, services, os.environ))

    services.jobs.write("create a copy command", run, done, failed)


def command_line(token: str, name: str, services: Services, environment: Mapping[str, str]) -> str:
    """What to run on one's own host: `ssh HOST 'partnertui sounds get --once TOKEN' > name.mp3`."""
    folder = environment.get("PARTNERTUI_DIR") or ""
    if services.folders.config == services.folders.data:  # opened with --dir
        folder = str(services.folders.data)
    chosen = f"--dir {shlex.quote(folder)} " if folder else ""
    login = services.settings.operator
    chosen += f"--operator {shlex.quote(login)} " if login else ""
    remote = f"{_program()} {chosen}sounds get --once {token}"
    # Quoted again: ssh joins its arguments to one line that the shell at the other end takes apart once more.
    return f"ssh {ssh_host(services.settings.sounds.ssh, environment)} {shlex.quote(remote)} > {file_stem(name)}.mp3"


def _program() -> str:
    found = shutil.which("partnertui", path=":".join(ON_EVERY_PATH))
    own = Path(sys.argv[0])
    if found is not None or own.name != "partnertui":
        return "partnertui"
    return shlex.quote(str(own.absolute()))
