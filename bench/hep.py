"""HEP received into PostgreSQL and hourly files: messages a second without loss, over loopback.

usage: python bench/hep.py [SECONDS] [RATE...]    (SECONDS defaults to 10, rates to 5,000 10,000 and 15,000 a second)

Sends calls of seven messages as Kamailio mirrors them, at a steady rate, to `partnertui hep` in a process of its own;
then stops it with SIGTERM and counts the rows and the packets of its files.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from partnertui.calls.trace_model import Endpoint
from partnertui.captures.capture_file import Capture
from partnertui.captures.hep import HepPacket, encode
from partnertui.db.database import open_database
from partnertui.db.migrate import upgrade
from table_print import show

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.servers import Cluster

STARTS = (
    "INVITE sip:{to}@example.com SIP/2.0",
    "SIP/2.0 100 Trying",
    "SIP/2.0 180 Ringing",
    "SIP/2.0 200 OK",
    "ACK sip:{to}@192.0.2.20 SIP/2.0",
    "BYE sip:{to}@192.0.2.20 SIP/2.0",
    "SIP/2.0 200 OK",
)
BODY = "v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 0 101\r\n"


def packets(count: int) -> list[bytes]:
    """Datagrams of HEP, about 800 bytes each."""
    made = []
    for number in range(count):
        call, step = divmod(number, len(STARTS))
        method = "BYE" if step > 4 else "INVITE"
        body = BODY if step in (0, 3) else ""
        message = (
            f"{STARTS[step].format(to=call % 1000)}\r\nVia: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK{call}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{call % 977}@example.com>;tag=a{call}\r\n"
            f"To: <sip:{call % 1000}@example.com>\r\n"
            f"Call-ID: bench-{call}@192.0.2.10\r\nCSeq: 1 {method}\r\nContact: <sip:{call % 977}@192.0.2.10:5060>\r\n"
            f"User-Agent: Phone 1.0.{'x' * 200}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
        ends = Endpoint("192.0.2.10", 5060), Endpoint("192.0.2.20", 5060)
        made.append(encode(HepPacket(*ends, "udp", time.time_ns() // 1000, message.encode())))
    return made


def send(port: int, made: list[bytes], rate: int) -> float:
    """Sends at a steady rate; returns the seconds that it took."""
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.connect(("127.0.0.1", port))
    begun, step = time.perf_counter(), max(rate // 500, 1)
    for start in range(0, len(made), step):
        for data in made[start : start + step]:
            sender.send(data)
        ahead = (start + step) / rate - (time.perf_counter() - begun)
        if ahead > 0:
            time.sleep(ahead)
    return time.perf_counter() - begun


def free_port() -> int:
    """A UDP port that nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def one(url: str, rate: int, seconds: int, folder: Path) -> tuple[object, ...]:
    """A row of the table for one rate."""
    database = open_database(url)
    database.write(lambda connection: connection.execute(text("TRUNCATE hep_messages")))
    port, made = free_port(), packets(rate * seconds)
    command = [sys.executable, "-m", "partnertui", "--dir", str(folder), "hep", "--listen", f"127.0.0.1:{port}"]
    environment = os.environ | {"PARTNERTUI_DATABASE_URL": url}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        running.stderr.readline()
        took = send(port, made, rate)
        stopped = time.perf_counter()
        running.send_signal(signal.SIGTERM)
        running.wait()
        rest = time.perf_counter() - stopped
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    rows = database.read(lambda connection: connection.execute(text("SELECT count(*) FROM hep_messages")).scalar())
    kept = 0
    for path in (folder / "hep").glob("*.pcap"):
        with Capture(path) as capture:
            kept += sum(1 for _ in capture.records())
        path.unlink()
    database.close()
    return (
        f"{len(made) / took:,.0f}/s",
        f"{len(made):,}",
        f"{rows:,}",
        f"{kept:,}",
        f"{cpu / took:.0%}",
        f"{rest:.1f} s",
    )


def main() -> None:
    """Prints the table."""
    seconds, *rates = [int(word) for word in sys.argv[1:]] or [10]
    cluster = Cluster()
    cluster.start()
    try:
        url = cluster.url("postgres")
        database = open_database(url)
        upgrade(database)
        database.close()
        with tempfile.TemporaryDirectory(prefix="partnertui-bench-") as made:
            found = [one(url, rate, seconds, Path(made)) for rate in rates or (5_000, 10_000, 15_000)]
        head = ("sent", "messages", "rows", "packets in files", "CPU", "from SIGTERM to the end")
        show("HEP into PostgreSQL and hourly files", head, found)
    finally:
        cluster.stop()


if __name__ == "__main__":
    main()
