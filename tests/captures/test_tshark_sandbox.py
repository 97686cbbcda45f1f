"""What a capture could make tshark do: run a plugin, read secrets, use the network, memory or time without end.

Lua inside tshark stands for a dissector that a packet took over: it gets into the sandbox as the key log file.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from partnertui.captures import tshark
from partnertui.captures.pyshark_xml_packets import packets
from partnertui.config import Folders, Settings
from partnertui.doctor.tshark_and_sockets import check_tshark
from partnertui.domain.errors import DomainError

CAPTURE = Path(__file__).parent / "lab-core.pcap"
SECRETS = {"PARTNERTUI_MASTER_KEY": "hunter2-key", "PARTNERTUI_DATABASE_URL": "hunter2-url", "PGPASSWORD": "hunter2-pw"}
pytestmark = pytest.mark.tshark

with_and_without_bwrap = pytest.mark.parametrize("unconfined", ["", "1"], ids=["as it starts", "without bwrap"])


@pytest.fixture
def made_by_plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that Lua in HOME and in the XDG folders writes a file to, when tshark loads it."""
    home, wrote = tmp_path / "home", tmp_path / "wrote"
    wrote.mkdir()
    for number, place in enumerate(
        (".config/wireshark/init.lua", ".local/lib/wireshark/plugins/a.lua", ".wireshark/plugins/b.lua")
    ):
        script = home / place
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(f'local file = io.open("{wrote}/{number}", "w") file:write("x") file:close()\n')
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / ".local/share"))
    monkeypatch.setenv("WIRESHARK_PLUGIN_DIR", str(home / ".local/lib/wireshark/plugins"))
    return wrote


def list_packets() -> None:
    """Runs tshark as the index does."""
    assert b"OPTIONS" in tshark.run(CAPTURE, "-c", "1")


def convert_packets() -> None:
    """Runs tshark as a capture of another format is read."""
    with tempfile.TemporaryFile() as target:
        tshark.convert(CAPTURE, target.fileno(), 10_000_000)
        assert target.seek(0, os.SEEK_END) > 1_000


def dissect_packets() -> None:
    """Runs tshark as the field tree of a message does."""
    found = list[bytes]()
    asyncio.run(packets(CAPTURE, found.append))
    assert found


def check_version() -> None:
    """Runs tshark as `partnertui doctor` does."""
    with tempfile.TemporaryDirectory() as folder:
        (found,) = check_tshark(Settings(), Folders.inside(Path(folder)))
    assert found.state == "ok"


def test_a_plugin_at_home_is_run_by_tshark_alone(made_by_plugins: Path) -> None:
    """The tests below can fail: outside of the sandbox Lua at home runs by itself."""
    subprocess.run(["tshark", "-n", "-r", str(CAPTURE), "-c", "1"], capture_output=True, check=True)
    assert list(made_by_plugins.iterdir())


@with_and_without_bwrap
@pytest.mark.parametrize("run", [list_packets, convert_packets, dissect_packets, check_version])
def test_a_plugin_at_home_is_never_run(
    run: Callable[[], None], unconfined: str, made_by_plugins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNERTUI_NO_SANDBOX", unconfined)
    run()
    assert list(made_by_plugins.iterdir()) == []


class Lua:
    """Runs Lua inside of the program's own tshark, and returns what it printed."""

    def __init__(self, folder: Path) -> None:
        self.script = folder / "taken-over.lua"

    def __call__(self, code: str) -> str:
        self.script.write_text(f"{code}\nio.stdout:flush() os.exit(0)\n")
        return tshark.run(CAPTURE, "-X", f"lua_script:{self.script}", keys=self.script).decode()


@pytest.fixture
def lua(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lua:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    return Lua(tmp_path)


def output_or_failure(lua: Lua, code: str) -> str:
    """What it printed; the sentence where it printed nothing and failed."""
    try:
        return lua(code)
    except DomainError as error:
        return str(error)


@with_and_without_bwrap
def test_the_environment_holds_no_secrets(lua: Lua, unconfined: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTNERTUI_NO_SANDBOX", unconfined)
    found = lua('io.write((io.open("/proc/self/environ"):read("*a")))').split("\0")
    assert {name.partition("=")[0] for name in found if name} <= {"HOME", "PATH", "LC_ALL", "PWD"}
    assert "HOME=/nonexistent" in found


@with_and_without_bwrap
def test_memory_time_and_core_dumps_are_limited(lua: Lua, unconfined: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTNERTUI_NO_SANDBOX", unconfined)
    lines = lua('io.write((io.open("/proc/self/limits"):read("*a")))').splitlines()
    limits = {line[:26].strip(): line[26:].split()[:2] for line in lines}
    assert limits["Max address space"] == [str(1 << 30)] * 2
    assert limits["Max cpu time"] == ["60"] * 2
    assert limits["Max core file size"] == ["0"] * 2


def test_memory_ends_at_the_limit(lua: Lua, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTNERTUI_TSHARK_KIB", "500000")
    allocate = 'local t = {} for i = 1, %d do t[i] = string.rep(string.char(i), 50000000) end print("had it")'
    assert lua(allocate % 2) == "had it\n"
    assert "had it" not in output_or_failure(lua, allocate % 12)


def test_time_ends_at_the_limit(lua: Lua, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTNERTUI_TSHARK_SECONDS", "1")
    assert "never" not in output_or_failure(lua, 'while true do end print("never")')
    monkeypatch.delenv("PARTNERTUI_TSHARK_SECONDS")
    monkeypatch.setattr(tshark, "SECONDS", 0.5)
    assert "never" not in output_or_failure(lua, 'while true do end print("never")')


def test_output_ends_at_the_limit(lua: Lua, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tshark, "MOST_OUTPUT", 1_000_000)
    assert len(lua('while true do io.write(string.rep("x", 65536)) end')) == 1_000_000


def test_a_flood_of_errors_blocks_nothing_and_is_logged(lua: Lua, caplog: pytest.LogCaptureFixture) -> None:
    flood = 'for i = 1, 1000 do io.stderr:write(string.rep("e", 1000)) end'
    assert lua(f'{flood} io.write("done")') == "done"
    with pytest.raises(DomainError, match="couldn't read"):
        tshark.run(CAPTURE, "-Y", "no.such.field")
    assert "no.such.field" in caplog.text


@pytest.mark.bwrap
def test_no_network_no_files_and_no_processes_of_ours(lua: Lua, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2")
    interfaces = lua('for line in io.lines("/proc/net/dev") do print(line) end').splitlines()[2:]
    assert [line.split(":")[0].strip() for line in interfaces] == ["lo"]
    assert lua(f'io.write(tostring(io.open("{tmp_path}/secret")))') == "nil"
    assert lua('io.write(tostring(io.open("/etc/passwd")))') == "nil"
    lua(f'io.open("{tmp_path}/new", "w"):write("x")')  # into the sandbox's own folder in memory
    assert not (tmp_path / "new").exists()
    assert lua(f'io.write(tostring(io.open("{CAPTURE}", "a")))') == "nil"
    assert lua('io.write(tostring(io.open("/usr/new", "w")))') == "nil"
    assert lua(f'io.write(tostring(io.open("/proc/{os.getpid()}/environ")))') == "nil"
