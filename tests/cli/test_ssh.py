"""Agents over SSH: a real sshd with the sample configuration, keys that service-account.sh adds, the real program."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.left_out import SSHD_PATH
from tests.terminal import Terminal

from partnertui.db.database import open_database
from partnertui.db.models import OperatorAccount
from partnertui.demo import build
from partnertui.domain.passwords import hash_password

DEPLOY = Path(__file__).parents[2] / "deploy"
PASSWORD = "correct horse battery staple"
SSHD = shutil.which("sshd", path=SSHD_PATH)
pytestmark = pytest.mark.sshd


@dataclass
class Host:
    """A host with the program; `home` is its folder, `keys` where each agent's private key is."""

    home: Path
    keys: Path
    port: int

    def ssh(self, agent: str, *words: str, options: tuple[str, ...] = ()) -> list[str]:
        """The command of an agent."""
        quiet = (
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            f"UserKnownHostsFile={self.keys / 'known'}",
            "-o",
            "LogLevel=ERROR",
        )
        only = ("-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-i", str(self.keys / agent))
        return ["ssh", "-F", "/dev/null", *quiet, *only, *options, "-p", str(self.port), "127.0.0.1", *words]

    def settings(self, text: str) -> None:
        (self.home / "settings.toml").write_text(text)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def sample(keys: Path) -> str:
    """The first sample, for the user of the tests; the second one is for groups, which takes accounts to be made."""
    text = (DEPLOY / "sshd_config").read_text().partition("# 2. ")[0]
    return text.replace("Match User partnertui", f"Match User {getpass.getuser()}").replace(
        "/etc/ssh/partnertui_keys", str(keys)
    )


def make_keys(folder: Path, home: Path, program: Path) -> None:
    """A host key, and a key for each agent, let in by the script."""
    names = {
        "PARTNERTUI_KEYS": str(folder / "authorized"),
        "PARTNERTUI_FOLDER": str(home),
        "PARTNERTUI_PROGRAM": str(program),
    }
    for name in ("host", "ann", "admin", "stranger"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
        if name in {"ann", "admin"}:
            key = (folder / f"{name}.pub").read_text()
            command = ["sh", str(DEPLOY / "service-account.sh"), name]
            subprocess.run(
                command, input=key, text=True, check=True, env={**os.environ, **names}, stdout=subprocess.DEVNULL
            )


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """An sshd on a port of its own, and demo data."""
    home, keys = tmp_path / "home", tmp_path / "keys"
    home.mkdir()
    keys.mkdir(mode=0o700)
    build(f"sqlite:///{home / 'partnertui.db'}", customers=3, cdrs=50, seed=2)
    program = tmp_path / "partnertui"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={":".join(sys.path)} exec {sys.executable} -m partnertui "$@"\n')
    program.chmod(0o755)
    make_keys(keys, home, program)
    port = free_port()
    own = f"Port {port}\nListenAddress 127.0.0.1\nHostKey {keys / 'host'}\nPidFile none\nStrictModes no\nUsePAM no\n"
    config = keys / "sshd_config"
    config.write_text(own + "PermitRootLogin yes\nSubsystem sftp internal-sftp\n" + sample(keys / "authorized"))
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd wants it for its separated child
    assert SSHD is not None
    server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=subprocess.DEVNULL)
    found = Host(home, keys, port)
    try:
        wait_for(port)
        yield found
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(10)


def wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("sshd doesn't listen")


def test_the_key_decides_who_it_is(host: Host) -> None:
    """Neither the command nor the environment that an agent asks for changes it."""
    agent = Terminal(
        host.ssh("ann", "partnertui --as admin; sh", options=("-tt", "-o", "SetEnv=PARTNERTUI_OPERATOR=admin"))
    )
    try:
        agent.wait("Ann Whitfield (support)")
    finally:
        agent.close()
    admin = Terminal(host.ssh("admin", options=("-tt",)))
    try:
        admin.wait("Åsa Lindström (admin)")
    finally:
        admin.close()


@pytest.mark.parametrize("agent", ["ann", "stranger"])
def test_nothing_else_is_to_be_had(agent: str, host: Host) -> None:
    """No shell, no file, no tunnel; and nothing at all for a key that isn't on the list."""
    asked = subprocess.run(
        host.ssh(agent, "id; cat /etc/passwd"), capture_output=True, text=True, timeout=20, check=False
    )
    assert asked.returncode != 0
    assert "uid=" not in asked.stdout
    assert "root:" not in asked.stdout
    wanted = "needs a terminal" if agent == "ann" else "Permission denied"
    assert wanted in asked.stderr
    tunnel = host.ssh(agent, options=("-N", "-o", "ExitOnForwardFailure=yes", "-W", f"127.0.0.1:{host.port}"))
    refused = subprocess.run(tunnel, capture_output=True, text=True, timeout=20, check=False, stdin=subprocess.DEVNULL)
    assert refused.returncode != 0
    assert "SSH-2.0" not in refused.stdout


def test_an_operator_without_a_password_is_sent_away_when_idle(host: Host) -> None:
    host.settings("[lock]\nidle_minutes = 0.05\n")
    agent = Terminal(host.ssh("ann", options=("-tt",)))
    try:
        agent.wait("Ann Whitfield (support)")
        agent.wait("Your session has ended")
        assert not any("Ann Whitfield" in line for line in agent.lines), "what was on screen is gone"
        agent.write("\r")
        agent.wait("No key was pressed for 0.05 minutes")
    finally:
        agent.close()


def test_one_with_a_password_unlocks_by_it(host: Host) -> None:
    """The key has let them in already, so the password is asked for by the lock alone."""
    database = open_database(f"sqlite:///{host.home / 'partnertui.db'}")
    change = update(OperatorAccount).where(OperatorAccount.login == "ann").values(password_hash=hash_password(PASSWORD))
    database.write(lambda connection: connection.execute(change))
    agent = Terminal(host.ssh("ann", options=("-tt",)))
    try:
        agent.wait("Ann Whitfield (support)")
        agent.wait("1 of ")
        agent.write("\x02")
        agent.wait("Password of “ann”")
        agent.write("wrong\r")
        agent.wait("4 more tries")
        agent.write(f"{PASSWORD}\r")
        agent.wait("Ann Whitfield (support)")
    finally:
        agent.close()
        database.close()


def test_a_removed_key_opens_nothing(host: Host) -> None:
    names = {**os.environ, "PARTNERTUI_KEYS": str(host.keys / "authorized")}
    script = ["sh", str(DEPLOY / "service-account.sh")]
    subprocess.run([*script, "--remove", "ann"], check=True, env=names, stdout=subprocess.DEVNULL)
    asked = subprocess.run(host.ssh("ann"), capture_output=True, text=True, timeout=20, check=False)
    assert "Permission denied" in asked.stderr
    kept = subprocess.run(host.ssh("admin"), capture_output=True, text=True, timeout=20, check=False)
    assert "needs a terminal" in kept.stderr
    for wrong in ('x" ssh', "../x", "-x"):
        assert (
            subprocess.run(
                [*script, wrong], env=names, stdin=subprocess.DEVNULL, capture_output=True, check=False
            ).returncode
            == 2
        )
    assert re.fullmatch(
        r"restrict,pty,command=\".* --as admin\" ssh-ed25519 \S+ admin\n", (host.keys / "authorized").read_text()
    )
