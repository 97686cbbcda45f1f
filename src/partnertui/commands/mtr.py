"""`partnertui mtr HOST`: tests the path to a host hop by hop, and prints findings."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import TYPE_CHECKING

from partnertui.commands.flags import allow, number, wrong_use
from partnertui.config.settings import MTR_HOPS, MTR_INTERVALS, MTR_SIZES, Mtr
from partnertui.kit.jobs import in_thread
from partnertui.probes.allowed_addresses import ProbeRefused
from partnertui.probes.mtr.findings import findings_of
from partnertui.probes.mtr.path import Path
from partnertui.probes.mtr.path_snapshot import make_report, report_json, report_text
from partnertui.probes.mtr.probe_rounds import ProbeSettings, probe_path
from partnertui.probes.mtr.prober_base import Method
from partnertui.probes.mtr.prober_choice import open_prober
from partnertui.probes.mtr.reverse_dns import ReverseDns
from partnertui.probes.mtr.target_host import check_host, resolve_host

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings
    from partnertui.probes.mtr.path_snapshot import Report

ROUNDS = 10
NAMES_WAIT = 0.5
"""Seconds to wait for host names after the last round."""


def arguments(parser: ArgumentParser) -> None:
    """Host, rounds and method."""
    parser.add_argument("host", metavar="HOST", help="host name or IP address")
    parser.add_argument(
        "-c",
        "--count",
        metavar="N",
        type=number(1, 10_000, whole=True),
        default=ROUNDS,
        help=f"number of rounds ({ROUNDS})",
    )
    parser.add_argument(
        "-i", "--interval", metavar="S", type=number(*MTR_INTERVALS), help=f"seconds between rounds ({Mtr.interval:g})"
    )
    parser.add_argument(
        "-s",
        "--size",
        metavar="BYTES",
        type=number(*MTR_SIZES, whole=True),
        help=f"packet size in bytes ({Mtr.size:g})",
    )
    parser.add_argument(
        "-m", "--hops", metavar="N", type=number(*MTR_HOPS, whole=True), help=f"maximum number of hops ({Mtr.hops:g})"
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--udp", action="store_const", const="UDP", dest="method", help="use UDP, which needs no privileges"
    )
    how.add_argument("--icmp", action="store_const", const="ICMP", dest="method", help="use ICMP (root or CAP_NET_RAW)")
    allow(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Exit code 0 if the destination replied, 1 if not, 2 for wrong use; Ctrl+C prints the results so far."""
    try:
        check_host(args.host)
    except ProbeRefused as error:
        return wrong_use(error)
    begun = time.time()
    report = probe(args, settings)
    words = [finding.whole for finding in findings_of(report)]
    if args.json:
        print(json.dumps(report_json(report, words), indent=1))
    else:
        print(report_text(report, words, begun), end="")
    return 0 if report.reached else 1


def probe(args: Namespace, settings: Settings) -> Report:
    """Run all rounds, or until Ctrl+C. Raises ProbeRefused."""

    async def work() -> Report:
        target = await in_thread(
            lambda: resolve_host(args.host, (*settings.sip_test.allow, *args.allow), from_shell=True)
        )
        path = Path(target.address, int(args.hops or settings.mtr.hops))
        probe_settings = ProbeSettings(args.interval or settings.mtr.interval, int(args.size or settings.mtr.size))
        prober = open_prober(target.address, Method(args.method) if args.method else None)
        names = ReverseDns(in_thread)
        stopped = None
        try:
            async for _ in probe_path(path, prober, probe_settings, args.count):
                names.request(host for hop in path.shown for host in hop.addresses)
                show_progress(path.rounds, args.count)
            await names.wait(NAMES_WAIT)
        except asyncio.CancelledError:  # Ctrl+C: report what is known; outstanding probes don't count as lost
            stopped = asyncio.get_running_loop().time()
        await names.close()
        return make_report(target, path, prober.method, probe_settings, names.found, stopped)

    return asyncio.run(work())


def show_progress(rounds: int, count: int) -> None:
    """Print the progress on one line that's overwritten, if stderr is a terminal."""
    if sys.stderr.isatty():
        print(
            f"\r\x1b[2Kround {rounds} of {count}" if rounds < count else "\r\x1b[2K",
            end="",
            file=sys.stderr,
            flush=True,
        )
