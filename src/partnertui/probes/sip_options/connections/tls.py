"""TLS: connect and verify. An invalid certificate is explained, and the peer can still be queried."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable
from typing import TypeVar

from partnertui.domain.errors import DomainError
from partnertui.probes.sip_options.connections.base import ConnectionBroken, TlsTrust
from partnertui.probes.sip_options.connections.certificate_problems import certificate_problem
from partnertui.probes.sip_options.destination import Destination

T = TypeVar("T")
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter, str]
_WORDS = {
    "WRONG_VERSION_NUMBER": "the port is open, but doesn't speak TLS",
    "HTTP_REQUEST": "the port is open, but doesn't speak TLS",
    "UNEXPECTED_EOF_WHILE_READING": "it closed the connection during the TLS handshake",
    "UNSUPPORTED_PROTOCOL": "it only supports TLS versions that are no longer secure",
    "TLSV1_ALERT_PROTOCOL_VERSION": "it only supports TLS versions that are no longer secure",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": (
        "it refused the TLS handshake, for lack of a common cipher or of a client certificate"
    ),
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "it requires a client certificate",
    "TLSV1_UNRECOGNIZED_NAME": "it has no certificate for that name",
}
"""Messages by OpenSSL's reason codes."""
NO_TLS_REPLY = "the port is open, but never answers the TLS handshake"
CLOSED_DURING_HANDSHAKE = "the port is open, but closes the connection during the TLS handshake"


async def connect(destination: Destination, trust: TlsTrust, seconds: float) -> Streams:
    """Connect within `seconds`; returns reader, writer and what's wrong with the certificate.

    Raises OSError and ConnectionBroken.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    if not trust.verify:
        return *await _open(destination, _context(trust, verify=False), deadline), ""
    try:
        return *await _open(destination, _context(trust, verify=True), deadline), ""
    except ssl.SSLCertVerificationError as error:
        verdict = error
    # connected again without verification: what answers, and with which certificate, is what agents want to know
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
    """TCP first, then TLS on top, so that it's known which of the two fails."""
    async with asyncio.timeout_at(deadline):
        reader, writer = await asyncio.open_connection(destination.address, destination.port)
    name, secured = destination.name or destination.address, False
    try:
        async with asyncio.timeout_at(deadline):
            await translate_ssl_errors(
                # certificates name the domain that was asked for, not the host that DNS led to (RFC 5922, section 7.1)
                writer.start_tls(context, server_hostname=name),
                but=ssl.SSLCertVerificationError,
            )
        secured = True
    except TimeoutError:
        raise ConnectionBroken("tls", NO_TLS_REPLY) from None
    except ConnectionError:  # asyncio raises it without an errno
        raise ConnectionBroken("tls", CLOSED_DURING_HANDSHAKE) from None
    finally:
        if not secured:
            # close() would first send what is still buffered, to a peer that may not read it.
            writer.transport.abort()
    return reader, writer


def _context(trust: TlsTrust, *, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not verify:
        # In this order: ssl refuses CERT_NONE while check_hostname is on.
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    elif trust.ca:
        try:
            context.load_verify_locations(trust.ca)
        except OSError:
            raise DomainError(f"No certificate can be read from {trust.ca}.", advice="Check sip_test.tls_ca.") from None
    return context


async def translate_ssl_errors(work: Awaitable[T], but: type[ssl.SSLError] | None = None) -> T:
    """Await work on a connection; turns OpenSSL's errors into ConnectionBroken, except the type in `but`."""
    try:
        return await work
    except ssl.SSLError as error:
        if but is not None and isinstance(error, but):
            raise
        reason = error.reason or ""
        words = _WORDS.get(reason, f"the handshake failed ({reason.replace('_', ' ').lower() or 'TLS'})")
        raise ConnectionBroken("tls", words) from None
