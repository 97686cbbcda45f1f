"""Run inside the lab as the support agent's host: one OPTIONS by partnertui's own code, its end as JSON.

usage: ask.py direct|proxy REGISTRATION-AS-JSON PROXY [ALLOWED NETWORK]
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from ipaddress import ip_network

from partnertui.probes.options import ask
from partnertui.probes.options_words import explain
from partnertui.probes.targets import Registration, address_of, direct, through


def main(way: str, registration: str, proxy: str, *allow: str) -> None:
    row = Registration(**json.loads(registration))
    target = direct(row) if way == "direct" else through(row, proxy)
    address = address_of(target, tuple(ip_network(network) for network in allow))
    end = asyncio.run(ask(target, address, deadline=7))
    print(json.dumps({"end": type(end).__name__, **asdict(end), "meaning": asdict(explain(end, target))}))


if __name__ == "__main__":
    main(*sys.argv[1:])
