"""Kamailio itself mirrors a call with the parameters of deploy/kamailio/hep.cfg, and the call is found."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from partnertui.db.database import open_database
from partnertui.db.migrate import upgrade

SAMPLE = Path(__file__).parents[2] / "deploy" / "kamailio" / "hep.cfg"
CONFIGURATION = """#!KAMAILIO
log_stderror=yes
fork=no
children=1
listen=udp:127.0.0.1:{sip}
loadmodule "pv.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "siptrace.so"
{sample}
request_route {{
    sl_send_reply("486", "Busy here");
}}
"""
INVITE = (
    "INVITE sip:200@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bKone\r\nMax-Forwards: 70\r\n"
    "From: <sip:100@127.0.0.1>;tag=a\r\nTo: <sip:200@127.0.0.1>\r\nCall-ID: mirrored\r\nCSeq: 1 INVITE\r\n"
    "Contact: <sip:100@127.0.0.1:{port}>\r\nContent-Length: 0\r\n\r\n"
)


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[tuple[int, int]]:
    """Ports of Kamailio's SIP and of the receiver, both running."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    program = shutil.which("kamailio", path=path)
    if program is None:
        pytest.fail("Kamailio is not installed: run `sh tests/install.sh`.", pytrace=False)
    sip, hep = free_port(), free_port()
    url = f"sqlite:///{tmp_path / 'partnertui.db'}"
    with closing(open_database(url)) as database:
        upgrade(database)
    configuration = tmp_path / "kamailio.cfg"
    sample = SAMPLE.read_text().replace("127.0.0.1:9060", f"127.0.0.1:{hep}")
    configuration.write_text(CONFIGURATION.format(sip=sip, sample=sample))
    command = [sys.executable, "-m", "partnertui", "--dir", str(tmp_path), "hep", "--listen", f"127.0.0.1:{hep}"]
    receiver = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert receiver.stderr is not None
    receiver.stderr.readline()
    kamailio = subprocess.Popen(
        [program, "-f", str(configuration), "-DD", "-E", "-m", "32", "-Y", str(tmp_path)],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd=tmp_path,
    )
    yield sip, hep
    kamailio.terminate()
    kamailio.wait(20)
    receiver.send_signal(signal.SIGTERM)
    receiver.wait(20)


def test_a_call_through_kamailio_is_found(ports: tuple[int, int], tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.1", 0))
        phone.settimeout(0.5)
        data = INVITE.format(port=phone.getsockname()[1]).encode()
        for _ in range(20):  # until Kamailio is up
            phone.sendto(data, ("127.0.0.1", ports[0]))
            try:
                assert phone.recv(4000).startswith(b"SIP/2.0 486")
            except TimeoutError:
                continue
            break
    time.sleep(1)
    command = [sys.executable, "-m", "partnertui", "--dir", str(tmp_path), "trace", "--call-id", "mirrored", "--json"]
    (call,) = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, env=os.environ).stdout)
    assert call["verdict"]["code"] == "busy"
    assert [message["source"] for message in call["messages"]][-1].endswith(str(ports[0]))
