"""`partnertui siptest` in a process of its own, against real sockets."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "probes"))

from tests.probes.tcp_phone import authority, ok, stream_phone
from tests.probes.udp_phone import Reply, answer_to, phone, status

FIELDS = [
    "target",
    "way",
    "transport",
    "address",
    "status",
    "reason",
    "sent",
    "received",
    "loss",
    "min",
    "avg",
    "max",
    "jitter",
    "user_agent",
    "allow",
    "meaning",
    "advice",
    "outcome",
]


class Peers:
    """Phones in a thread of their own; `start` makes one and answers its port."""

    def __init__(self) -> None:
        import asyncio

        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.made: list[Any] = []

    def wait(self, work: Any) -> Any:
        import asyncio

        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def udp(self, reply: Reply) -> int:
        made = self.wait(phone(reply))
        self.made.append(made)
        return int(made.port)

    def stream(self, context: Any = None) -> int:
        made = self.wait(stream_phone(ok, context).__aenter__())
        self.made.append(made)
        return int(made.port)


@pytest.fixture(scope="module")
def peers() -> Iterator[Peers]:
    found = Peers()
    yield found
    found.loop.call_soon_threadsafe(found.loop.stop)
    found.thread.join()


def run(folder: Path, *words: str, allow: bool = True) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "partnertui", "--dir", str(folder), "siptest", *words]
    command += ["--allow", "127.0.0.0/8"] if allow else []
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PARTNERTUI_")}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=clean)


def told(folder: Path, *words: str) -> tuple[int, list[dict[str, Any]]]:
    done = run(folder, *words, "--json")
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def test_a_line_for_each(peers: Peers, tmp_path: Path) -> None:
    good, quiet = peers.udp(status()), peers.udp(lambda request, number: [])
    done = run(tmp_path, f"1001@127.0.0.1:{good}", f"sip:127.0.0.1:{quiet}", "--timeout", "1")
    first, second, advice = done.stdout.splitlines()
    assert first.startswith(f"1001@127.0.0.1:{good}  200 OK ")
    assert " ms  alive: 200 OK. Snom D785/10.1 answered" in first
    assert second.startswith(f"sip:127.0.0.1:{quiet}")
    assert "inconclusive: no answer" in second
    assert "through the proxy" in advice
    assert done.returncode == 1


def test_json(peers: Peers, tmp_path: Path) -> None:
    good = peers.udp(status(486, "Busy Here"))
    code, (one,) = told(tmp_path, f"1001@127.0.0.1:{good}")
    assert code == 0, "busy is an answer"
    assert list(one) == FIELDS
    assert (one["target"], one["way"], one["transport"]) == (f"1001@127.0.0.1:{good}", "direct", "udp")
    assert (one["address"], one["status"], one["reason"]) == (f"127.0.0.1:{good}", 486, "Busy Here")
    assert (one["sent"], one["received"], one["loss"], one["outcome"]) == (1, 1, 0, "answered")
    assert 0 < one["min"] == one["avg"] == one["max"]
    assert (one["user_agent"], one["allow"]) == ("Snom D785/10.1", ["INVITE", "ACK"])


def test_several_in_a_row(peers: Peers, tmp_path: Path) -> None:
    port = peers.udp(lambda request, number: [] if number == 2 else [answer_to(request)])
    code, (one,) = told(tmp_path, f"127.0.0.1:{port}", "-c", "2", "--timeout", "1")
    assert (code, one["sent"], one["received"], one["loss"]) == (0, 2, 1, 50.0)


def test_ctrl_c_prints_what_is_there(peers: Peers, tmp_path: Path) -> None:
    """Of a series that has begun, and of one that nobody answers."""
    good, quiet = peers.udp(status()), peers.udp(lambda request, number: [])
    words = (f"127.0.0.1:{good}", f"127.0.0.1:{quiet}", "-c", "500", "--json", "--allow", "127.0.0.0/8")
    command = [sys.executable, "-m", "partnertui", "--dir", str(tmp_path), "siptest", *words]
    # what runs in the background of a shell ignores SIGINT, and so would its children
    with subprocess.Popen(["env", "--default-signal=INT", *command], stdout=subprocess.PIPE, text=True) as process:
        end = time.monotonic() + 20
        while len(peers.made[-1].requests) < 2 and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
    first, second = json.loads(out)
    assert process.returncode == 1
    assert (first["outcome"], first["loss"], first["received"] >= 1) == ("answered", 0, True)
    assert second["outcome"] == "timeout"
    assert "2 requests" in second["meaning"]


def test_through_a_proxy(peers: Peers, tmp_path: Path) -> None:
    gate = peers.udp(status())
    code, (one,) = told(tmp_path, "1001@phone.test", "--via", f"127.0.0.1:{gate}")
    assert (code, one["way"], one["status"]) == (0, "proxy", 200)
    request = peers.made[-1].requests[0]
    assert (request.uri, request.headers.first("route")) == ("sip:1001@phone.test", f"<sip:127.0.0.1:{gate};lr>")


def test_over_tcp_and_tls(peers: Peers, tmp_path: Path) -> None:
    plain, secure = peers.stream(), peers.stream(authority(tmp_path).context("sip.lab.test"))
    assert told(tmp_path, f"127.0.0.1:{plain}", "--transport", "tcp")[0] == 0
    code, (wrong,) = told(tmp_path, f"127.0.0.1:{secure}", "--transport", "tls")
    assert (code, wrong["status"], wrong["outcome"]) == (1, 200, "untrusted")
    assert "Lab Authority" in wrong["meaning"] or "sip.lab.test" in wrong["meaning"]
    code, (believed,) = told(tmp_path, f"127.0.0.1:{secure}", "--transport", "tls", "--no-verify")
    assert (code, believed["outcome"]) == (0, "answered")


def test_what_may_not_be_probed(peers: Peers, tmp_path: Path) -> None:
    done = run(tmp_path, f"127.0.0.1:{peers.udp(status())}", allow=False)
    assert done.returncode == 1
    assert "it isn't probed" in done.stdout
    assert "allow it with --allow 127.0.0.1" in done.stdout
    via = run(tmp_path, "1001@phone.test", "--via", f"127.0.0.1:{peers.made[-1].port}", allow=False)
    assert (via.returncode, "it isn't probed" in via.stdout) == (1, True), "a proxy that somebody typed, too"
    assert peers.made[-1].requests == []


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["a b"],
        ["127.0.0.1", "-c", "0"],
        ["127.0.0.1", "--transport", "sctp"],
        ["127.0.0.1", "--allow", "x"],
        ["127.0.0.1", "--via", "a b"],
        ["127.0.0.1", "--timeout", "never"],
    ],
)
def test_wrong_use_is_2(words: list[str], tmp_path: Path) -> None:
    done = run(tmp_path, *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr


def test_what_a_phone_says_cannot_steer_the_terminal(peers: Peers, tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\u202e"
    port = peers.udp(status(200, f"OK{evil}", User_Agent=evil))
    for words in ([], ["--json"]):
        done = run(tmp_path, f"127.0.0.1:{port}", *words)
        assert not {"\x1b", "\x07", "\u202e"} & set(done.stdout)
