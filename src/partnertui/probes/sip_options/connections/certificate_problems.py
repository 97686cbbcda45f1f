"""Explain what's wrong with a certificate (RFC 5280, section 6; RFC 5922, section 7)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.x509 import load_der_x509_certificate

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

EXPIRED, NOT_YET, SELF_SIGNED, SELF_SIGNED_CHAIN, UNKNOWN_ISSUER, OTHER_NAME, OTHER_ADDRESS = 10, 9, 18, 19, 20, 62, 64
"""OpenSSL's verification codes (x509_vfy.h)."""


def certificate_problem(code: int, wanted: str, der: bytes) -> str:
    """Explain OpenSSL's verification code; `wanted` is the expected name, `der` the certificate."""
    certificate = _read(der)
    if certificate is None:
        return "its certificate can't be read"
    if code in {OTHER_NAME, OTHER_ADDRESS}:
        return f"its certificate is for {_names(certificate)}, not for {wanted}"
    if code == EXPIRED:
        return f"its certificate expired on {certificate.not_valid_after_utc:%Y-%m-%d}"
    if code == NOT_YET:
        return f"its certificate isn't valid until {certificate.not_valid_before_utc:%Y-%m-%d}: check the clocks"
    if code in {SELF_SIGNED, SELF_SIGNED_CHAIN}:
        # OpenSSL stops at the first problem that it finds: a self-signed certificate hides that it has expired as well.
        also = " and has expired" if certificate.not_valid_after_utc < datetime.now(UTC) else ""
        return f"its certificate is self-signed{also}: no trusted authority vouches for {_names(certificate)}"
    if code == UNKNOWN_ISSUER:
        return f"its certificate is signed by {_issuer(certificate)}, an unknown authority"
    return f"its certificate isn't trusted (OpenSSL code {code})"


def _read(der: bytes) -> Certificate | None:
    try:
        return load_der_x509_certificate(der)
    except ValueError:
        return None


def _names(certificate: Certificate) -> str:
    try:
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = [*alternative.get_values_for_type(x509.DNSName)]
        names += [str(address) for address in alternative.get_values_for_type(x509.IPAddress)]
    except (x509.ExtensionNotFound, ValueError):
        names = []
    names = names or _common(certificate.subject)
    return ", ".join(name[:60] for name in names[:3]) or "no one"


def _issuer(certificate: Certificate) -> str:
    return (_common(certificate.issuer) or ["an unnamed issuer"])[0][:60]


def _common(name: object) -> list[str]:
    assert isinstance(name, x509.Name)
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME) or name.get_attributes_for_oid(
        x509.NameOID.ORGANIZATION_NAME
    )
    return [str(attribute.value) for attribute in found]
