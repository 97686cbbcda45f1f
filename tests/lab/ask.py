"""Run inside the lab as the support agent's host: a SIP test by partnertui's own code, its end as JSON.

usage: ask.py direct|proxy REGISTRATION-AS-JSON PROXY TRANSPORT COUNT [ALLOWED NETWORK]...
"""

from __future__ import annotations

import asyncio
import json
import sys
from ipaddress import ip_network

from partnertui.config import SipTest
from partnertui.probes.sip_options.options_report import report_json
from partnertui.probes.sip_options.sip_test import ProbePlan, probe_of_registration, run


def main(way: str, registration: str, proxy: str, transport: str, count: str, *allow: str) -> None:
    probe = probe_of_registration(**json.loads(registration))
    plan = ProbePlan("" if way == "direct" else proxy, transport, int(count), 0.2)
    settings = SipTest(deadline=7, allow=tuple(ip_network(network) for network in allow))
    asyncio.run(run(probe, plan, settings, lambda: None))
    told = report_json(probe) | {"messages": [one.data.decode().partition("\r\n")[0] for one in probe.exchanged]}
    if probe.meaning is not None and probe.end is not None:
        told |= {"end": type(probe.end).__name__, "headline": probe.meaning.headline, "role": probe.meaning.role}
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
