"""A real Prosody of the tests' own, on a free port of loopback; gone when the test ends."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVED = "acme.example.net"
CONFIG = """
data_path = "{folder}/data"
daemonize = false
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
s2s_ports = {{ }}
http_ports = {{ }}
https_ports = {{ }}
modules_enabled = {{ "saslauth", "disco" }}
modules_disabled = {{ "s2s" }}
c2s_require_encryption = false
log = {{ error = "*console" }}
VirtualHost "{served}"
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def prosody(served: str = SERVED) -> Iterator[str]:
    """Serves one domain; yields host:port."""
    folder, port = Path(tempfile.mkdtemp(prefix="pt-xmpp-")), free_port()
    (folder / "data").mkdir()
    (folder / "certs").mkdir()
    config = folder / "prosody.cfg.lua"
    config.write_text(CONFIG.format(folder=folder, port=port, served=served), "utf-8")
    command = ["prosody", "--config", str(config), "-F"]
    if os.getuid() == 0:  # it refuses to run as root
        owner = pwd.getpwnam("prosody")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        command = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups", *command]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, server)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("Prosody did not start: make test installs it.")
