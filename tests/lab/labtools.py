"""The lab of tests/lab/platform as tests use it: up, calls, phones that die, commands as a support agent runs them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

PLATFORM = Path(__file__).parent / "platform" / "lab.sh"
PROXY = "sip:203.0.113.10:5060"
_numbers = count()


class Lab:
    """Namespaces, Kamailio and phones of this process; `database` is `sqlite` or `pgsql`, `wan` as in lab.sh.

    `Lab(DELAY="80", LOSS="8")` has a bad line.
    """

    def __init__(self, database: str = "sqlite", **wan: str) -> None:
        self.database, self.wan = database, wan
        self.prefix = f"ptlab{os.getpid()}x{next(_numbers)}"
        self.run = Path(tempfile.mkdtemp(prefix="ptlab-"))

    def _command(self, *words: str) -> list[str]:
        settings = [f"LAB_NS={self.prefix}", f"LAB_RUN={self.run}/run", f"DB={self.database}"]
        settings += [f"{name}={value}" for name, value in self.wan.items()]
        return [*as_root(), "env", *settings, str(PLATFORM), *words]

    def do(self, *words: str) -> str:
        """A command of lab.sh; returns what it prints, raises RuntimeError with that where it fails."""
        done = subprocess.run(self._command(*words), capture_output=True, text=True, check=False, timeout=180)
        if done.returncode:
            raise RuntimeError(f"lab.sh {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def up(self) -> None:
        """Starts everything, after clearing away what a killed test run left behind."""
        sweep()
        try:
            self.do("up")
        except RuntimeError as error:
            log = self.run / "run/kamailio-failed.log"
            raise RuntimeError(f"{error}\n{log.read_text()[-3000:] if log.exists() else ''}") from None

    def down(self) -> None:
        """Ends everything and removes its files."""
        self.do("down")
        subprocess.run([*as_root(), "rm", "-rf", str(self.run)], check=True)

    @property
    def url(self) -> str:
        """Kamailio's database for processes outside the namespaces."""
        data = (self.run / "run/data").read_text().strip()
        if self.database == "sqlite":
            return f"sqlite:///{data}/kamailio.sqlite"
        return f"postgresql://kamailio@/kamailio?host={data}"

    @property
    def proxy(self) -> str:
        """The proxy that holds the NAT bindings."""
        return PROXY

    def root(self, place: str, *command: str) -> list[str]:
        """The command as root runs it in one of the namespaces: agent, core, r1, r2, r3, pub or lan."""
        return [*as_root(), "ip", "netns", "exec", f"{self.prefix}-{place}", *command]

    def bare(self, place: str, *command: str) -> list[str]:
        """The command, run there by a user without privileges."""
        if os.getuid() == 0:  # nobody else may read the environment that root made: root then, without capabilities
            return self.root(place, "setpriv", "--bounding-set=-all", "--inh-caps=-all", *command)
        return self.root(place, *self._drop, *command)

    @property
    def _drop(self) -> list[str]:
        """What makes a command of root one of the user of this test."""
        return ["setpriv", f"--reuid={os.getuid()}", f"--regid={os.getgid()}", "--clear-groups"] if os.getuid() else []

    def agent(self, *command: str) -> list[str]:
        """The command as a support agent's host runs it, by the user of this test."""
        return self.root("agent", *self._drop, *command)


def as_root() -> list[str]:
    """What to put before a command that needs root."""
    return [] if os.getuid() == 0 else ["sudo", "-n"]


NEEDED = {
    "kamailio": "kamailio",
    "baresip": "baresip-core",
    "sipp": "sip-tester",
    "sipsak": "sipsak",
    "tcpdump": "tcpdump",
    "ip": "iproute2",
    "nft": "nftables",
    "sqlite3": "sqlite3",
}
"""Commands of the lab and the Debian packages that have them."""


def why_not() -> str | None:
    """Why the lab cannot run here; None where it can."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [package for command, package in NEEDED.items() if not shutil.which(command, path=path)]
    missing += [f"kamailio-{kind}-modules" for kind in ("sqlite", "postgres") if not _module(f"db_{kind}")]
    if missing:
        return f"not installed: {', '.join(missing)}"
    if os.getuid() and (
        not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode
    ):
        return "network namespaces need root, and sudo asks for a password"
    probe = [*as_root(), "unshare", "--net", "true"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        return "this machine does not allow network namespaces, even to root"
    return None


def _module(name: str) -> bool:
    return any(Path("/usr/lib").glob(f"**/kamailio/modules/{name}.so"))


def sweep() -> None:
    """Ends labs whose test process is gone: what runs in their namespaces, then these."""
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=False).stdout
    for name, owner in re.findall(r"^(ptlab(\d+)x\d+-\w+)", listed, re.MULTILINE):
        if Path(f"/proc/{owner}").exists():
            continue
        inside = subprocess.run([*as_root(), "ip", "netns", "pids", name], capture_output=True, text=True, check=False)
        for pid in inside.stdout.split():
            subprocess.run([*as_root(), "kill", "-9", pid], capture_output=True, check=False)
        subprocess.run([*as_root(), "ip", "netns", "del", name], capture_output=True, check=False)
