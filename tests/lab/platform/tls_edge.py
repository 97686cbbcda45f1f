#!/usr/bin/env python3
"""The platform's TLS port: ends TLS and hands the SIP on over TCP, as a load balancer before Kamailio does.

usage: tls_edge.py ADDRESS PORT CERTIFICATE-WITH-KEY PROXY
"""

from __future__ import annotations

import asyncio
import ssl
import sys


async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Bytes from one side to the other until either closes."""
    try:
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    except OSError:
        pass  # closed by the other side: its copy ends alike
    finally:
        target.close()


async def serve(address: str, port: int, certificate: str, proxy: str) -> None:
    """Accepts phones until it is ended."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def accept(phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> None:
        from_proxy, to_proxy = await asyncio.open_connection(proxy, 5060)
        await asyncio.gather(copy(phone, to_proxy), copy(from_proxy, to_phone))

    server = await asyncio.start_server(accept, address, port, ssl=context)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), *sys.argv[3:]))
