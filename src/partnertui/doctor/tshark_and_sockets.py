"""Checks tshark, and the permissions that SIP tests and MTR need."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.captures import tshark
from partnertui.doctor.check_result import Finding, fail, look, ok

if TYPE_CHECKING:
    from partnertui.config import Folders, Settings

LEAST_TSHARK = (3, 4)
CAP_NET_RAW = 13
GROUP_RANGE = Path("/proc/sys/net/ipv4/ping_group_range")


REINSTALL = "Reinstall it: apt-get install --reinstall tshark"


def check_tshark(settings: Settings, folders: Folders) -> Iterator[Finding]:
    """It is there and new enough for captures; run in its sandbox, as the program runs it."""
    if not tshark.installed():
        yield look("tshark", "not found: captures can't be read", "Install it: apt-get install tshark")
        return
    try:
        done = subprocess.run([tshark.PROGRAM, "--version"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        yield look("tshark", f"it doesn't run ({type(error).__name__})", REINSTALL)
        return
    found = re.search(rb"(\d+)\.(\d+)\.(\d+)", done.stdout)
    if done.returncode or found is None:
        yield look("tshark", "it doesn't report its version", REINSTALL)
        return
    version = tuple(int(part) for part in found.groups())
    words = ".".join(str(part) for part in version)
    if version < LEAST_TSHARK:
        least = ".".join(str(part) for part in LEAST_TSHARK)
        yield look("tshark", f"{words} is too old", f"Reading captures requires {least} or newer.")
    else:
        yield ok("tshark", words)


def check_rights(settings: Settings, folders: Folders) -> Iterator[Finding]:
    """A UDP socket for SIP, a ping socket or a raw one for paths, receive errors for the hops of MTR."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind(("127.0.0.1", 0))
        yield ok("sip probe", "a UDP socket can be opened")
    except OSError as error:
        yield fail("sip probe", f"no UDP socket: {error.strerror}", "A sandbox may forbid it; ask its administrator.")
    yield path_rights()


def path_rights() -> Finding:
    """Which kind of ICMP socket this user may open."""
    if may_open(socket.SOCK_RAW):
        return ok("path probe", "raw ICMP sockets (CAP_NET_RAW)" if has_capability() else "raw ICMP sockets")
    if may_open(socket.SOCK_DGRAM):
        return ok("path probe", "ping sockets only: MTR uses UDP; ICMP needs root or CAP_NET_RAW")
    if not sys.platform.startswith("linux"):
        return look(
            "path probe",
            "only root can send ICMP on this system",
            "MTR tests need sudo here: UDP probes only work on Linux.",
        )
    groups = GROUP_RANGE.read_text("ascii").split() if GROUP_RANGE.exists() else ["?", "?"]
    return look(
        "path probe",
        f"no ICMP for this user (ping_group_range {groups[0]}..{groups[1]}, group {os.getgid()}): MTR uses UDP",
        "This is fine. To use ICMP too, give Python CAP_NET_RAW or run as root.",
    )


def may_open(kind: int) -> bool:
    """True where an ICMP socket of that kind can be opened."""
    try:
        socket.socket(socket.AF_INET, kind, socket.IPPROTO_ICMP).close()
    except OSError:
        return False
    return True


def has_capability() -> bool:
    """True where the process holds CAP_NET_RAW (capabilities(7))."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return False
    found = re.search(r"^CapEff:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return bool(found and int(found[1], 16) >> CAP_NET_RAW & 1)
