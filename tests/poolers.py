"""pgbouncer, the real one, in transaction mode in front of a server of the tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests.servers import Cluster

POOLER_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
CONFIG = """
[databases]
* = host={server}
[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
auth_type = trust
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 200
logfile = {folder}/log
pidfile = {folder}/pid
"""


class Pooler:
    """Started on first use; `url(name)` of a database behind it. `size`: connections of a pool to the server."""

    def __init__(self, cluster: Cluster, size: int = 2) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pt-pool-"))
        self._cluster, self._size = cluster, size
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *users: str) -> None:
        """Writes its files and starts it; `users` may log in."""
        text = CONFIG.format(server=self._cluster.folder, folder=self.folder, size=self._size)
        (self.folder / "pgbouncer.ini").write_text(text)
        (self.folder / "users").write_text("".join(f'"{user}" ""\n' for user in ("tests", *users)))
        self.folder.chmod(0o755)
        program = shutil.which("pgbouncer", path=POOLER_PATH)
        assert program is not None
        command = [program, str(self.folder / "pgbouncer.ini")]
        if os.getuid() == 0:  # it refuses to run as root
            for path in (self.folder, *self.folder.iterdir()):
                shutil.chown(path, "postgres", "postgres")
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        for _ in range(100):
            with socket.socket(socket.AF_UNIX) as tried:
                if tried.connect_ex(str(self.folder / ".s.PGSQL.6432")) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError((self.folder / "log").read_text())

    def url(self, name: str, user: str = "tests") -> str:
        """The URL of a database of the cluster through the pooler."""
        return f"postgresql://{user}@/{name}?host={self.folder}&port=6432"

    def stop(self) -> None:
        """Ends it and removes its files."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)
