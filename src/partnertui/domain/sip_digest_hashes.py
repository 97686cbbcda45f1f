"""HA1 and HA1B, the digest hashes that Kamailio's auth_db stores instead of a SIP password."""

from __future__ import annotations

import hashlib


def ha1(username: str, realm: str, password: str) -> str:
    """HA1 of RFC 2617, section 3.2.2.2: the digest of `username:realm:password`."""
    return _md5(f"{username}:{realm}:{password}")


def ha1b(username: str, domain: str, realm: str, password: str) -> str:
    """As `ha1`, for phones that send `username@domain` as their user name (Kamailio's column ha1b)."""
    return _md5(f"{username}@{domain}:{realm}:{password}")


def _md5(text: str) -> str:
    # SIP's digest is MD5 (RFC 2617); without the flag, builds of OpenSSL that keep to FIPS refuse it.
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
