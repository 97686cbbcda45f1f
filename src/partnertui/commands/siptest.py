"""`partnertui siptest TARGET...`: SIP OPTIONS to phones or servers, and what the answers mean."""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import ArgumentTypeError
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from ipaddress import IPv4Network, IPv6Network

    from partnertui.config import Folders, Settings
    from partnertui.probes.sip_test import SipProbe

MOST = 1000
"""Requests of a series."""


def count(text: str) -> int:
    """How many requests; raises what argparse wants."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST):
        raise ArgumentTypeError(f"expected a whole number from 1 to {MOST}, not {text!r}")
    return int(text)


def seconds(text: str) -> float:
    """How long to wait."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.1 <= value <= 64:
        raise ArgumentTypeError(f"expected seconds from 0.1 to 64, not {text!r}")
    return value


def network(text: str) -> IPv4Network | IPv6Network:
    """A network that may be probed."""
    from ipaddress import ip_network

    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no network, such as 10.1.0.0/16") from None


def arguments(parser: ArgumentParser) -> None:
    """Whom to ask, which way, how often."""
    parser.add_argument("targets", nargs="+", metavar="TARGET", help="SIP URI, user@host, host, or host:port")
    parser.add_argument("--via", metavar="PROXY", default="", help="through this proxy, such as sip:sip.example:5060")
    parser.add_argument("--transport", choices=("udp", "tcp", "tls"), default="", help="instead of what DNS says")
    parser.add_argument(
        "-c", "--count", metavar="N", type=count, default=1, help="requests to each, a second apart (1)"
    )
    parser.add_argument(
        "--timeout", metavar="S", type=seconds, help="seconds to wait for an answer (sip_test.deadline)"
    )
    parser.add_argument("--no-verify", action="store_true", help="believe every certificate")
    parser.add_argument(
        "--allow", metavar="NETWORK", type=network, action="append", default=[],
        help="may be probed although it is private or loopback; can be given several times",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="as a list of objects")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """0 where all answered, 1 where any did not, 2 for what is no target."""
    from partnertui.probes.addresses import ProbeRefused
    from partnertui.probes.sip_report import FAULTLESS, as_json
    from partnertui.probes.sip_test import Wish, run_all, typed_target
    from partnertui.probes.targets import parse_proxy

    try:
        probes = [typed_target(text) for text in args.targets]
        if args.via:
            parse_proxy(args.via, args.transport)
    except ProbeRefused as error:
        _complain(f"{error}\n{error.advice}")
        return 2
    wish, sip_test = Wish(args.via, args.transport, args.count), settings.sip_test
    sip_test = replace(
        sip_test,
        deadline=args.timeout or sip_test.deadline,
        tls_verify=sip_test.tls_verify and not args.no_verify,
    )
    asyncio.run(run_all(probes, wish, sip_test, lambda: None, allow=args.allow))
    if args.json:
        print(json.dumps([as_json(probe) for probe in probes], indent=1, ensure_ascii=True))
    else:
        show(probes)
    return 0 if all(probe.outcome == FAULTLESS for probe in probes) else 1


def show(probes: list[SipProbe]) -> None:
    """A line for each."""
    from partnertui.domain.safe_text import one_line
    from partnertui.probes.sip_report import as_lines

    width = max(len(one_line(probe.name)) for probe in probes)
    for probe in probes:
        for line in as_lines(probe, width):
            print(line.rstrip())


def _complain(text: str) -> None:
    from partnertui.kit.safe_text import block

    print(block(f"partnertui: {text}"), file=sys.stderr)
