"""A PostgreSQL server of the tests' own: unix socket in a temp folder, gone when the tests end."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB", "listen_addresses=")


def binaries() -> Path:
    """The folder of the newest PostgreSQL server installed; `make test` installs one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise RuntimeError("PostgreSQL's server is not installed: make test installs it.")
    return Path(on_path).resolve().parent


class Cluster:
    """Started on first use; `url(name)` of a database in it. `settings` such as "shared_buffers=512MB" come on top."""

    def __init__(self, *settings: str) -> None:
        self._settings = settings
        self.folder = Path(tempfile.mkdtemp(prefix="pt-pg-"))
        self._server: subprocess.Popen[bytes] | None = None

    def _as_postgres(self, *command: str) -> list[str]:
        return (
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
            if not os.getuid()
            else [*command]
        )

    def start(self) -> None:
        """Makes and starts the cluster."""
        self._own_folder()
        init = ["-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        self._command("initdb", "-D", self._data, *init)
        self.run()

    def follow(self, primary: Cluster) -> None:
        """Copies a running cluster, and starts as its standby."""
        self._own_folder()
        self._command("pg_basebackup", "-h", str(primary.folder), "-U", "tests", "-D", self._data, "-R", "-c", "fast")
        self.run()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _own_folder(self) -> None:
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self.folder.chmod(0o755)

    def _command(self, program: str, *arguments: str) -> None:
        command = self._as_postgres(str(binaries() / program), *arguments)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    def run(self) -> None:
        """Starts the server, and waits until it takes connections."""
        home = binaries()
        settings = (*FAST, *self._settings, f"unix_socket_directories={self.folder}")
        options = [part for option in settings for part in ("-c", option)]
        command = self._as_postgres(str(home / "postgres"), "-D", self._data, *options)
        self._server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        ready = [str(home / "pg_isready"), "-h", str(self.folder), "-q"]
        for _ in range(200):
            if subprocess.run(ready, check=False).returncode == 0:
                return
            if self._server.poll() is not None:
                break
            subprocess.run(["sleep", "0.05"], check=True)
        raise RuntimeError("PostgreSQL did not start")

    def url(self, name: str) -> str:
        """The URL of a database of this cluster."""
        return f"postgresql://tests@/{name}?host={self.folder}"

    def processes(self) -> list[int]:
        """The server's process and its children, such as the one of each connection."""
        assert self._server is not None
        found = [self._server.pid]
        for status in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
                if int(status.read_text().rpartition(")")[2].split()[1]) == self._server.pid:
                    found.append(int(status.parent.name))
        return found

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to all of its processes: SIGSTOP freezes the server, SIGKILL is a power cut."""
        assert self._server is not None
        if number == signal.SIGKILL:
            os.kill(self._server.pid, signal.SIGSTOP)  # it must not clean up after its children
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def stop(self) -> None:
        """Ends the server and removes its files."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)  # "fast": does not wait for clients
            self._server.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)
