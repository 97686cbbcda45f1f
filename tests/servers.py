"""A PostgreSQL server of the tests' own: unix socket in a temp folder, gone when the tests end."""

from __future__ import annotations

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
        self._run("initdb", "-D", self._data, *init)
        self._serve()

    def start_as_standby_of(self, primary: Cluster) -> None:
        """Copies a running cluster and follows it."""
        self._own_folder()
        self._run("pg_basebackup", "-h", str(primary.folder), "-U", "tests", "-D", self._data, "-R", "-c", "fast")
        self._serve()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _own_folder(self) -> None:
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self.folder.chmod(0o755)

    def _run(self, program: str, *arguments: str) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
        command = self._as_postgres(str(binaries() / program), *arguments)
        subprocess.run(command, check=True, **quiet)  # type: ignore[call-overload]

    def _serve(self) -> None:
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

    def freeze(self, *, thaw: bool = False) -> None:
        """Stops every process of the server where it is, or lets them go on."""
        assert self._server is not None
        number = signal.SIGCONT if thaw else signal.SIGSTOP
        children = Path(f"/proc/{self._server.pid}/task/{self._server.pid}/children").read_text().split()
        for pid in (self._server.pid, *map(int, children)):
            os.kill(pid, number)

    def url(self, name: str) -> str:
        """The URL of a database of this cluster."""
        return f"postgresql://tests@/{name}?host={self.folder}"

    def stop(self) -> None:
        """Ends the server and removes its files."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)  # "fast": does not wait for clients
            self._server.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)
