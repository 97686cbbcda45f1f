"""What a release is made of: an audit that can fail, a bill of materials, licences, a wheel that is always the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HURT, BROKEN = {"vulnerable": "textual"}, {"broken": "textual"}


class Feed(ThreadingHTTPServer):
    """A vulnerability database on loopback: knows of one vulnerable package, or can't answer for one."""

    def __init__(self, vulnerable: str = "", broken: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.vulnerable, self.broken, self.asked = vulnerable, broken, set[str]()


class Answers(BaseHTTPRequestHandler):
    server: Feed

    def do_POST(self) -> None:
        name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
        self.server.asked.add(name)
        package = {"ecosystem": "PyPI", "name": name}
        known = {"id": "TEST-1", "summary": "a hole", "affected": [{"package": package, "ranges": []}]}
        body = json.dumps({"vulns": [known]} if name == self.server.vulnerable else {}).encode()
        self.send_response(500 if name == self.server.broken else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Nothing: the tests look at what was asked."""


@pytest.fixture
def feed(request: pytest.FixtureRequest) -> Iterator[Feed]:
    server = Feed(**getattr(request, "param", {}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def release(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "requirements" / "release.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def audit(feed: Feed, cache: Path) -> subprocess.CompletedProcess[str]:
    url = f"http://127.0.0.1:{feed.server_port}/v1/query"
    return release("audit", "--osv-url", url, "--cache-dir", str(cache))


def test_all_locked_requirements_are_asked_about(feed: Feed, tmp_path: Path) -> None:
    done = audit(feed, tmp_path)
    assert done.returncode == 0, done.stderr
    assert {"textual", "sqlalchemy", "cryptography", "pytest", "ruff"} <= feed.asked
    assert "0 not audited" in done.stdout


@pytest.mark.parametrize("feed", [HURT], indirect=True)
def test_a_known_vulnerability_fails_the_audit(feed: Feed, tmp_path: Path) -> None:
    done = audit(feed, tmp_path)
    assert done.returncode == 1
    assert "TEST-1" in done.stderr


@pytest.mark.parametrize("feed", [BROKEN], indirect=True)
def test_an_audit_that_could_not_ask_fails(feed: Feed, tmp_path: Path) -> None:
    done = audit(feed, tmp_path)
    assert done.returncode == 1
    assert "could not be audited" in done.stderr


def test_the_bill_of_materials_names_what_is_installed(tmp_path: Path) -> None:
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    assert release("bom", str(first)).returncode == release("bom", str(second)).returncode == 0
    assert first.read_bytes() == second.read_bytes()
    names = {one["name"] for one in json.loads(first.read_text())["components"]}
    assert {"textual", "sqlalchemy", "psycopg-binary"} <= names


def test_every_licence_is_known_and_allowed(tmp_path: Path) -> None:
    done = release("licences", str(tmp_path / "licences.txt"))
    assert done.returncode == 0, done.stderr
    assert "UNKNOWN" not in (tmp_path / "licences.txt").read_text()


def test_only_wheels_with_known_hashes_are_installed() -> None:
    script = (ROOT / "requirements" / "venv.sh").read_text()
    assert "--require-hashes --only-binary :all:" in script


def test_a_wheel_built_twice_is_the_same(tmp_path: Path) -> None:
    """From two folders, at two times, with two umasks."""
    found = []
    for number, mask in enumerate((0o022, 0o077)):
        copy = tmp_path / f"copy{number}"
        shutil.copytree(
            ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"), copy_function=shutil.copyfile
        )
        shutil.copytree(ROOT / "deploy", copy / "deploy")
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, copy)
        for path in copy.rglob("*"):
            os.utime(path, (1_700_000_000 + number * 99_999,) * 2)
        command = [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(copy / "dist"),
            str(copy),
        ]
        subprocess.run(command, check=True, capture_output=True, umask=mask, timeout=300)
        (wheel,) = (copy / "dist").glob("*.whl")
        found.append((wheel.name, sha256(wheel.read_bytes()).hexdigest()))
    assert found[0] == found[1]
