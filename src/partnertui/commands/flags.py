"""Flags shared by commands that probe: numbers within bounds, --allow NETWORK, and errors in a target."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from ipaddress import ip_network
from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError
from partnertui.kit.terminal.safe_text import block

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable
    from ipaddress import IPv4Network, IPv6Network


def number(low: float, high: float, *, whole: bool = False) -> Callable[[str], float]:
    """Reads a flag's number within bounds; what it returns raises what argparse wants."""

    def read(text: str) -> float:
        try:
            value = int(text) if whole else float(text)
        except ValueError:
            # NaN lies within no bounds, so one sentence refuses both mistakes, and a typed "nan" as well.
            value = float("nan")
        if not low <= value <= high:
            kind = "a whole number" if whole else "a number"
            raise ArgumentTypeError(f"expected {kind} from {low:g} to {high:g}, not {text!r}")
        return value

    return read


def network(text: str) -> IPv4Network | IPv6Network:
    """A network that may be probed; raises what argparse wants."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} isn't a network, such as 10.1.0.0/16") from None


def wrong_use(error: DomainError) -> int:
    """Says what is wrong with a target, and returns the exit code for that."""
    print(block(f"partnertui: {error}\n{error.advice}"), file=sys.stderr)
    return 2


def allow(parser: ArgumentParser) -> None:
    """`--allow NETWORK`, for what is refused even to somebody at a shell."""
    parser.add_argument(
        "--allow",
        metavar="NETWORK",
        type=network,
        action="append",
        default=[],
        help="network that may be probed although it is loopback, link-local, multicast or reserved; can be repeated",
    )
