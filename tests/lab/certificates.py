"""A certificate that really expires, and the authority that signed it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PEM = serialization.Encoding.PEM


def write_certificate(folder: Path, address: str, seconds: float) -> None:
    """Writes edge.pem, key and certificate of an address for so many seconds, and ca.pem; the authority stays."""
    authority = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Lab authority")])
    if not (folder / "ca.pem").exists():
        key = ec.generate_private_key(ec.SECP256R1())
        basic = x509.BasicConstraints(ca=True, path_length=None)
        own = _builder(authority, authority, key, timedelta(days=30)).add_extension(basic, critical=True)
        (folder / "ca.pem").write_bytes(own.sign(key, hashes.SHA256()).public_bytes(PEM))
        (folder / "ca.key").write_bytes(_private(key))
    signer = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "lab.test")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
    leaf = _builder(name, authority, key, timedelta(seconds=seconds)).add_extension(names, critical=False)
    signed = leaf.sign(signer, hashes.SHA256())
    (folder / "edge.pem").write_bytes(signed.public_bytes(PEM) + _private(key))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, left: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(days=30)).not_valid_after(now + left)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
