#!/usr/bin/env python3
"""A point-to-point link with delay, jitter and loss, made of two TUN devices.

Stands in for "tc netem" on kernels built without it.
usage: delay.py DEV_A DEV_B DELAY_MS JITTER_MS LOSS_PERCENT
The delay is one way; packets are never reordered.
"""

import collections
import contextlib
import fcntl
import os
import random
import select
import struct
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


def tun(name: str) -> int:
    """Opens a TUN device."""
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return fd


def main(dev_a: str, dev_b: str, delay: float, jitter: float, loss: float) -> None:
    """Passes packets between the two devices until it is killed."""
    a, b = tun(dev_a), tun(dev_b)
    other = {a: b, b: a}
    queue = {fd: collections.deque[tuple[float, bytes]]() for fd in (a, b)}  # (due, packet), by output
    while True:
        heads = [q[0][0] for q in queue.values() if q]
        wait = max(0.0, min(heads) - time.monotonic()) if heads else None
        for fd in select.select([a, b], [], [], wait)[0]:
            packet = os.read(fd, 65536)
            if random.random() * 100 < loss:
                continue
            out = queue[other[fd]]
            due = time.monotonic() + (delay + random.uniform(0, jitter)) / 1000
            out.append((max(due, out[-1][0]) if out else due, packet))
        now = time.monotonic()
        for fd, q in queue.items():
            while q and q[0][0] <= now:
                with contextlib.suppress(OSError):  # the device is down, or the packet is refused
                    os.write(fd, q.popleft()[1])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(float, sys.argv[3:6]))
