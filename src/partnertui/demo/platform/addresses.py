"""Loopback addresses of the demo's phones and proxy."""

from __future__ import annotations

from ipaddress import ip_network

NETWORK = ip_network("127.83.73.0/24")
"""Nothing of the demo is sent to an address outside of it. Its settings allow probes of it, and of nothing else."""
PORT = 5060
PROXY = ("127.83.73.10", PORT)
PROXY_URI = f"sip:{PROXY[0]}:{PROXY[1]}"
IDLE, BUSY, SLOW, OFF = ("127.83.73.11", PORT), ("127.83.73.12", PORT), ("127.83.73.13", PORT), ("127.83.73.14", PORT)
DIRECT = (IDLE, BUSY, SLOW, OFF)
"""Phones that can be asked directly: one that is idle, one in a call, one behind a slow line, one that is off."""
BEHIND_NAT = (("127.83.73.21", 40_001), ("127.83.73.22", 40_002))
"""Public sides of NAT: packets of the proxy alone pass."""
MIXED = (BEHIND_NAT[0],) * 15 + (BEHIND_NAT[1],) * 11 + (SLOW, SLOW, BUSY, BUSY, OFF, OFF)
"""The phones that stand for those with documentation addresses; the proxy chooses by the user's name."""
