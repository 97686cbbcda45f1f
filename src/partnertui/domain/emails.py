"""E-mail addresses as people type them."""

from __future__ import annotations

from partnertui.domain.errors import DomainError


def read_email(typed: str) -> str:
    """The address in its usual form (RFC 5321, 6531); raises DomainError. Nobody is asked whether it exists."""
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(typed.strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        reason = str(error).rstrip(".")
        raise DomainError(f"“{typed.strip()}” is no e-mail address.", advice=f"{reason}.") from None
