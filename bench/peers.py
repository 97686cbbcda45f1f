"""Peers installed from the registry, each in an environment of its own under the cache folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "partnertui-bench"
PEERS = {"harlequin": ["harlequin==2.17.0"], "posting": ["posting==2.11.1", "tree-sitter==0.25.2"]}
"""posting crashes with newer tree-sitter."""


def peer(name: str) -> str:
    """The path of a peer's program; installs it when it is not there yet."""
    folder = CACHE / name
    program = folder / "bin" / name
    if not program.exists():
        print(f"installing {name} …", file=sys.stderr)
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", *PEERS[name]], check=True)
    return str(program)


def packaged(name: str) -> str | None:
    """The path of a program of the system's packages, if it is installed."""
    from shutil import which

    return which(name)
