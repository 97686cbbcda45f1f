"""Generates, rates and hashes passwords; its libraries import slowly, so only jobs call it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from partnertui.domain.errors import DomainError

SHORTEST, LONGEST = 10, 128
JUDGED = 72
"""Characters that zxcvbn judges at most."""
WEAKEST = 3
"""Of zxcvbn's scores 0 to 4: safely unguessable where an attacker gets at the hashes."""
LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that look alike: people read passwords out."""


PASSWORD_LENGTH, SIP_PASSWORD_LENGTH = 16, 20
"""Characters of what is generated: 93 bits to type, 116 bits for a phone."""


def generate_password() -> str:
    """A password of letters and digits, for a person."""
    return _random_letters(PASSWORD_LENGTH)


def generate_sip_password() -> str:
    """A password of letters and digits, for a phone."""
    return _random_letters(SIP_PASSWORD_LENGTH)


def _random_letters(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def check_password(password: str, known: Iterable[str], field: str = "password", *, called: str = "password") -> None:
    """Raises DomainError with `field` for a password that is impossible or too easy to guess.

    known: what an attacker would try first, such as the company and the e-mail address.
    """
    if len(password) < SHORTEST:
        raise DomainError(f"The {called} is too short.", field=field, advice=f"Use at least {SHORTEST} characters.")
    if len(password) > LONGEST:
        raise DomainError(f"The {called} is too long.", field=field, advice=f"Use at most {LONGEST} characters.")
    if not password.isprintable() or password != password.strip():
        raise DomainError(
            f"The {called} contains control characters, or starts or ends with a space.",
            field=field,
            advice="Remove them.",
        )
    from zxcvbn import zxcvbn  # its word lists: 40 ms that only a typed password costs

    inputs = [part for text in known if text for part in (text, *text.split("@"), *re.split(r"[@.\s]+", text))]
    found = zxcvbn(password[:JUDGED], user_inputs=inputs)
    if found["score"] < WEAKEST:
        reason, advice = found["feedback"]["warning"], " ".join(found["feedback"]["suggestions"])
        raise DomainError(
            f"The {called} is too easy to guess{f': {reason[:1].lower()}{reason[1:]}' if reason else '.'}",
            field=field,
            advice=advice or "Use more words, less common ones, or have it generated.",
        )


def hash_password(password: str) -> str:
    """The argon2id hash (RFC 9106) to store; takes some 100 ms and 64 MiB."""
    from argon2 import PasswordHasher  # only for those who set a password

    return PasswordHasher().hash(password)


def is_password(stored: str, typed: str) -> bool:
    """Whether what was typed is the password of a stored argon2id hash; takes as long as `hash_password`."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(stored, typed)
    except (InvalidHashError, VerificationError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with other parameters than new ones are, so that the next log-in makes it again."""
    from argon2 import PasswordHasher

    return PasswordHasher().check_needs_rehash(stored)
