"""TLS: connects and verifies; a wrong certificate is said in words, and whoever has it can still be asked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable
from typing import TypeVar

from partnertui.domain.errors import DomainError
from partnertui.probes.options.connections.base import ConnectionBroken, TlsTrust
from partnertui.probes.options.connections.certificates import certificate_problem
from partnertui.probes.options.destination import Destination

T = TypeVar("T")
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter, str]
_WORDS = {
    "WRONG_VERSION_NUMBER": "the port answers, but does not speak TLS",
    "HTTP_REQUEST": "the port answers, but does not speak TLS",
    "UNEXPECTED_EOF_WHILE_READING": "it ended the connection before encryption was agreed on: does the port speak TLS?",
    "UNSUPPORTED_PROTOCOL": "it speaks only a TLS that is too old to be safe",
    "TLSV1_ALERT_PROTOCOL_VERSION": "it speaks only a TLS that is too old to be safe",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "both sides have no cipher in common",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "it wants a certificate from us",
    "TLSV1_UNRECOGNIZED_NAME": "it has no certificate for that name",
}
"""OpenSSL's reasons."""
NO_TLS_REPLY = "the port answers, but never says a word of TLS"
CLOSED_DURING_HANDSHAKE = "the port answers, but breaks the connection off before encryption is agreed on"


async def connect(destination: Destination, trust: TlsTrust, seconds: float) -> Streams:
    """Connects, within some seconds; the third is what is wrong with the certificate. Raises OSError, LinkBroken."""
    deadline = asyncio.get_running_loop().time() + seconds
    if not trust.verify:
        return *await _open(destination, _context(trust, verify=False), deadline), ""
    try:
        return *await _open(destination, _context(trust, verify=True), deadline), ""
    except ssl.SSLCertVerificationError as error:
        verdict = error
    reader, writer = await _open(destination, _context(trust, verify=False), deadline)
    secure: ssl.SSLObject = writer.get_extra_info("ssl_object")
    return (
        reader,
        writer,
        certificate_problem(verdict.verify_code, destination.name, secure.getpeercert(binary_form=True) or b""),
    )


async def _open(
    destination: Destination, context: ssl.SSLContext, deadline: float
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """The connection first, then TLS on it: so it is known which of both fails."""
    async with asyncio.timeout_at(deadline):
        reader, writer = await asyncio.open_connection(destination.address, destination.port)
    name, secured = destination.name or destination.address, False
    try:
        async with asyncio.timeout_at(deadline):
            await translate_ssl_errors(
                writer.start_tls(context, server_hostname=name), but=ssl.SSLCertVerificationError
            )
        secured = True
    except TimeoutError:
        raise ConnectionBroken("tls", NO_TLS_REPLY) from None
    except ConnectionError:  # asyncio's own has no number that would tell
        raise ConnectionBroken("tls", CLOSED_DURING_HANDSHAKE) from None
    finally:
        if not secured:
            writer.transport.abort()
    return reader, writer


def _context(trust: TlsTrust, *, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    elif trust.ca:
        try:
            context.load_verify_locations(trust.ca)
        except OSError:
            raise DomainError(
                f"The file {trust.ca} has no certificates that can be read.", advice="Check sip_test.tls_ca."
            ) from None
    return context


async def translate_ssl_errors(work: Awaitable[T], but: type[ssl.SSLError] | None = None) -> T:
    """Awaits work on a connection; OpenSSL's errors become LinkBroken, except the kind that is named."""
    try:
        return await work
    except ssl.SSLError as error:
        if but is not None and isinstance(error, but):
            raise
        reason = error.reason or ""
        words = _WORDS.get(reason, f"no encryption could be agreed on ({reason.replace('_', ' ').lower() or 'TLS'})")
        raise ConnectionBroken("tls", words) from None
