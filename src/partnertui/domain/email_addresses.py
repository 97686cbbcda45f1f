"""Parses e-mail addresses."""

from __future__ import annotations

from partnertui.domain.errors import DomainError


def read_email(typed: str) -> str:
    """Normalises an address (RFC 5321, 6531) without checking that it exists; raises DomainError."""
    from email_validator import EmailNotValidError, validate_email

    try:
        # test_environment: names below .test are refused otherwise (RFC 6761).
        return validate_email(typed.strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        reason = str(error).rstrip(".").replace("email address", "e-mail address")
        raise DomainError(f"“{typed.strip()}” isn't an e-mail address.", advice=f"{reason}.") from None
