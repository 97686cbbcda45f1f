"""SIP test against sipsak, on loopback: one probe, a process, and 200 phones of which 20 are dead.

usage: python bench/siptest.py [ROUNDS]    (needs sipsak)
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import tempfile
import threading
import time
from ipaddress import ip_network
from pathlib import Path

from partnertui.config import SipTest
from partnertui.probes.sip_options.concurrent_tests import run_all
from partnertui.probes.sip_options.sip_test import ProbePlan, SipProbe, probe_of_registration, run
from peers import packaged
from table_print import median, show

OURS = [str(Path(sys.executable).with_name("partnertui")), "--dir"]
SETTINGS = SipTest(deadline=4.0, allow=(ip_network("127.0.0.0/8"),))
PHONES, DEAD = 200, 20


def answering() -> int:
    """A phone that answers everything with 200, in a process of its own; its port."""
    serve = (
        "import socket,sys\n"
        "s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);s.bind(('127.0.0.1',0));print(s.getsockname()[1],flush=True)\n"
        "while True:\n"
        "    data,end=s.recvfrom(65535);lines=data.split(b'\\r\\n')\n"
        "    keep=[l for l in lines if l.lower().startswith((b'via:',b'from:',b'to:',b'call-id:',b'cseq:'))]\n"
        "    s.sendto(b'\\r\\n'.join([b'SIP/2.0 200 OK',*keep,b'Content-Length: 0',b'',b'']),end)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", serve], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    STARTED.append(process)
    return int(process.stdout.readline())


STARTED: list[subprocess.Popen[str]] = []


def probe_of(port: int) -> SipProbe:
    return probe_of_registration("bench@lab.test", f"sip:bench@127.0.0.1:{port}", None, None)


def timed(command: list[str]) -> float:
    """Seconds that a process takes, which must succeed."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


async def one(port: int) -> float:
    """Seconds of a probe in a program that runs."""
    probe, begun = probe_of(port), time.perf_counter()
    await run(probe, ProbePlan(), SETTINGS, lambda: None)
    assert probe.outcome == "answered"
    return time.perf_counter() - begun


async def many(port: int, dead: int) -> tuple[float, float, float]:
    """Seconds of the time-out of one dead phone, of all phones, and the longest that the loop was held up."""
    alone, begun = probe_of(dead), time.perf_counter()
    await run(alone, ProbePlan(), SETTINGS, lambda: None)
    limit, late = time.perf_counter() - begun, 0.0

    async def breathe() -> None:
        nonlocal late
        while True:
            at = time.perf_counter()
            await asyncio.sleep(0.005)
            late = max(late, time.perf_counter() - at - 0.005)

    probes = [probe_of(dead if number % (PHONES // DEAD) == 0 else port) for number in range(PHONES)]
    breathing, begun = asyncio.ensure_future(breathe()), time.perf_counter()
    await run_all(probes, ProbePlan(), SETTINGS, lambda: None)
    took = time.perf_counter() - begun
    breathing.cancel()
    assert sum(probe.outcome == "answered" for probe in probes) == PHONES - DEAD
    return limit, took, late


def main() -> None:
    """Prints the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    sipsak = packaged("sipsak")
    if sipsak is None:
        sys.exit("sipsak is not installed: apt-get install sipsak")
    port = answering()
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(("127.0.0.1", 0))
    threading.Thread(target=lambda: [silent.recv(65535) for _ in iter(int, 1)], daemon=True).start()
    theirs, ours = [], []

    async def probes() -> None:
        for turn in range(rounds + 1):
            taken = [timed([sipsak, "-s", f"sip:bench@127.0.0.1:{port}"]), await one(port)]
            if turn:
                theirs.append(taken[0])
                ours.append(taken[1])

    asyncio.run(probes())
    with tempfile.TemporaryDirectory() as folder:
        command = [*OURS, folder, "siptest", f"bench@127.0.0.1:{port}", "--allow", "127.0.0.0/8"]
        process = [timed(command) for _ in range(rounds // 2 + 1)][1:]
    limit, took, late = asyncio.run(many(port, silent.getsockname()[1]))
    base, inside, outside = median(theirs), median(ours), median(process)
    show(
        f"SIP test: OPTIONS over UDP on loopback, {rounds} rounds",
        ("what", "median", "ratio", "wanted"),
        [
            ("sipsak, a process", f"{base * 1000:.1f} ms", "", ""),
            (
                "one probe in a partnertui that runs",
                f"{inside * 1000:.1f} ms",
                f"{inside / base:.2f}",
                "0.50",
            ),
            ("partnertui siptest, a process", f"{outside * 1000:.0f} ms", f"{outside / base:.1f}", ""),
            ("time-out of one dead phone", f"{limit:.2f} s", "", ""),
            (f"{PHONES} phones, {DEAD} of them dead", f"{took:.2f} s", f"{took / limit:.2f}", "1.20"),
            ("longest that the interface's loop was held up", f"{late * 1000:.0f} ms", "", ""),
        ],
    )
    for started in STARTED:
        started.terminate()


if __name__ == "__main__":
    main()
