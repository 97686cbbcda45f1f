"""`partnertui siptest TARGET...`: SIP OPTIONS to phones or servers, and what the responses mean."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from partnertui.commands.flags import allow, number, wrong_use
from partnertui.domain.errors import DomainError
from partnertui.domain.safe_text import one_line
from partnertui.probes.allowed_addresses import ProbeRefused
from partnertui.probes.sip_options.concurrent_tests import run_all
from partnertui.probes.sip_options.options_report import ANSWERED, report_json, report_lines
from partnertui.probes.sip_options.registration_target import parse_proxy
from partnertui.probes.sip_options.sip_test import ProbePlan, probe_from_text, probe_of_registration

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings
    from partnertui.probes.sip_options.sip_test import SipProbe

MOST = 1000
"""Most requests of a series."""


def arguments(parser: ArgumentParser) -> None:
    """Targets, route and number of requests."""
    parser.add_argument("targets", nargs="+", metavar="TARGET", help="SIP URI, user@host, host, or host:port")
    parser.add_argument(
        "--via", metavar="PROXY", default="", help="send through this proxy, for example sip:sip.example:5060"
    )
    parser.add_argument(
        "--registered",
        action="store_true",
        help="treat TARGETs as AORs: test the phones that Kamailio has registered for them",
    )
    parser.add_argument(
        "--transport", choices=("udp", "tcp", "tls"), default="", help="override the transport from DNS"
    )
    parser.add_argument(
        "-c",
        "--count",
        metavar="N",
        type=number(1, MOST, whole=True),
        default=1,
        help="requests to each target, one per second (1)",
    )
    parser.add_argument(
        "--timeout", metavar="S", type=number(0.1, 64), help="seconds to wait for a response (sip_test.deadline)"
    )
    parser.add_argument("--no-verify", action="store_true", help="accept any certificate")
    allow(parser)
    parser.add_argument("--json", action="store_true", help="print JSON: a list of objects")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Exit code 0 if all answered, 1 if any didn't, 2 for an invalid target; Ctrl+C prints the results so far."""
    try:
        probes = registered(args.targets, settings) if args.registered else list(map(probe_from_text, args.targets))
        if args.via:
            parse_proxy(args.via, args.transport)
    except ProbeRefused as error:
        return wrong_use(error)
    plan, sip_test = ProbePlan(args.via, args.transport, args.count), settings.sip_test
    sip_test = replace(
        sip_test,
        deadline=args.timeout or sip_test.deadline,
        tls_verify=sip_test.tls_verify and not args.no_verify,
    )

    async def work() -> None:
        with suppress(asyncio.CancelledError):  # Ctrl+C: what is known so far
            await run_all(probes, plan, sip_test, lambda: None, allow=args.allow)
        for probe in probes:
            probe.stop()

    asyncio.run(work())
    if args.json:
        print(json.dumps([report_json(probe) for probe in probes], indent=1, ensure_ascii=True))
    else:
        show(probes)
    return 0 if all(probe.outcome == ANSWERED for probe in probes) else 1


def registered(aors: list[str], settings: Settings) -> list[SipProbe]:
    """A test for each registered phone. Raises DomainError for an AOR without one."""
    from partnertui.db.kamailio.aor_contacts import contacts_of  # SQLAlchemy doubles the start, 0.3 s

    found = contacts_of(settings.kamailio_url, settings.kamailio, aors)
    for aor, phones in found.items():
        if not phones:
            raise DomainError(f"No phone is registered for {aor}.", advice="SIP locations lists all registered phones.")
    return [
        probe_of_registration(row["aor"], row["contact"] or "", row["received"], row["path"])
        for phones in found.values()
        for row in phones
    ]


def show(probes: list[SipProbe]) -> None:
    """Print a line for each."""
    width = max(len(one_line(probe.name)) for probe in probes)
    for probe in probes:
        for line in report_lines(probe, width):
            print(line.rstrip())
