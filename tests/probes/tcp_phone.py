"""A phone on TCP or TLS on a real loopback socket, and certificates of every kind for it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.probes.udp_phone import answer_to

from partnertui.sip.message import Request, parse_message

Reply = Callable[[Request, int], list[bytes]]


def ok(request: Request, number: int) -> list[bytes]:
    """200 OK."""
    return [answer_to(request)]


@dataclass
class StreamPhone:
    """`requests` are what it got; it answers each as `reply` says. An empty reply's b"" ends the connection."""

    reply: Reply
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    connections: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            while data := await reader.readuntil(b"\r\n\r\n"):
                request = parse_message(data)
                assert isinstance(request, Request)
                self.requests.append(request)
                self.raw.append(data)
                for answer in self.reply(request, len(self.requests)):
                    if not answer:
                        return
                    writer.write(answer)
                    await writer.drain()
                    await asyncio.sleep(0)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def stream_phone(reply: Reply = ok, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Any:
    """A phone that listens."""
    made = StreamPhone(reply)
    server = await asyncio.start_server(made.talk, host, 0, ssl=context)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


@dataclass(frozen=True)
class Authority:
    """Symbols certificates; `pem` is the file that makes it believed."""

    folder: Path
    name: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        """The path of its own certificate."""
        path = self.folder / f"{self.name}.pem"
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return str(path)

    def context(self, *names: str, days: tuple[int, int] = (-1, 30), own: bool = False) -> ssl.SSLContext:
        """A server's side with a certificate for these names or addresses, valid between two days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = (None, key) if own else (self.certificate.subject, self.key)
        made = _signed(names, key, issuer, days, authority=False)
        path = self.folder / "server.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + made.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def authority(folder: Path, name: str = "Lab Authority") -> Authority:
    """An authority of one's own."""
    key = ec.generate_private_key(ec.SECP256R1())
    return Authority(folder, name, key, _signed((name,), key, (None, key), (-1, 30), authority=True))


def _signed(
    names: tuple[str, ...],
    key: ec.EllipticCurvePrivateKey,
    issuer: tuple[x509.Name | None, ec.EllipticCurvePrivateKey],
    days: tuple[int, int],
    *,
    authority: bool,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0] or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
    return builder.sign(issuer[1], hashes.SHA256())


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
