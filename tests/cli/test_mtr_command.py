"""`partnertui mtr`: a path as text and as JSON, its exit codes, and Ctrl+C."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from partnertui.cli import main

Captured = pytest.CaptureFixture[str]
TIMES = ("last", "avg", "best", "worst", "stdev", "jitter")
UDP = ("--udp", "-i", "0.1")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder whose settings let this host be probed."""
    (tmp_path / "settings.toml").write_text('[sip_test]\nallow = ["127.0.0.0/8", "::1/128"]\n')
    return tmp_path


def run(home: Path, *words: str) -> int:
    return main(["--dir", str(home), "mtr", *words])


def test_a_path_as_text(home: Path, capsys: Captured) -> None:
    assert run(home, "127.0.0.1", "-c", "3", *UDP) == 0
    told = capsys.readouterr()
    assert "UDP (no privileges needed), 3 rounds, 0.1 s apart, 64 bytes" in told.out
    assert " Loss%   Snt  Last   Avg  Best  Wrst StDev  Jttr" in told.out
    assert "127.0.0.1" in told.out
    assert "The destination replies: 1 hop, no loss" in told.out
    assert "up to 40% loss" in " ".join(told.out.split()), "the rounds were too fast to be believed"
    assert told.err == ""


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_path_as_json(home: Path, capsys: Captured, host: str) -> None:
    assert run(home, host, "-c", "2", "--json", "--size", "200", *UDP) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["target"], told["address"], told["method"], told["size"]) == (host, host, "udp", 200)
    assert (told["rounds"], told["interval"], told["reached"]) == (2, 0.1, True)
    (hop,) = told["hops"]
    assert (hop["hop"], hop["hosts"], hop["sent"], hop["received"], hop["loss"]) == (1, [host], 2, 2, 0.0)
    assert set(hop) == {"hop", "hosts", "names", "loss", "sent", "received", *TIMES}
    assert all(isinstance(hop[name], float) for name in TIMES)
    assert any("no loss" in words for words in told["reading"])


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("169.254.8.7", "--allow 169.254.8.7"),
        ("::ffff:10.9.8.7", "private"),
        ("nobody.invalid", "be resolved"),
        ("224.0.0.1", "multicast"),
    ],
)
def test_what_is_not_probed_is_a_sentence(home: Path, capsys: Captured, host: str, words: str) -> None:
    assert run(home, host) == 1
    told = capsys.readouterr()
    assert words in told.err
    assert "Traceback" not in told.err
    assert told.out == ""


def test_what_is_refused_can_be_allowed(tmp_path: Path, capsys: Captured) -> None:
    assert run(tmp_path, "127.0.0.1", "-c", "1", *UDP) == 1
    assert "127.0.0.1 is an address of this host" in capsys.readouterr().err
    assert run(tmp_path, "127.0.0.1", "-c", "1", "--allow", "127.0.0.0/8", *UDP) == 0


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("127.0.0.1", "-c", "0"),
        ("127.0.0.1", "-c", "x"),
        ("127.0.0.1", "-i", "0"),
        ("127.0.0.1", "-i", "nan"),
        ("127.0.0.1", "-s", "9000"),
        ("127.0.0.1", "--udp", "--icmp"),
        ("127.0.0.1", "::1"),
        ("127.0.0.1", "--allow", "home"),
    ],
)
def test_wrong_use(home: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(home, *words)
    assert ended.value.code == 2


@pytest.mark.parametrize("host", ["sip:1@2", "http://lab.test", "192.0.2.1:5060", "a b", "[lab.test", ""])
def test_what_is_no_host_is_wrong_use(home: Path, capsys: Captured, host: str) -> None:
    assert run(home, host) == 2
    assert f"“{host}” isn't a valid host." in capsys.readouterr().err


@pytest.mark.parametrize(("host", "form"), [("127.0.0.73", ()), ("127.0.0.74", ("--json",))])
def test_ctrl_c_prints_what_is_there(home: Path, host: str, form: tuple[str, ...]) -> None:
    # what runs in the background of a shell ignores SIGINT, and so would its children
    command = ["env", "--default-signal=INT", sys.executable, "-m", "partnertui", "--dir", str(home), "mtr", host]
    command += ["-c", "1000", *UDP, *form]
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process,
    ):
        server.bind((host, 33435))
        server.settimeout(20)
        server.recv(2048)
        server.close()
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert host in out
    assert not form or json.loads(out)["reached"] is True
    assert "Traceback" not in err
