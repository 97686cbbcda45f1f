#!/usr/bin/env python3
"""Phones that register over TLS and check the certificate, as the lab's baresip 1.0 doesn't.

usage: tls_phones.py CA-FILE SERVER PORT OWN-ADDRESS EXPIRES USER...
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import ssl
import sys
from itertools import count

DOMAIN = "lab.test"
_numbers = count(1)


def md5(text: str) -> str:
    """The hash of digest authentication (RFC 2617)."""
    return hashlib.md5(text.encode()).hexdigest()


def register(user: str, address: str, expires: int, nonce: str) -> bytes:
    """A REGISTER, with credentials once there is a nonce."""
    number, uri = next(_numbers), f"sip:{DOMAIN}"
    response = md5(f"{md5(f'{user}:{DOMAIN}:pw{user}')}:{nonce}:{md5(f'REGISTER:{uri}')}")
    credentials = (
        f'Authorization: Digest username="{user}", realm="{DOMAIN}", nonce="{nonce}", uri="{uri}", '
        f'response="{response}", algorithm=MD5\r\n'
    )
    return (
        f"REGISTER {uri} SIP/2.0\r\n"
        f"Via: SIP/2.0/TLS {address}:5061;branch=z9hG4bK{user}x{number}\r\n"
        f"Max-Forwards: 70\r\nFrom: <sip:{user}@{DOMAIN}>;tag={user}\r\nTo: <sip:{user}@{DOMAIN}>\r\n"
        f"Call-ID: {user}@{address}\r\nCSeq: {number} REGISTER\r\n"
        f"Contact: <sip:{user}@{address}:5061;transport=tls>\r\nExpires: {expires}\r\n"
        f"{credentials if nonce else ''}User-Agent: Yealink SIP-T46U 108.86.0.20\r\nContent-Length: 0\r\n\r\n"
    ).encode()


async def stay_registered(user: str, context: ssl.SSLContext, server: str, port: int, own: str, expires: int) -> None:
    """Over one connection until it breaks."""
    reader, writer = await asyncio.open_connection(server, port, ssl=context)
    nonce = ""
    try:
        while True:
            writer.write(register(user, own, expires, nonce))
            answer = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 4)).decode()
            challenge = re.search(r'nonce="([^"]*)"', answer)
            if challenge is not None and challenge[1] != nonce:
                nonce = challenge[1]
                continue
            print(user, answer.partition("\r\n")[0], flush=True)
            await asyncio.sleep(expires * 0.5)
    finally:
        writer.close()


async def phone(user: str, context: ssl.SSLContext, server: str, port: int, own: str, expires: int) -> None:
    """Connects again whenever the connection breaks."""
    while True:
        try:
            await stay_registered(user, context, server, port, own, expires)
        except (OSError, EOFError, TimeoutError) as error:
            print(user, "not registered:", error, flush=True)
        await asyncio.sleep(1)


async def main(authority: str, server: str, port: str, own: str, expires: str, *users: str) -> None:
    context = ssl.create_default_context(cafile=authority)
    await asyncio.gather(*(phone(user, context, server, int(port), own, int(expires)) for user in users))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
